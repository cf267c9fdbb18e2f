"""Pages in process, on a real database."""

import contextlib
from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.polling import eventually
from tests.ui.viewer import submitted
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Builder
from toggle_core.runs.query import RunFilter
from toggle_core.runs.reads import count_runs
from toggle_core.startup import Services
from toggle_core.words import Status

Finish = Callable[..., UUID]
Outage = Callable[[], contextlib.AbstractContextManager[None]]


@pytest.fixture
def finished(opened_services: Services, worker: WorkerThread) -> Finish:
    """Submit a task, and have a worker bring all there are to their end."""

    def finish(task: str, builder: Builder | None = None) -> UUID:
        run_id = submitted(opened_services, task)
        if worker.executor is None:
            worker.start(builder)
        database = opened_services.database
        eventually(lambda: count_runs(database, RunFilter(status=Status.PROCESSING)) == 0)
        return run_id

    return finish


@pytest.fixture
def outage(database_url: str) -> Outage:
    """A database that refuses every connection for the length of a block."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    elsewhere = make_conninfo(database_url, dbname="postgres")

    def allow(connection: psycopg.Connection, allowed: bool) -> None:
        statement = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Literal(allowed)))

    @contextlib.contextmanager
    def away() -> Iterator[None]:
        with psycopg.connect(elsewhere, autocommit=True) as connection:
            allow(connection, False)
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            try:
                yield
            finally:
                allow(connection, True)

    return away
