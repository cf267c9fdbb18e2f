"""How long the views of a long history take at the database.

    python -m benchmarks.history --runs 1m

Prints for each named view the median of its page of 50 runs and of its numbers by
status, and for each insight its median. Ends with 1 where a page takes over 100 ms, or an insight
over 300 ms.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import psycopg

from benchmarks.database import add_arguments, history
from benchmarks.history_data import COMMON_CHINESE, COMMON_WORD, RARE_CHINESE, RARE_WORD
from toggle_core.history.counts import Count, count_by_state
from toggle_core.history.cursor import Cursor, Direction
from toggle_core.history.filter_choices import known_builders, known_submitters
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import list_runs
from toggle_core.history.sorting import Sort
from toggle_core.insights.csv_rows import INSIGHTS, Question
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import Selection
from toggle_core.store.database import Database
from toggle_core.words import ProgramKind, Status, Verdict

REPETITIONS: Final = 15
PAGE_MS: Final = 100
INSIGHT_MS: Final = 300

NARROWED: Final = {
    "checked runs of one builder": Selection(builder="blueprints", production=True),
    "web programs": Selection(kind=ProgramKind.WEB),
}

MIDDLE: Final = """
    SELECT created_at, id FROM runs ORDER BY created_at DESC, id DESC
    OFFSET (SELECT count(*) / 2 FROM runs) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class View:
    """A named view: what :func:`list_runs` is asked for."""

    name: str
    wanted: RunFilter = field(default_factory=RunFilter)
    sort: Sort = Sort.NEWEST
    cursor: Cursor | None = None


def views(database: Database) -> list[View]:
    """The named views, and some that are harder."""
    with psycopg.connect(database.conninfo) as connection:
        middle = connection.execute(MIDDLE).fetchone()
    assert middle is not None
    last_month = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    month = RunFilter(
        created_from=last_month.replace(day=1), created_to=last_month + timedelta(days=1)
    )
    return [
        View("first page"),
        View("middle page", cursor=Cursor(Sort.NEWEST, Direction.NEXT, *middle)),
        View("oldest page", cursor=Cursor.last_page()),
        *(View(f"status {status}", RunFilter(status=status)) for status in Status),
        *(View(f"verdict {verdict}", RunFilter(verdict=verdict)) for verdict in Verdict),
        View(f"common word {COMMON_WORD}", RunFilter(search=COMMON_WORD)),
        View(f"rare word {RARE_WORD}", RunFilter(search=RARE_WORD)),
        View("common Chinese word", RunFilter(search=COMMON_CHINESE)),
        View("rare Chinese word", RunFilter(search=RARE_CHINESE)),
        View("a month", month),
        View("by duration", sort=Sort.LONGEST),
        View("by tokens", sort=Sort.MOST_TOKENS),
        View("also: shortest first", sort=Sort.SHORTEST),
        View("also: over an hour", RunFilter(duration_from=3600)),
        View("also: one builder", RunFilter(builder="ollama:qwen3:8b")),
        View("also: a reason", RunFilter(reason_code="tests")),
        View("also: a frequent reason", RunFilter(reason_code="cancelled")),
        View("also: a failed check", RunFilter(failed_check="tests")),
        View(
            "also: a failed check that no run has",
            RunFilter(failed_check="files", status=Status.FAILED),
        ),
        View("also: a failed check by tokens", RunFilter(failed_check="lint"), Sort.MOST_TOKENS),
        View("also: a kind", RunFilter(kind=ProgramKind.BOT)),
        View("also: needs you", RunFilter(needs_you=True)),
        View("also: needs you, rare word", RunFilter(needs_you=True, search=RARE_WORD)),
        View("also: needs you, by tokens", RunFilter(needs_you=True), Sort.MOST_TOKENS),
        View("also: ready", RunFilter(status=Status.COMPLETED, needs_you=False)),
        View("also: failed, common word", RunFilter(status=Status.FAILED, search=COMMON_WORD)),
        View("also: common word by tokens", RunFilter(search=COMMON_WORD), Sort.MOST_TOKENS),
    ]


def milliseconds(ask: Callable[[], Any]) -> tuple[float, float]:
    """Median and worst of some repetitions, after one that warms up."""
    ask()
    taken = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), max(taken)


def time_views(database: Database) -> dict[str, float]:
    """Print the table of views. Returns the median of each view's page, in milliseconds."""
    print(f"{'view':34} {'page p50':>9} {'worst':>7} {'counts p50':>11}  runs")
    medians = {}
    for view in views(database):
        page, worst = milliseconds(
            partial(list_runs, database, view.wanted, sort=view.sort, cursor=view.cursor)
        )
        counts, _ = milliseconds(partial(count_by_state, database, view.wanted))
        count = count_by_state(database, view.wanted).of(view.wanted.status, view.wanted.needs_you)
        print(f"{view.name:34} {page:9.1f} {worst:7.1f} {counts:11.1f}  {said(count)}")
        medians[view.name] = page
    for name, ask in (("builders", known_builders), ("submitters", known_submitters)):
        median, worst = milliseconds(partial(ask, database))
        print(f"{'menu of ' + name:34} {median:9.1f} {worst:7.1f}")
    return medians


def time_insights(database: Database) -> bool:
    """Print the table of insights. Returns whether all are in time."""
    began = time.perf_counter()
    while count_changed_days(database, seconds=10):
        pass
    print(f"\nThe rollup was up to date after {time.perf_counter() - began:.1f} s.\n")
    print(f"{'insight, all days':34} {'p50':>9} {'worst':>7}")
    in_time = True
    for name, (_, ask) in INSIGHTS.items():
        median, worst = milliseconds(partial(ask, database, Question()))
        print(f"{name:34} {median:9.1f} {worst:7.1f}")
        in_time &= median < INSIGHT_MS
        for words, selection in NARROWED.items():
            narrowed, _ = milliseconds(partial(ask, database, Question(selection)))
            print(f"{f'  {words}':34} {narrowed:9.1f}")
            in_time &= narrowed < INSIGHT_MS
    return in_time


def said(count: Count) -> str:
    """A number of runs, with what is not exact told from what is."""
    return f"{count.number:,}" if count.exact else f"about {count.number:,}"


def main() -> int:
    """Run the benchmark. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    add_arguments(parser)
    with history(parser.parse_args()) as database:
        pages = time_views(database)
        in_time = time_insights(database) and max(pages.values()) < PAGE_MS
    return 0 if in_time else 1


if __name__ == "__main__":
    sys.exit(main())
