"""The few runs that the refreshed parts of pages show."""

from uuid import UUID, uuid4

import pytest

from tests.integration.sql import tell
from toggle_core.history.briefs import get_briefs, list_processing
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def runs(database: Database) -> list[UUID]:
    """Seven runs, the oldest first."""
    return [submit(database, f"Task {each}", builder="quick").task_id for each in range(7)]


def ended(database: Database, run_id: UUID) -> None:
    tell(
        database,
        "UPDATE runs SET status = 'cancelled', stage = 'done', finished_at = now()"
        " WHERE id = %(id)s",
        id=run_id,
    )


def in_review(database: Database, run_id: UUID) -> None:
    tell(database, "UPDATE runs SET stage = 'reviewing' WHERE id = %(id)s", id=run_id)


def test_processing_runs_are_the_oldest_of_each_kind_with_their_numbers(
    database: Database, runs: list[UUID]
) -> None:
    ended(database, runs[0])
    for run_id in (runs[2], runs[6]):
        in_review(database, run_id)
    found = list_processing(database, 3)
    assert [run.id for run in found.moving] == [runs[1], runs[3], runs[4]]
    assert [run.id for run in found.in_review] == [runs[2], runs[6]]
    assert (found.moving_count, found.in_review_count) == (4, 2)


def test_nothing_is_processing_without_runs(database: Database) -> None:
    found = list_processing(database, 3)
    assert (found.moving, found.in_review) == ([], [])
    assert (found.moving_count, found.in_review_count) == (0, 0)


def test_runs_are_looked_up_by_id_the_newest_first(database: Database, runs: list[UUID]) -> None:
    found = get_briefs(database, {runs[1], uuid4(), runs[4]})
    assert list(found) == [runs[4], runs[1]]
    assert found[runs[1]].task == "Task 1"
