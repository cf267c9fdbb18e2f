"""How fast the pages open in a real browser, and what viewers of the live page cost.

    python -m benchmarks.dashboard --runs 10k

First, the median time from asking for a page to its content being there: by its address in a new
tab, with the browser's cache warm, and from the menu of the open app. Then the time from choosing
each named view of the history, as Back and Forward do on the open page, to its first run being
there. Then 1, 5 and 20 viewers, each with a WebSocket as a browser has it, watch the first page
while a worker, in a process of its own, always has something to do: what each refresh sends, and
what it costs the process that serves. Ends with 1 where a page takes over 1.5 s, a view over 1 s,
or 20 viewers more than half a core.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote, urlencode

import psutil
from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.database import add_arguments, history
from benchmarks.ground import ground
from benchmarks.history import View, views
from benchmarks.table import load
from benchmarks.viewers import Viewer
from tests.app_process import AppProcess
from tests.e2e.viewing import QUIET, browser_path
from toggle_core.runs.commands import submit
from toggle_core.runs.filter_text import filter_to_text
from toggle_core.runs.query import RunFilter
from toggle_core.runs.reads import list_runs
from toggle_core.runs.rollup import count_changed_days
from toggle_core.runs.sorting import Sort
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Status

REPETITIONS: Final = 5
WARM: Final = 2
"""Times a page is opened before: a browser compiles a script for its cache at the second one."""

PAGE_SECONDS: Final = 1.5
VIEW_SECONDS: Final = 1.0
CHOOSE: Final = """query => {
  history.pushState(null, "", query);
  dispatchEvent(new PopStateEvent("popstate"));
}"""

SEEN: Final = "selector => document.querySelector(selector)?.checkVisibility()"
"""Asked by the browser itself at each frame: waiting for a locator looks every half second."""

VIEWERS: Final = (1, 5, 20)
MOST_CORES: Final = 0.5
WATCHED_SECONDS: Final = 20
SETTLE_SECONDS: Final = 6
BUSY_SECONDS: Final = 0.2
IN_FLIGHT: Final = 4
"""Runs that are not ended while the first page is watched; a page without any stops to refresh."""

WORKER: Final = ("-m", "toggle_core", "worker", "--threads", str(IN_FLIGHT - 2))
BUILDER: Final = "benchmarks.builders:Waiting"


@dataclass(frozen=True, slots=True)
class Place:
    """What is opened.

    Attributes:
        name: in the table.
        path: of its address.
        content: a selector of what is there once it can be read.
    """

    name: str
    path: str
    content: str


def places(database: Database) -> list[Place]:
    """Every page."""
    ended = list_runs(database, RunFilter(status=Status.COMPLETED), limit=2).runs
    first, second = (run.id for run in ended)
    return [
        Place("Build", "", "[class*=st-key-recent_row_]"),
        Place("Runs", "runs", "[class*=st-key-history_row_]"),
        Place(
            "Insights, first chart", "insights", "[data-testid=stVegaLiteChart] :is(canvas, svg)"
        ),
        Place(
            "Insights, last table", "insights", ".st-key-insight_tokens [data-testid=stDataFrame]"
        ),
        Place("Settings", "settings", ".st-key-keeping"),
        *(
            Place(f"Run, {tab}", f"run?id={first}&tab={tab}", f".st-key-live {content}")
            for tab, content in (
                ("Overview", ".prose"),
                ("Plan", ".prose"),
                ("Code", "code"),
                ("Timeline", ".st-key-checkpoints"),
            )
        ),
        Place("Compare", f"compare?left={first}&right={second}", ".st-key-compared table"),
    ]


def _query(view: View) -> str:
    asked = filter_to_text(view.wanted)
    if view.sort is not Sort.NEWEST:
        asked["sort"] = view.sort
    if view.cursor is not None:
        asked["cursor"] = str(view.cursor)
    return urlencode(asked, quote_via=quote)


def time_pages(context: BrowserContext, address: str, found: list[Place]) -> bool:
    """Print how long each page takes to open. Returns whether all are in time."""
    print(f"{'page, opened by its address':38} {'p50 s':>7} {'worst':>7} {'goal':>6}")
    in_time = True
    for place in found:
        taken = [_opened(context, address, place) for _ in range(WARM + REPETITIONS)][WARM:]
        median = statistics.median(taken)
        print(f"{place.name:38} {median:7.2f} {max(taken):7.2f} {PAGE_SECONDS:6.1f}", flush=True)
        in_time &= median < PAGE_SECONDS
    return in_time


def _opened(context: BrowserContext, address: str, place: Place) -> float:
    """Seconds from asking for a page in a new tab to its content being there."""
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{address}/{place.path}", wait_until="commit")
    _seen(page, place.content)
    taken = time.perf_counter() - began
    page.close()
    return taken


def _seen(page: Page, selector: str) -> None:
    """Wait for what can be seen first of a selector."""
    page.wait_for_function(SEEN, arg=selector)


def time_links(context: BrowserContext, address: str, found: list[Place]) -> bool:
    """Print how long pages take that are opened from the menu. Returns whether all are in time."""
    print(f"\n{'page, opened from the menu':38} {'p50 s':>7} {'worst':>7} {'goal':>6}")
    in_time = True
    page = context.new_page()
    page.goto(f"{address}/compare")
    for place in (each for each in found if "?" not in each.path):
        name = place.name.partition(",")[0]
        other = "Runs" if name == "Settings" else "Settings"
        taken = []
        for _ in range(REPETITIONS + 1):
            page.get_by_role("link", name=other, exact=True).click()
            page.get_by_role("heading", level=1, name=other).wait_for()
            began = time.perf_counter()
            page.get_by_role("link", name=name, exact=True).click()
            _seen(page, place.content)
            taken.append(time.perf_counter() - began)
        median = statistics.median(taken[1:])
        print(f"{place.name:38} {median:7.2f} {max(taken[1:]):7.2f} {PAGE_SECONDS:6.1f}")
        in_time &= median < PAGE_SECONDS
    page.close()
    return in_time


def time_views(context: BrowserContext, address: str, database: Database) -> bool:
    """Print how long each view takes on the open page. Returns whether all are in time."""
    print(f"\n{'view, chosen on the open page':38} {'p50 s':>7} {'worst':>7} {'goal':>6}")
    in_time = True
    shown = {
        _query(view): _row_of_first(database, view)
        for view in views(database)
        if not view.name.startswith("also")
    }
    names = {_query(view): view.name for view in views(database)}
    page = context.new_page()
    page.goto(f"{address}/runs")
    _seen(page, "[class*=st-key-history_row_]")
    apart = [query for query in shown if names[query] in {"a month", "rare word zeppelin"}]
    for query, row in shown.items():
        other = next(each for each in apart if each != query)  # none of its runs is in the view's
        taken = []
        for _ in range(REPETITIONS + 1):
            _choose(page, other, shown[other])
            taken.append(_choose(page, query, row))
        median = statistics.median(taken[1:])
        print(f"{names[query]:38} {median:7.2f} {max(taken[1:]):7.2f} {VIEW_SECONDS:6.1f}")
        in_time &= median < VIEW_SECONDS
    page.close()
    return in_time


def _row_of_first(database: Database, view: View) -> str:
    """A selector of the row of a run that the view begins with, or the history ends with."""
    found = list_runs(database, view.wanted, limit=1, cursor=view.cursor, sort=view.sort)
    return f".st-key-history_row_{found.runs[0].id.hex}"


def _choose(page: Page, query: str, row: str) -> float:
    """Seconds from choosing a view to a run of it being there."""
    began = time.perf_counter()
    page.evaluate(CHOOSE, f"?{query}")
    _seen(page, row)
    return time.perf_counter() - began


async def watch(app: AppProcess, database: Database) -> bool:
    """Print what viewers of the first page cost. Returns whether the most keep to the limit."""
    print(
        f"\n{'viewers of the first page':26} {'refreshes a second':>19} {'KB each':>8}"
        f" {'ms of CPU each':>15} {'cores':>6}"
    )
    assert app.process is not None
    process = psutil.Process(app.process.pid)
    cores = 0.0
    for count in VIEWERS:
        await _kept_busy(database)
        viewers = [Viewer() for _ in range(count)]
        looking = [asyncio.create_task(viewer.look(app.dashboard)) for viewer in viewers]
        await _kept_busy(database, seconds=SETTLE_SECONDS)
        before = [(viewer.refreshes, viewer.received) for viewer in viewers]
        spent, began = _cpu(process), time.perf_counter()
        await _kept_busy(database, seconds=WATCHED_SECONDS)
        spent, seconds = _cpu(process) - spent, time.perf_counter() - began
        refreshes = sum(viewer.refreshes for viewer in viewers) - sum(n for n, _ in before)
        received = sum(viewer.received for viewer in viewers) - sum(n for _, n in before)
        assert refreshes, [task.exception() for task in looking if task.done()]
        cores = spent / seconds
        print(
            f"{count:26} {refreshes / seconds:19.1f} {received / 1000 / refreshes:8.1f}"
            f" {1000 * spent / refreshes:15.1f} {cores:6.2f}",
            flush=True,
        )
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)
    return cores < MOST_CORES


async def _kept_busy(database: Database, *, seconds: float = 0) -> None:
    """Let time pass, and submit a run whenever there are too few."""
    ends = time.perf_counter() + seconds
    processing = RunFilter(status=Status.PROCESSING)
    while True:
        for _ in range(IN_FLIGHT - len(list_runs(database, processing).runs)):
            submit(database, "Create a page that is being watched", builder="waiting")
        if time.perf_counter() >= ends:
            return
        await asyncio.sleep(BUSY_SECONDS)


def _cpu(process: psutil.Process) -> float:
    """Seconds that a process has computed."""
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def serving(url: str, *, work: bool) -> Iterator[AppProcess]:
    """The app without a worker, and one in a process of its own where there is work to do."""
    variables = {"DATABASE_URL": url, "TOGGLE_BUILDER": BUILDER, "TOGGLE_WORKER_THREADS": "0"}
    with ExitStack() as stack:
        if work:
            stack.enter_context(AppProcess(WORKER, **variables)).launch()
        yield stack.enter_context(AppProcess(("app.py",), **variables)).start()


@contextmanager
def chromium() -> Iterator[BrowserContext]:
    """The browser of the tests, with a profile: as a person's, it keeps what it has read and
    compiled."""
    with sync_playwright() as playwright, TemporaryDirectory(prefix="toggle-bench-") as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=browser_path(),
            args=list(QUIET),
            viewport={"width": 1280, "height": 900},
        )
        yield context
        context.close()


def measure_pages(context: BrowserContext, chosen: argparse.Namespace) -> bool:
    """Open the pages of a long history, which nobody changes meanwhile."""
    with history(chosen) as database, serving(database.conninfo, work=False) as app:
        while count_changed_days(database, seconds=10):  # as workers do
            pass
        in_time = time_pages(context, app.dashboard, places(database))
        in_time &= time_links(context, app.dashboard, places(database))
        in_time &= time_views(context, app.dashboard, database)
    return in_time


def measure_viewers() -> bool:
    """Watch runs being worked on, in a database of their own."""
    with ground() as place:
        url = place.migrated("watched")
        with serving(url, work=True) as app:
            database = open_database(conninfo_of(url))
            kept = asyncio.run(watch(app, database))
            database.close()
    return kept


def main() -> int:
    """Run the benchmark. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    add_arguments(parser)
    parser.set_defaults(runs="10k")
    chosen = parser.parse_args()
    print(f"{load()}\n")
    with chromium() as context:
        in_time = measure_pages(context, chosen)
    kept = measure_viewers()
    return 0 if in_time and kept else 1


if __name__ == "__main__":
    sys.exit(main())
