"""The processes' connections are counted at the start, against what Postgres allows."""

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import psycopg
import pytest

from tests.app_process import AppProcess
from tests.integration.external_postgres import PASSWORD, Server, programs_of, running
from tests.polling import eventually
from toggle_core.errors import ConnectionsTooFew
from toggle_core.store.budget import name_of_connections
from toggle_core.store.checkpoint_pool import open_checkpoint_pool
from toggle_core.store.database import check_server, conninfo_of, open_database

ALLOWED = 40
RESERVED = 3
"""Postgres keeps so many for superusers (``superuser_reserved_connections``)."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(programs_of(18), f"max_connections={ALLOWED}") as started:
        yield started


def sessions(server: Server) -> list[str]:
    """What its processes say that serve a connection, asked of the system: to ask by a connection
    would make one more."""
    postmaster = int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    found = []
    for process in psutil.Process(postmaster).children():
        with contextlib.suppress(psutil.NoSuchProcess):
            found += [line for line in process.cmdline() if " 127.0.0.1(" in line]
    return found


@pytest.fixture(autouse=True)
def nobody_else(server: Server) -> None:
    """Wait for the end of the connections of the test before: Postgres takes a moment for it."""
    eventually(lambda: not sessions(server))


def conninfo(server: Server, needs: int) -> str:
    return conninfo_of(server.url, PASSWORD, name_of_connections(needs))


def test_what_fits_is_accepted_to_the_last_connection(server: Server) -> None:
    check_server(conninfo(server, 1), ALLOWED - RESERVED)


def test_one_more_is_refused_in_a_sentence_with_the_numbers(server: Server) -> None:
    with pytest.raises(ConnectionsTooFew) as refused:
        check_server(conninfo(server, 1), ALLOWED - RESERVED + 1)
    sentence = str(refused.value)
    for number in (ALLOWED - RESERVED, 0, ALLOWED - RESERVED + 1):
        assert f" {number}" in sentence
    assert PASSWORD not in sentence


def test_another_process_counts_with_all_it_may_need_not_with_what_it_has(server: Server) -> None:
    with psycopg.connect(conninfo(server, 30)):
        check_server(conninfo(server, 1), ALLOWED - RESERVED - 30)
        with pytest.raises(ConnectionsTooFew, match="30 of them are spoken for"):
            check_server(conninfo(server, 1), ALLOWED - RESERVED - 29)


def test_connections_for_checkpoints_are_among_those_of_their_process(server: Server) -> None:
    database = open_database(conninfo(server, 30))
    pool = open_checkpoint_pool(database, 2, "1234abcd")
    with database.begin(), pool.connection():
        check_server(conninfo(server, 1), ALLOWED - RESERVED - 30)
    pool.close(timeout=1)
    database.close()


def test_connections_of_strangers_count_as_they_are(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(psycopg.connect(server.url, password=PASSWORD))
        with pytest.raises(ConnectionsTooFew, match="3 of them are spoken for"):
            check_server(conninfo(server, 1), ALLOWED - RESERVED - 2)


def test_a_process_for_which_there_is_no_room_does_not_start(server: Server) -> None:
    with (
        psycopg.connect(conninfo(server, 30)),
        AppProcess(DATABASE_URL=server.url, DATABASE_PASSWORD=PASSWORD) as app,
    ):
        process = app.launch().process
        assert process is not None
        assert process.wait(120) == 1
        assert "max_connections" in app.output()
        assert "Traceback" not in app.output()
