"""Pages of runs by key: nothing twice, nothing missing, and the last as cheap as the first."""

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from tests.integration.sql import ask, plan_of, statements_sent, tell
from toggle_core.errors import RunNotFound
from toggle_core.history import reads
from toggle_core.history.cursor import Cursor, Direction, read_cursor
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import Page
from toggle_core.history.sorting import Sort
from toggle_core.runs.model import RunSummary
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Status

SOME = 23
LIMIT = 5


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def some_runs(database: Database) -> list[UUID]:
    """Runs with only four different times between them, newest first."""
    tell(
        database,
        """
        INSERT INTO runs (id, task, builder, created_at)
        SELECT gen_random_uuid(), 'Task ' || n, 'quick',
               timestamptz '2026-01-01 00:00Z' + make_interval(hours => n / 6)
          FROM generate_series(1, %(some)s) AS n
        """,
        some=SOME,
    )
    newest = ask(database, "SELECT id FROM runs ORDER BY created_at DESC, id DESC")
    return [row["id"] for row in newest]


def pages(database: Database, cursor: Cursor | None, direction: str) -> Iterator[Page]:
    """One page after the other, with each cursor as it goes through a link."""
    while True:
        page = reads.list_runs(database, limit=LIMIT, cursor=cursor)
        yield page
        following: Cursor | None = getattr(page, direction)
        if following is None:
            return
        cursor = read_cursor(str(following))


def ids(runs: tuple[RunSummary, ...]) -> list[UUID]:
    return [run.id for run in runs]


def test_forwards_every_run_is_seen_once_and_in_order(
    database: Database, some_runs: list[UUID]
) -> None:
    found = [run for page in pages(database, None, "next") for run in ids(page.runs)]
    assert found == some_runs


def test_backwards_from_the_last_page_every_run_is_seen_once(
    database: Database, some_runs: list[UUID]
) -> None:
    seen = [ids(page.runs) for page in pages(database, Cursor.last_page(), "previous")]
    assert [run for page in reversed(seen) for run in page] == some_runs


@pytest.mark.usefixtures("some_runs")
def test_there_and_back_leads_to_the_same_page(database: Database) -> None:
    first = reads.list_runs(database, limit=LIMIT)
    second = reads.list_runs(database, limit=LIMIT, cursor=first.next)
    assert ids(reads.list_runs(database, limit=LIMIT, cursor=second.previous).runs) == ids(
        first.runs
    )


@pytest.mark.usefixtures("some_runs")
def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after(
    database: Database,
) -> None:
    *_, last = list(pages(database, None, "next"))
    *_, first = list(pages(database, Cursor.last_page(), "previous"))
    assert (first.previous, last.next) == (None, None)
    assert first.next is not None
    assert last.previous is not None


def test_a_page_that_holds_all_leads_nowhere(database: Database, some_runs: list[UUID]) -> None:
    page = reads.list_runs(database, limit=SOME)
    assert ids(page.runs) == some_runs
    assert (page.previous, page.next) == (None, None)


def test_runs_that_arrive_meanwhile_do_not_shift_the_pages(
    database: Database, some_runs: list[UUID]
) -> None:
    first = reads.list_runs(database, limit=LIMIT)
    submit(database, "I am new here", builder="quick")
    second = reads.list_runs(database, limit=LIMIT, cursor=first.next)
    assert ids(second.runs) == some_runs[LIMIT : 2 * LIMIT]


@pytest.mark.usefixtures("some_runs")
def test_a_page_beyond_the_end_is_empty(database: Database) -> None:
    beyond = Cursor(Sort.NEWEST, Direction.NEXT, datetime(1999, 1, 1, tzinfo=UTC), uuid4())
    assert reads.list_runs(database, cursor=beyond) == Page((), None, None)


def test_without_runs_the_page_is_empty(database: Database) -> None:
    assert reads.list_runs(database) == Page((), None, None)
    assert reads.list_runs(database, cursor=Cursor.last_page()) == Page((), None, None)
    assert reads.count_runs(database) == 0


def test_an_unknown_run_is_not_found(database: Database) -> None:
    with pytest.raises(RunNotFound):
        reads.get_run(database, uuid4())


# Filters.


def test_a_status_selects_its_runs_and_their_number(
    database: Database, some_runs: list[UUID]
) -> None:
    failed = some_runs[3]
    tell(
        database,
        "UPDATE runs SET status = 'failed', stage = 'done', error = 'no', finished_at = now()"
        " WHERE id = %(failed)s",
        failed=failed,
    )
    wanted = RunFilter(status=Status.FAILED)
    assert ids(reads.list_runs(database, wanted).runs) == [failed]
    assert reads.count_runs(database, wanted) == 1
    assert reads.count_runs(database, RunFilter(status=Status.PROCESSING)) == SOME - 1
    assert reads.count_runs(database, RunFilter(status=Status.CANCELLED)) == 0


def test_ids_select_their_runs(database: Database, some_runs: list[UUID]) -> None:
    wanted = RunFilter(ids=(some_runs[7], some_runs[2]))
    assert ids(reads.list_runs(database, wanted).runs) == [some_runs[2], some_runs[7]]


