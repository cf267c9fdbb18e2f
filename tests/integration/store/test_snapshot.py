"""Reads that are shown together come from one moment."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.integration.sql import tell
from toggle_core.errors import DatabaseAway
from toggle_core.history.briefs import get_briefs
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.store.snapshot import at_one_moment
from toggle_core.words import Stage

CODING = "UPDATE runs SET stage = 'coding' WHERE id = %(run)s"


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def test_reads_of_one_moment_do_not_see_what_is_committed_between_them(
    database: Database,
) -> None:
    run_id = submit(database, "Ask", builder="quick").task_id
    with at_one_moment(database) as now:
        assert get_run(now, run_id).stage is Stage.QUEUED
        assert tell(database, CODING, run=run_id) == 1
        assert get_run(now, run_id).stage is Stage.QUEUED
        assert get_briefs(now, [run_id])[run_id].stage is Stage.QUEUED
        assert get_run(database, run_id).stage is Stage.CODING
    assert get_run(database, run_id).stage is Stage.CODING


def test_nothing_can_be_written_at_one_moment(database: Database) -> None:
    submit(database, "Ask", builder="quick")
    delete = text("DELETE FROM runs")
    with (
        pytest.raises(DBAPIError, match="read-only"),
        at_one_moment(database) as now,
        now.begin() as connection,
    ):
        connection.execute(delete)
    with database.begin() as connection:
        assert connection.execute(delete).rowcount == 1, "its connection can write again"


def read_over_a_cut(database: Database, run_id: UUID) -> None:
    with at_one_moment(database) as now:
        with now.begin() as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        tell(database, "SELECT pg_terminate_backend(%(pid)s)", pid=pid)
        get_run(now, run_id)


def test_a_connection_that_is_cut_between_reads_is_a_database_that_is_away(
    database: Database,
) -> None:
    run_id = submit(database, "Ask", builder="quick").task_id
    with pytest.raises(DatabaseAway):
        read_over_a_cut(database, run_id)
    assert get_run(database, run_id).stage is Stage.QUEUED
