"""A backup could not be made or restored."""

from toggle_core.errors.base import ToggleError


class BackupExists(ToggleError):
    """There is a file {path} already. Choose another name for the backup."""


class BackupNotWritten(ToggleError):
    """The backup {path} could not be written: {reason}. Choose another place for it."""


class NothingToBackUp(ToggleError):
    """There is nothing to back up: the database at {address} has no tables of this app."""


class BackupUnreadable(ToggleError):
    """The file {path} cannot be restored: {reason}. Nothing was restored."""


class BackupNewer(ToggleError):
    """The backup {path} was made by a newer version of this app. Update the app, then restore
    it."""


class NotEmpty(ToggleError):
    """The database at {address} is not empty: {reason}. A backup is restored into an empty one
    only. Set TOGGLE_DATA_DIR to a new folder, or DATABASE_URL to a new database."""


class DatabaseInUse(ToggleError):
    """The database at {address} is in use (connections of others: {connections:,}). Stop the app,
    its workers and all that reads from it, then try again."""
