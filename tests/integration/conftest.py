"""A database that tests share where they need none of their own, emptied before each of them."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.builders import Quick
from tests.integration.api_server import serving
from tests.integration.executors import NewExecutor, executors
from tests.integration.receiver import Receiver, receiving
from tests.integration.sql import empty
from toggle_core.access.keys import create_key
from toggle_core.settings import Settings
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Scope


@pytest.fixture(scope="session")
def one_database(postgres: str, migrated_template: str) -> Iterator[Database]:
    """A migrated database for the whole session."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE shared TEMPLATE {migrated_template}".encode())
    opened = open_database(conninfo_of(postgres.replace("/toggle?", "/shared?")))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def emptied(request: pytest.FixtureRequest) -> None:
    """Empties the shared database before each test that has to do with it, in whichever way."""
    if "one_database" in request.fixturenames:
        empty(request.getfixturevalue("one_database"))


@pytest.fixture
def shared_database(one_database: Database) -> Database:
    """An empty migrated database; nothing of the test goes on after its end."""
    return one_database


@pytest.fixture
def new_executor(database: Database) -> Iterator[NewExecutor]:
    """Makes executors on the database of the test."""
    with executors(database) as new:
        yield new


@pytest.fixture(params=[False, True], ids=["in one thread", "in LangGraph's threads"])
def ways_of_stepping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs whose builder has nothing to tell before a step is done, and runs whose builder has."""
    monkeypatch.setattr(Quick, "streams", request.param)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks that says yes to all."""
    with receiving() as opened:
        yield opened


@pytest.fixture(scope="module")
def api_address(one_database: Database) -> Iterator[str]:
    """Address of a server whose API works on the shared database. Nothing executes its runs."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
    )
    with serving(settings) as address:
        yield address


@pytest.fixture
def api(api_address: str, shared_database: Database) -> Iterator[httpx.Client]:
    """A plain HTTP client of that API, on an empty database."""
    assert shared_database
    with httpx.Client(base_url=f"{api_address}/api", timeout=60) as client:
        yield client


@pytest.fixture
def keys(shared_database: Database) -> dict[Scope, str]:
    """A key of each scope, named for it. From now on the API asks for one."""
    return {scope: create_key(shared_database, scope.value, scope)[1] for scope in Scope}
