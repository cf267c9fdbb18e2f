"""A real Postgres for all tests, and a fresh migrated database for each that asks."""

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.outage import Outage, outage_of
from tests.tiers import mark_variants
from tests.worker_thread import WorkerThread
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.store import embedded
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import migrate

QUICK_FOLDERS = ("tests/unit/", "tests/ui/")

QUICK_BUILDER = "tests.builders:Quick"

_numbers = itertools.count()


def pytest_configure() -> None:
    """Let processes be ended with Ctrl+C also where the tests were started in the background:
    a shell has such a command ignore it, and a process inherits that. Serve no apps unasked, and
    start no browser."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Many tests start the product in this process, and only one of them could have the port.
    os.environ.setdefault("TOGGLE_APPS", "off")
    # Browser checks have separate tests in tests/sandbox.
    os.environ.setdefault("TOGGLE_BROWSER", "none")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what ``make test`` leaves to ``make prove``, and begin with what takes long.

    Among equals the order stays random. Quick files at the end keep all processes busy to the end.
    """
    mark_variants(items)
    yield
    items.sort(key=lambda item: item.nodeid.startswith(QUICK_FOLDERS))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a throw-away server, made faster by not waiting for the disk."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-tests-"))
    folder.chmod(0o711)
    fast = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}
    server = embedded.start(folder / "data", extra=fast)
    yield server.url
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_template(postgres: str) -> str:
    """Name of a migrated database that others are copied from."""
    name = "migrated"
    url = _create(postgres, name, template="template0")
    database = open_database(conninfo_of(url))
    migrate(database)
    database.close()
    return name


@pytest.fixture
def empty_database_url(postgres: str) -> Iterator[str]:
    """URL of a database without any table."""
    name = f"empty_{next(_numbers)}"
    yield _create(postgres, name, template="template0")
    _drop(postgres, name)


@pytest.fixture
def database_url(postgres: str, migrated_template: str) -> Iterator[str]:
    """URL of a fresh migrated database."""
    name = f"test_{next(_numbers)}"
    yield _create(postgres, name, template=migrated_template)
    _drop(postgres, name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh migrated database."""
    opened = open_database(conninfo_of(database_url))
    yield opened
    opened.close()


@pytest.fixture
def outage(database_url: str) -> Outage:
    """Takes the fresh database away for the length of a block."""
    return partial(outage_of, database_url)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings of a process on the fresh database, with an instant builder and no worker."""
    return Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        TOGGLE_BUILDER=QUICK_BUILDER,
        TOGGLE_WORKER_THREADS="0",
        TOGGLE_API_PORT="0",
    )


@pytest.fixture
def opened_services(settings: Settings) -> Iterator[Services]:
    """What pages and API ask for, open for the length of a test. Nothing executes runs."""
    with open_services(settings) as opened:
        yield opened


@pytest.fixture
def worker(database: Database) -> Iterator[WorkerThread]:
    """A worker on the fresh database, with the instant builder, to be started by the test."""
    thread = WorkerThread(database)
    yield thread
    thread.stop()


def _create(server: str, name: str, *, template: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.replace("/toggle?", f"/{name}?")


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
