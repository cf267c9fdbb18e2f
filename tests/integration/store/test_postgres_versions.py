"""The app on every version of Postgres that is promised, and the refusal of older ones."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from functools import cache
from uuid import UUID

import psycopg
import pytest

from tests.conftest import QUICK_BUILDER
from tests.integration.external_postgres import (
    INSTALLED,
    PASSWORD,
    Server,
    programs_of,
    running,
)
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.errors import DatabaseTooOld
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.history import reads
from toggle_core.history.query import RunFilter
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.store import database as store
from toggle_core.store.database import check_server, conninfo_of
from toggle_core.words import Status

PROMISED = {15, 16, 18} | {version for version in INSTALLED if version >= store.OLDEST_VERSION}
"""15 is the oldest, 16 and 18 come with the wheel; 17 is in no package of this system."""


@pytest.fixture(scope="module")
def servers() -> Iterator[Callable[[int], Server]]:
    """Running servers by their version, each started when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda version: stack.enter_context(running(programs_of(version))))


@pytest.fixture(params=sorted(PROMISED), ids="postgres{}".format)
def opened(request: pytest.FixtureRequest, servers: Callable[[int], Server]) -> Iterator[Services]:
    """The services of a process on an empty database of a promised version."""
    server = servers(request.param)
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
    settings = Settings(
        _env_file=None,
        DATABASE_URL=server.url.replace("/postgres", "/fresh"),
        DATABASE_PASSWORD=PASSWORD,
        TOGGLE_BUILDER=QUICK_BUILDER,
    )
    with open_services(settings) as services:
        yield services
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("DROP DATABASE fresh WITH (FORCE)")


@pytest.fixture
def worker(opened: Services) -> Iterator[WorkerThread]:
    """A worker on that database."""
    thread = WorkerThread(opened.database)
    yield thread
    thread.stop()


def is_completed(opened: Services, run_id: UUID) -> bool:
    return reads.get_run(opened.database, run_id).status is Status.COMPLETED


def test_a_run_is_completed_on_an_empty_database(opened: Services, worker: WorkerThread) -> None:
    worker.start()
    run_id = submit(opened.database, "Any version", builder="quick").task_id
    eventually(lambda: is_completed(opened, run_id))
    assert b"Any version" in b"".join(
        piece.content for piece in csv_pieces(opened.database, RunFilter())
    )


def test_a_server_older_than_the_oldest_supported_is_refused_in_a_sentence(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "OLDEST_VERSION", 99)
    with pytest.raises(DatabaseTooOld, match=r"^Postgres 18 at .* is too old: version 99 or newer"):
        check_server(conninfo_of(postgres))


@pytest.mark.parametrize("version", sorted(PROMISED | set(INSTALLED)), ids="postgres{}".format)
def test_a_server_is_accepted_if_and_only_if_its_version_is_supported(
    version: int, servers: Callable[[int], Server]
) -> None:
    conninfo = conninfo_of(servers(version).url, PASSWORD)
    expected = nullcontext() if version in PROMISED else pytest.raises(DatabaseTooOld)
    with expected:
        check_server(conninfo)
