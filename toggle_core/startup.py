"""The composition root: opens everything a process needs, in order, and closes it in reverse."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from toggle_core.builders.active import ActiveBuilder
from toggle_core.builders.protocol import Builder
from toggle_core.builders.registry import Choice, choose_builder
from toggle_core.errors import DatabaseAway
from toggle_core.locations import CHECKOUT
from toggle_core.runs.admission import Intake
from toggle_core.settings import Settings
from toggle_core.store import embedded
from toggle_core.store.budget import COMMAND, DIRECT, name_of_connections
from toggle_core.store.database import (
    Database,
    address_of,
    check_server,
    conninfo_of,
    open_database,
)
from toggle_core.store.migrate import migrate
from toggle_core.store.retention import Policy


@dataclass(frozen=True, slots=True)
class Services:
    """What pages, API and worker share in one process.

    Attributes:
        settings: of the process.
        database: runs and checkpoints.
        active: the builder of new runs, which can be replaced.
        database_label: where the data is, in words for a person.
    """

    settings: Settings
    database: Database
    active: ActiveBuilder
    database_label: str

    @property
    def choice(self) -> Choice:
        """The builder of new runs, and why it is that one."""
        return self.active.choice

    @property
    def builder(self) -> Builder:
        """Plans and codes new runs."""
        return self.choice.builder

    @property
    def intake(self) -> Intake:
        """How many runs are accepted."""
        return Intake(self.settings.max_active, self.settings.max_queue)

    @property
    def retention(self) -> Policy:
        """How long what is kept."""
        return Policy(self.settings.keep_history_days, self.settings.keep_checkpoints_days)


_open: list[Services] = []


def services() -> Services:
    """The services of this process.

    Raises:
        DatabaseAway: they are not open (yet, or any more).
    """
    if not _open:
        raise DatabaseAway
    return _open[-1]


@contextlib.contextmanager
def open_services(settings: Settings, connections: int = COMMAND) -> Iterator[Services]:
    """Find or start Postgres, migrate it, and open its pool for the length of the block.

    Args:
        settings: of the process.
        connections: most connections the process opens, see ``store.budget``.

    Raises:
        StartError: one sentence says what is in the way; nothing is left half-started.
    """
    choice = choose_builder(settings)
    with open_store(settings, connections) as (database, label):
        migrate(database)
        opened = Services(settings, database, ActiveBuilder(choice), label)
        _open.append(opened)
        try:
            yield opened
        finally:
            _open.remove(opened)


@contextlib.contextmanager
def open_store(settings: Settings, connections: int = COMMAND) -> Iterator[tuple[Database, str]]:
    """Find or start Postgres for the length of the block, and leave it as it is.

    Args:
        settings: of the process.
        connections: most connections the process opens, see ``store.budget``.

    Returns:
        The database, and where it is in words.

    Raises:
        StartError: one sentence says what is in the way; nothing is left half-started.
    """
    with contextlib.ExitStack() as stack:
        if settings.database_direct_url is not None:
            connections = min(connections, DIRECT)
        conninfo, direct, label = _database_address(settings, stack, connections)
        check_server(direct, connections)
        database = open_database(conninfo, direct)
        stack.callback(database.close)
        yield database, label


def _database_address(
    settings: Settings, stack: contextlib.ExitStack, connections: int
) -> tuple[str, str, str]:
    """Connection strings for transactions and for sessions, and where that is in words."""
    name = name_of_connections(connections)
    if settings.database_url is not None:
        password = (
            settings.database_password.get_secret_value() if settings.database_password else None
        )
        url = settings.database_url.get_secret_value()
        if settings.database_direct_url is None:
            conninfo = conninfo_of(url, password, name)
            return conninfo, conninfo, f"Postgres at {address_of(conninfo)}"
        # Without a name of ours: a pooler's connections count as they are, each for itself.
        conninfo = conninfo_of(url, password)
        label = f"Postgres at {address_of(conninfo)}"
        direct_url = settings.database_direct_url.get_secret_value()
        direct = conninfo_of(direct_url, password, name, "DATABASE_DIRECT_URL")
        return conninfo, direct, f"{label}, directly at {address_of(direct)}"
    server = embedded.start(
        settings.embedded_folder,
        fallback=embedded.SYSTEM_DIR if settings.data_dir is None else None,
    )
    stack.callback(server.stop)
    folder = server.data_dir
    if CHECKOUT is not None and folder.is_relative_to(CHECKOUT):
        folder = folder.relative_to(CHECKOUT)
    conninfo = conninfo_of(server.url, name=name)
    return conninfo, conninfo, f"embedded Postgres, data in {folder}"
