"""How soon open pages are there again once the database is back.

    python -m benchmarks.outage --rounds 3

Each page is open in a tab of one Chromium while Postgres is stopped for 20 s, and is looked at
every tenth of a second from the moment at which Postgres answers again.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from tests.app_process import AppProcess
from tests.e2e.viewing import QUIET, browser_path
from toggle_core.client import Client
from toggle_core.store import embedded

AWAY: Final = "The database cannot be reached at the moment."
PAGES: Final = {
    "Build": ("", ".st-key-recent"),
    "Runs": ("runs", ".st-key-history"),
    "Insights": ("insights", ".st-key-insight_runs"),
    "Settings": ("settings", ".st-key-keeping"),
    "a run": ("run?id={}", ".st-key-run_head"),
}
"""Where each page is, and what is there only once it is whole."""

OUTAGE_SECONDS: Final = 20.0
GOAL_SECONDS: Final = 10.0
PATIENCE_MS: Final = 120_000
MOST_ROUNDS: Final = 5


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="toggle-outage-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)
        for _ in range(min(scale.rounds, MOST_ROUNDS)):
            for name, seconds in _round(folder).items():
                found.setdefault(name, []).append(seconds)
    show("Until an open page is back after an outage of the database, s", list(_lines(found)))


def _round(folder: Path) -> dict[str, float]:
    """Seconds from the end of an outage until each page is back."""
    with embedded.start(folder) as server:
        url = server.url
        app = AppProcess(DATABASE_URL=url, TOGGLE_BUILDER="tests.builders:Quick")
        app.start()
        with Client(app.dashboard, timeout=60) as client:
            run_id = client.submit_task("Create a hello world app").task_id
    with app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(QUIET))
        pages = _opened(browser, app.dashboard, str(run_id))
        time.sleep(OUTAGE_SECONDS)
        with embedded.start(folder) as again:
            assert again.url == url
            return _until_back(pages, url)


def _opened(browser: Browser, address: str, run_id: str) -> dict[str, Page]:
    """Each page in a tab, saying that the database is away."""
    pages = {}
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    for name, (path, _) in PAGES.items():
        page = pages[name] = context.new_page()
        page.goto(f"{address}/{path.format(run_id)}")
        page.get_by_text(AWAY).wait_for(timeout=PATIENCE_MS)
    return pages


def _until_back(pages: dict[str, Page], url: str) -> dict[str, float]:
    with psycopg.connect(url):
        began = time.perf_counter()
    seconds: dict[str, float] = {}
    while len(seconds) < len(pages) and time.perf_counter() - began < PATIENCE_MS / 1000:
        for name, page in pages.items():
            if name in seconds or page.get_by_text(AWAY).count():
                continue
            if page.locator(PAGES[name][1]).count():
                seconds[name] = time.perf_counter() - began
        time.sleep(0.1)
    return seconds


def _lines(found: dict[str, list[float]]) -> Iterator[Line]:
    for name, seconds in found.items():
        median = statistics.median(seconds)
        yield Line(
            name,
            f"{median:.1f} (worst {max(seconds):.1f})",
            "",
            f"< {GOAL_SECONDS:.0f} s",
            max(seconds) < GOAL_SECONDS,
        )


if __name__ == "__main__":
    measure(read_scale("benchmarks.outage", __doc__))
