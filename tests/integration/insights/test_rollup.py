"""Days are counted anew whenever their runs change, whatever changes them, and by one at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from tests.builders import Quick
from tests.integration.executors import executors
from tests.integration.sql import ask, tell
from tests.integration.varied_runs import fill
from tests.polling import eventually
from toggle_core.builders.protocol import Builder
from toggle_core.insights.queries import runs_per_day
from toggle_core.insights.rollup import COUNTING_LOCK, count_changed_days
from toggle_core.runs.control import cancel, retry
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Status

CHANGES: dict[str, LiteralString] = {
    "a run that ends": """
        UPDATE runs SET status = 'completed', verdict = 'draft', stage = 'done',
               finished_at = now() WHERE status = 'processing'
    """,
    "a run that goes on": """
        UPDATE runs SET status = 'processing', stage = 'queued', error = NULL, finished_at = NULL,
               reason_code = NULL, failed_checks = NULL
         WHERE status = 'failed'
    """,
    "another verdict": "UPDATE runs SET verdict = 'draft' WHERE verdict = 'production-ready'",
    "tokens": "UPDATE runs SET tokens_in = tokens_in + 1 WHERE status = 'completed'",
    "another day": "UPDATE runs SET created_at = created_at + interval '40 days'",
    "deletion": "DELETE FROM runs WHERE status = 'cancelled'",
    "new runs": """
        INSERT INTO runs (id, task, builder, created_at)
        SELECT gen_random_uuid(), 'New', 'b', created_at + interval '1 year' FROM runs
    """,
}


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def counted(database: Database) -> list[tuple[date, str, str, bool, int]]:
    """What the rollup says of the runs, with every day as if it cost nothing to be counted."""
    tell(database, "UPDATE insight_days SET seconds = 0")
    assert count_changed_days(database, seconds=30) == 0
    return sorted(
        (row.day, row.status, row.verdict or "", row.works, row.runs)
        for row in runs_per_day(database)
    )


def there_are(database: Database) -> list[tuple[date, str, str, bool, int]]:
    """The same, from the runs themselves."""
    rows = ask(
        database,
        "SELECT (created_at AT TIME ZONE 'UTC')::date AS day, status,"
        " coalesce(verdict, '') AS verdict, coalesce(works, false) AS works, count(*) AS runs"
        " FROM runs GROUP BY 1, 2, 3, 4",
    )
    return sorted(tuple(row.values()) for row in rows)


def notes(database: Database) -> int:
    return int(ask(database, "SELECT count(*) AS notes FROM insight_changes")[0]["notes"])


def test_all_days_are_counted(database: Database) -> None:
    fill(database)
    assert counted(database) == there_are(database) != []


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_runs_is_counted_again(database: Database, change: str) -> None:
    fill(database)
    before = counted(database)
    assert tell(database, CHANGES[change]) > 0
    after = counted(database)
    assert after == there_are(database)
    assert after != before or change == "tokens"


def test_tokens_of_ended_runs_are_counted_again(database: Database) -> None:
    fill(database)
    count_changed_days(database, seconds=30)
    tell(database, "UPDATE runs SET tokens_in = tokens_in + 7 WHERE status = 'completed'")
    counted(database)
    [same] = ask(
        database,
        "SELECT (SELECT sum(tokens_in) FROM insight_runs WHERE kind = '')"
        " = (SELECT sum(tokens_in) FROM runs WHERE status <> 'processing') AS same",
    )
    assert same["same"]


@pytest.mark.parametrize(
    "change",
    [
        lambda base: cancel(base, submit(base, "Ask", builder="quick").task_id),
        lambda base: execute(base, Quick()),
        lambda base: retry(base, cancel(base, submit(base, "Ask", builder="q").task_id).task_id),
        lambda base: delete_runs(base, [execute(base, Quick())]),
    ],
    ids=["cancel", "execute", "retry", "delete"],
)
def test_commands_and_workers_are_noticed(
    database: Database, change: Callable[[Database], object]
) -> None:
    fill(database)
    count_changed_days(database, seconds=30)
    change(database)
    assert notes(database) > 0
    assert counted(database) == there_are(database)


def execute(database: Database, builder: Builder) -> UUID:
    run_id = submit(database, "Ask", builder="quick").task_id
    with executors(database) as new_executor:
        new_executor(builder, "only").execute(run_id)
    return run_id


def test_a_run_that_is_worked_on_changes_nothing(database: Database) -> None:
    run_id = submit(database, "Ask", builder="quick").task_id
    count_changed_days(database, seconds=30)
    tell(
        database,
        "UPDATE runs SET stage = 'coding', attempt = 1, tokens_in = 9, lease = 2,"
        " started_at = now() WHERE id = %(id)s",
        id=run_id,
    )
    assert notes(database) == 0


def test_when_nothing_has_changed_nothing_is_counted(database: Database) -> None:
    fill(database)
    count_changed_days(database, seconds=30)
    before = ask(database, "SELECT day, counted_at FROM insight_days ORDER BY day")
    count_changed_days(database, seconds=30)
    assert ask(database, "SELECT day, counted_at FROM insight_days ORDER BY day") == before


def test_the_newest_day_is_counted_first_and_the_rest_is_told(database: Database) -> None:
    fill(database)
    days = len({day for day, *_ in there_are(database)})
    assert days > 1
    assert count_changed_days(database, seconds=0) == days - 1
    [row] = ask(
        database,
        "SELECT max(day) = (SELECT max(day) FROM insight_changes) AS newer,"
        " count(*) AS days FROM insight_days",
    )
    assert row == {"newer": False, "days": 1}


def test_a_change_while_a_day_is_counted_is_not_lost(database: Database) -> None:
    fill(database)
    with psycopg.connect(database.conninfo) as other:
        other.execute(
            "UPDATE runs SET status = 'cancelled', stage = 'done', finished_at = now()"
            " WHERE status = 'processing'"
        )
        count_changed_days(database, seconds=30)
        assert any(row.status is Status.PROCESSING for row in runs_per_day(database))
    assert counted(database) == there_are(database)


def test_while_another_counts_nobody_waits(database: Database) -> None:
    fill(database)
    with psycopg.connect(database.conninfo, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (COUNTING_LOCK,))
        assert count_changed_days(database, seconds=30) > 0
    eventually(lambda: count_changed_days(database, seconds=30) == 0)
    assert counted(database) == there_are(database)


def test_many_that_count_at_once_count_each_run_once(database: Database) -> None:
    fill(database)
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: count_changed_days(database, seconds=30), range(6)))
    assert counted(database) == there_are(database)


def test_a_day_that_is_expensive_is_counted_less_often(database: Database) -> None:
    submit(database, "Ask", builder="quick")
    count_changed_days(database)
    tell(database, "UPDATE insight_days SET seconds = 1")
    submit(database, "Ask again", builder="quick")
    assert count_changed_days(database) == 0, "it has been counted before"
    assert notes(database) == 1
    tell(database, "UPDATE insight_days SET counted_at = now() - interval '21 s'")
    assert counted(database) == there_are(database)
    assert notes(database) == 0
