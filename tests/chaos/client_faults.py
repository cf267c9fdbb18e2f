"""Faults of clients: all of them at once, and one that goes away in the middle."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
from playwright.sync_api import Browser, expect, sync_playwright

from tests.chaos.result import Result, result_of
from tests.chaos.rig import Scale, rig
from tests.e2e.viewing import QUIET, browser_path


def storm_of_submits(scale: Scale) -> Result:
    """Fifty clients submit ten times for each run of the scale, with each key twice, in a rush."""
    clients = 50 if scale.rounds > 1 else 10
    tasks = scale.runs * 5
    with rig(scale) as at:
        app = at.process(TOGGLE_WORKER_THREADS="16", CHAOS_STEP_SECONDS="0").start()
        numbers = itertools.count()
        began = time.monotonic()

        def rush(_: int) -> None:
            with httpx.Client(base_url=app.api, timeout=60) as client:
                while (number := next(numbers)) < tasks * 2:
                    at.post(client, f"Task {number // 2}", key=f"key-{number // 2}")

        with ThreadPoolExecutor(clients) as threads:
            list(threads.map(rush, range(clients)))
        at.injections = tasks * 2
        at.recoveries.append(time.monotonic() - began)
        assert len(at.accepted) == tasks, (len(at.accepted), tasks)
        return result_of(at)


def close_the_browser(scale: Scale) -> Result:
    """The browser that shows a run is closed in the middle of it, and another one is opened."""
    with rig(scale) as at:
        app = at.process().start()

        def watch() -> None:
            with sync_playwright() as playwright:
                for _ in range(scale.rounds):
                    at.submit(1)
                    [address] = {f"{app.dashboard}/run?id={run_id}" for run_id in at.newest}
                    launched = [
                        playwright.chromium.launch(executable_path=browser_path(), args=list(QUIET))
                        for _ in range(2)
                    ]
                    with at.injection():
                        _leave(launched[0], address)
                    _see_the_end(launched[1], address)

        # In a thread of its own: the tests' thread may have the loop of another Playwright.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(watch).result()
        return result_of(at)


def _leave(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    expect(page.locator(".st-key-timeline")).to_be_visible(timeout=180_000)
    browser.close()


def _see_the_end(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished", timeout=180_000)
    browser.close()
