"""Eight orders of the history, each with pages that show every run once."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from tests.integration.sql import plan_of, tell
from tests.integration.varied_runs import fill
from toggle_core.errors import CursorRefused
from toggle_core.history import pagination, reads
from toggle_core.history.cursor import Cursor, read_cursor
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import Page
from toggle_core.history.sorting import Sort
from toggle_core.store.database import Database

LIMIT = 7

Row = dict[str, Any]


def seconds(run: Row, without: float) -> float:
    return without if run["working_seconds"] is None else float(run["working_seconds"])


def strength(run: Row, without: int) -> int:
    return without if run["proof_strength"] is None else int(run["proof_strength"])


KEYS: dict[Sort, tuple[Callable[[Row], Any], bool]] = {
    Sort.NEWEST: (lambda run: run["created_at"], True),
    Sort.OLDEST: (lambda run: run["created_at"], False),
    Sort.LONGEST: (lambda run: seconds(run, -1.0), True),
    Sort.SHORTEST: (lambda run: seconds(run, 1e9), False),
    Sort.MOST_TOKENS: (lambda run: run["tokens_in"] + run["tokens_out"], True),
    Sort.FEWEST_TOKENS: (lambda run: run["tokens_in"] + run["tokens_out"], False),
    Sort.STRONGEST: (lambda run: strength(run, -1), True),
    Sort.WEAKEST: (lambda run: strength(run, 1_000), False),
}
"""The key of each order in Python, and whether the greatest comes first."""


def expected(rows: list[Row], sort: Sort) -> list[UUID]:
    key, descending = KEYS[sort]
    ordered = sorted(rows, key=lambda run: (key(run), run["id"]), reverse=descending)
    return [run["id"] for run in ordered]


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture(params=[0, 1_000], ids=["walked", "sorted"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are cut in both ways."""
    monkeypatch.setattr(pagination, "FEW", request.param)


def pages(database: Database, sort: Sort, cursor: Cursor | None, direction: str) -> Iterator[Page]:
    """One page after the other, with each cursor as it goes through a link."""
    while True:
        wanted = RunFilter(search="create")
        page = reads.list_runs(database, wanted, sort=sort, limit=LIMIT, cursor=cursor)
        yield page
        following: Cursor | None = getattr(page, direction)
        if following is None:
            return
        cursor = read_cursor(str(following), sort)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("sort", Sort)
def test_forwards_every_run_is_seen_once_and_in_order(database: Database, sort: Sort) -> None:
    rows = fill(database)
    found = [run.id for page in pages(database, sort, None, "next") for run in page.runs]
    assert found == expected(rows, sort)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("sort", Sort)
def test_backwards_from_the_last_page_every_run_is_seen_once(
    database: Database, sort: Sort
) -> None:
    rows = fill(database)
    seen = list(pages(database, sort, Cursor.last_page(sort), "previous"))
    assert [run.id for page in reversed(seen) for run in page.runs] == expected(rows, sort)


@pytest.mark.parametrize("sort", Sort)
def test_a_cursor_of_another_order_is_refused(database: Database, sort: Sort) -> None:
    for other in set(Sort) - {sort}:
        with pytest.raises(CursorRefused):
            reads.list_runs(database, sort=sort, cursor=Cursor.last_page(other))


def test_runs_without_a_duration_come_last_either_way(database: Database) -> None:
    fill(database)
    for sort in (Sort.LONGEST, Sort.SHORTEST):
        runs = reads.list_runs(database, sort=sort, limit=200).runs
        known = [None not in (run.started_at, run.finished_at) for run in runs]
        assert known == sorted(known, reverse=True)
        assert not all(known)


@pytest.mark.parametrize(
    ("sort", "index"),
    [
        (Sort.NEWEST, "ix_runs_newest"),
        (Sort.OLDEST, "ix_runs_newest"),
        (Sort.LONGEST, "ix_runs_longest"),
        (Sort.SHORTEST, "ix_runs_shortest"),
        (Sort.MOST_TOKENS, "ix_runs_tokens"),
        (Sort.FEWEST_TOKENS, "ix_runs_tokens"),
        (Sort.STRONGEST, "ix_runs_strongest"),
        (Sort.WEAKEST, "ix_runs_weakest"),
    ],
)
def test_a_page_in_any_order_reads_its_own_rows_only(
    database: Database, sort: Sort, index: str
) -> None:
    fill(database, some=2_000)
    tell(database, "ANALYZE runs")
    first = reads.list_runs(database, sort=sort, limit=LIMIT)
    for cursor in (None, first.next, Cursor.last_page(sort)):
        plan = plan_of(
            database, partial(reads.list_runs, database, sort=sort, limit=LIMIT, cursor=cursor)
        )
        rows = {
            node["Index Name"]: node["Actual Rows"] * node["Actual Loops"]
            for node in plan
            if node.get("Relation Name") == "runs"
        }
        assert set(rows) == {index, "pk_runs"}
        assert max(rows.values()) <= LIMIT + 1