def test_filters_are_combined(database: Database, some_runs: list[UUID]) -> None:
    wanted = RunFilter(status=Status.PROCESSING, search="task 7", ids=tuple(some_runs))
    [run] = reads.list_runs(database, wanted).runs
    assert run.task == "Task 7"


def test_a_count_is_cut_where_nobody_needs_it_exact(database: Database) -> None:
    tell(
        database,
        "INSERT INTO runs (id, task, builder) SELECT gen_random_uuid(), 'Many', 'quick'"
        " FROM generate_series(1, %(many)s)",
        many=reads.EXACT_COUNT + 50,
    )
    assert reads.count_runs(database) == reads.EXACT_COUNT + 1


# What a list carries.


def checkpoint(database: Database, run_id: UUID, number: int, **channels: str) -> None:
    """A checkpoint as the contract test says that they look."""
    tell(
        database,
        "INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, checkpoint)"
        " VALUES (%(thread)s, '', %(id)s, %(checkpoint)s)",
        thread=str(run_id),
        id=f"{number:08}",
        checkpoint=json.dumps({"channel_values": channels}),
    )


def test_a_list_carries_the_beginnings_of_plan_and_code_only(database: Database) -> None:
    run_id = submit(database, "Ask for much", builder="quick").task_id
    checkpoint(database, run_id, 1, plan="p" * 5_000, code="c" * 5_000, files="{}")
    [run] = reads.list_runs(database).runs
    assert (run.plan, run.code) == ("p" * 200, "c" * 200)
    assert {"files", "response"}.isdisjoint(field.name for field in fields(run))


def test_of_many_checkpoints_the_newest_is_read_and_no_other_namespace(
    database: Database,
) -> None:
    run_id = submit(database, "Ask", builder="quick").task_id
    for number in (2, 9, 1):
        checkpoint(database, run_id, number, plan=f"Plan {number}", files='{"a.py": "x"}')
    tell(
        database,
        "INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, checkpoint)"
        " SELECT thread_id, 'inner', '99', checkpoint FROM checkpoints LIMIT 1",
    )
    assert [run.plan for run in reads.list_runs(database).runs] == ["Plan 9"]
    run = reads.get_run(database, run_id)
    assert run.plan == "Plan 9"
    assert run.files == {"a.py": "x"}


def test_a_run_without_a_checkpoint_has_no_plan_yet(database: Database) -> None:
    run_id = submit(database, "Ask", builder="quick").task_id
    run = reads.get_run(database, run_id)
    assert (run.plan, run.code, run.response) == (None, None, None)
    assert run.files == {}


def test_events_are_told_from_the_last_known_one_on(database: Database) -> None:
    run_id = submit(database, "Ask", builder="quick").task_id
    tell(
        database,
        "INSERT INTO run_events (run_id, kind, stage) SELECT id, 'stage', next FROM runs,"
        " unnest(ARRAY['planning', 'coding']) AS next",
    )
    first, *others = reads.list_events(database, run_id)
    assert [event.stage for event in others] == ["planning", "coding"]
    assert reads.list_events(database, run_id, after=first.id) == others
    assert reads.list_events(database, run_id, after=others[-1].id) == []


# What a page costs.


def rows_read(database: Database, cursor: Cursor | None) -> dict[str, float]:
    """How many rows a page reads by which index, and by none."""
    plan = plan_of(database, lambda: reads.list_runs(database, limit=LIMIT, cursor=cursor))
    return {
        node.get("Index Name", "none"): node["Actual Rows"] * node["Actual Loops"]
        for node in plan
        if "Relation Name" in node
    }


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_each_page_reads_its_own_rows_only(database: Database, place: str) -> None:
    tell(
        database,
        """
        INSERT INTO runs (id, task, builder, created_at)
        SELECT gen_random_uuid(), 'Task', 'quick',
               timestamptz '2026-01-01 00:00Z' + make_interval(secs => n / 3)
          FROM generate_series(1, 3000) AS n
        """,
    )
    tell(
        database,
        "INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint)"
        """ SELECT id::text, '1', '{"channel_values": {"plan": "p"}}' FROM runs""",
    )
    tell(database, "ANALYZE runs, checkpoints")
    [middle] = ask(
        database,
        "SELECT created_at AS key, id FROM runs ORDER BY 1 DESC, 2 DESC OFFSET 1500 LIMIT 1",
    )
    cursor = {
        "first": None,
        "middle": Cursor(Sort.NEWEST, Direction.NEXT, **middle),
        "last": Cursor.last_page(),
    }[place]
    rows = rows_read(database, cursor)
    # No run here has lost its checkpoint, or has ended.
    read = {name for name, count in rows.items() if count}
    assert read == {"ix_runs_newest", "pk_runs", "pk_projects", "checkpoints_pkey"}
    assert max(rows.values()) <= LIMIT + 1


def test_runs_chosen_by_their_ids_are_not_counted_first(
    database: Database, some_runs: list[UUID]
) -> None:
    with statements_sent(database) as sent:
        page = reads.list_runs(database, RunFilter(ids=tuple(some_runs[:2])))
    assert {run.id for run in page.runs} == set(some_runs[:2])
    assert len(sent) == 1
