"""Runs could not be listed, filtered, kept as a view or exported as was asked."""

from toggle_core.errors.base import ToggleError


class CursorRefused(ToggleError):
    """This link to a page of runs cannot be read. Start again from the first page."""

    field = "cursor"


class FilterRefused(ToggleError):
    """{field}: {reason}."""

    @property
    def field(self) -> str:
        """Name of the parameter that was wrong."""
        return str(self.facts["field"])


class ViewNameRefused(ToggleError):
    """The name of a view has 1 to {limit} characters that can be seen."""

    field = "name"


class ViewNameTaken(ToggleError):
    """There is already a view named {name}. Choose another name."""


class ViewsFull(ToggleError):
    """There are {limit} saved views already. Delete one first."""


class ViewNotFound(ToggleError):
    """This view is not there any more. Somebody may have deleted it."""


class ExportNotWritten(ToggleError):
    """The file {path} could not be written: {reason}. Choose another folder with --output."""
