"""How fast the pages open in a real browser, and what viewers of the live page cost.

    python -m benchmarks.dashboard --runs 10k

First, the median time from asking for a page to its content being there: by its address in a new
tab, with the browser's cache warm, and from the menu of the open app. Then the time from choosing
each named view of the history, as Back and Forward do on the open page, to its first run being
there. Then what a first visit weighs, with nothing in the browser's cache. Then 1, 5 and 20
viewers, each with a WebSocket as a browser has it, watch the first page while a worker, in a
process of its own, always has something to do: what each refresh sends, and what it costs the
process that serves. Ends with 1 where a page takes over 1.5 s, a view over 1 s,
or 20 viewers more than half a core.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote, urlencode

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.database import add_arguments, history
from benchmarks.history import View, views
from benchmarks.table import load
from benchmarks.watching import measure_viewers, serving
from tests.e2e.viewing import QUIET, browser_path
from toggle_core.history.filter_text import filter_to_text
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import list_runs
from toggle_core.history.sorting import Sort
from toggle_core.insights.rollup import count_changed_days
from toggle_core.store.database import Database
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

SEEN: Final = """selector => {
  const found = document.querySelector(selector);
  const size = found?.getBoundingClientRect();
  return found && found.checkVisibility() && size.width * size.height > 0;
}"""
"""Asked by the browser itself at each frame: waiting for a locator looks every half second."""


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
    found = [view for view in views(database) if not view.name.startswith("also")]
    shown = {_query(view): _row_of_first(database, view) for view in found}
    names = {_query(view): view.name for view in found}
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


def weigh_pages(context: BrowserContext, address: str, found: list[Place]) -> None:
    """Print what a browser fetches for each page when it has nothing yet."""
    print(f"\n{'page, in a browser that is empty':38} {'files':>7} {'KB':>7}")
    for place in found:
        sizes = _fetched_bytes(context, f"{address}/{place.path}", place.content)
        print(f"{place.name:38} {len(sizes):7} {sum(sizes) / 1000:7,.0f}", flush=True)


def _fetched_bytes(context: BrowserContext, address: str, content: str) -> list[float]:
    """Bytes on the wire of each file that a page needs, with nothing in the browser's cache."""
    page = context.new_page()
    network = context.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda file: sizes.append(file["encodedDataLength"]))
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    page.goto(address)
    _seen(page, content)
    page.wait_for_load_state("networkidle")
    page.close()
    return sizes


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
        weigh_pages(context, app.dashboard, places(database))
    return in_time


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
