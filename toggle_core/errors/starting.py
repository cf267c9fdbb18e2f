"""The app could not start."""

from toggle_core.errors.base import ToggleError


class StartError(ToggleError):
    """The app could not start."""


class SettingRefused(StartError):
    """The setting {name} cannot be used: {reason}."""


class BuilderUnknown(StartError):
    """The setting TOGGLE_BUILDER is {value}, which cannot be loaded: {reason}. Use blueprints, or
    module:Class of a builder of your own."""


class LoginIncomplete(StartError):
    """The login is set up in part only: {missing} is missing. Set all of it, or none of it, so that
    the dashboard is never open by mistake. docs/login.md says how."""


class LoginElsewhere(StartError):
    """Streamlit found a table [auth] that this app does not read. Move it to the file
    .streamlit/secrets.toml in the folder of the project."""


class LoginPackageMissing(StartError):
    """The login needs the package Authlib, which is not installed. Run: pip install Authlib."""


class TracingPackageMissing(StartError):
    """OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and their packages are not installed. Run: pip
    install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http."""


class DashboardOpen(StartError):
    """The dashboard would listen on {host}, where others can reach it, and ask nobody who they are.
    Set up a login (docs/login.md says how), listen on 127.0.0.1, or let everybody in with
    TOGGLE_ALLOW_ANONYMOUS=1."""


class ApiOpen(StartError):
    """The API would listen on {host}, where others can reach it, and ask nobody for a key. Set
    TOGGLE_API_AUTH=required and make a key (python -m toggle_core keys create), listen on
    127.0.0.1, or let everybody in with TOGGLE_ALLOW_ANONYMOUS=1."""


class PortTaken(StartError):
    """Port {port} is already in use by another program. Stop that program, or set {setting} to
    another number."""


class DatabaseUnreachable(StartError):
    """Postgres at {address} cannot be reached: {reason}. Check DATABASE_URL and that the server
    is running."""


class ConnectionsTooFew(StartError):
    """Postgres at {address} allows {limit} connections, and {taken} of them are spoken for. This
    process may need {needed}. Raise max_connections there, lower TOGGLE_WORKER_THREADS, or put
    PgBouncer between them: docs/operations.md says how."""


class DatabaseTooOld(StartError):
    """Postgres {version} at {address} is too old: version {oldest} or newer is needed."""


class DatabaseNotUnicode(StartError):
    """The database at {address} keeps text as {encoding}, which has not every character. Make one
    with ENCODING 'UTF8' TEMPLATE template0 for this app."""


class DatabaseForbids(StartError):
    """Postgres at {address} does not let this app make its tables: {reason}. Give the user in
    DATABASE_URL a database of its own, or the right to create there."""


class DatabaseNewer(StartError):
    """The tables in Postgres at {address} were made by a newer version of this app. Update the
    app, or use another database."""


# The Postgres that comes along could not start.


class DatabaseMissing(StartError):
    """There is no embedded Postgres for this machine ({reason}). On Windows, run the app inside
    WSL; elsewhere, set DATABASE_URL to a Postgres server of your own."""


class DatabaseNotRunnable(StartError):
    """The embedded Postgres does not run on this machine: {reason}. Set DATABASE_URL to a Postgres
    server of your own."""


class DatabaseUserMissing(StartError):
    """Postgres refuses to run as root, and the system user "{user}" it should run as cannot be
    used: {reason}. Start the app as an ordinary user, or set DATABASE_URL to a Postgres server of
    your own."""


class DatabaseUserNameless(StartError):
    """The app runs as user {user}, who has no name on this system. To make a database Postgres
    needs one, and lending one did not work: {reason}. Add the line
    toggle:x:{user}:0::/tmp:/bin/false to /etc/passwd, start the app as a user with a name, or set
    DATABASE_URL to a Postgres server of your own."""


class DataFolderPrivate(StartError):
    """The database runs as the user "{user}", who may not enter {private}. Set TOGGLE_DATA_DIR to a
    folder outside it, for example {instead}, or start the app as an ordinary user."""


class DataFolderNotWritable(StartError):
    """The data folder {folder} cannot be used: {reason}. Set TOGGLE_DATA_DIR to a folder of your
    own."""


class DataFolderIsFile(StartError):
    """The data folder cannot be made, because {path} is not a folder. Set TOGGLE_DATA_DIR to
    another place."""


class DataFolderNotPostgres(StartError):
    """{folder} is not empty and holds no Postgres database. Move it away, or set TOGGLE_DATA_DIR to
    another place."""


class DataFolderOtherVersion(StartError):
    """The data in {folder} was written by Postgres {found}, and this app brings Postgres {ours}.
    Set TOGGLE_DATA_DIR to another place, or move the data over with pg_dump."""


class SocketFolderUnsafe(StartError):
    """The folder {folder} does not belong to the database's user alone, so the database will not be
    reached through it. Remove it, or set TOGGLE_DATA_DIR to a shorter path."""


class DiskFull(StartError):
    """The disk that holds {folder} is full. Make room, or set TOGGLE_DATA_DIR to another disk."""


class DatabaseBusy(StartError):
    """Another process has been starting or stopping the database in {folder} for {seconds:.0f} s.
    Try again in a moment."""


class DatabaseNotStarted(StartError):
    """The embedded database did not start: {reason}. More is in {log}."""
