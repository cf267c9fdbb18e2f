"""The web apps of the built-in library, started as their owner does, seen in a real browser."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no types
from playwright.sync_api import Browser, Page

from tests.app_process import free_port
from tests.e2e.viewing import DESK, PHONE
from toggle_core.builders.blueprints.builder import render

SHARED_STYLE = (
    *("to-do-list", "expense-tracker", "quiz", "habit-tracker", "url-shortener", "notes"),
    *("contact-form", "calculator", "password-generator", "text-statistics", "unit-converter"),
    *("hello-world", "rest-api", "csv-report", "invoice", "blog", "own-quiz"),
)
START_SECONDS = 120.0

TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("main *")]
  .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1
    && getComputedStyle(each).overflowX !== "visible"
    && !["INPUT", "SELECT"].includes(each.tagName))
  .map(each => each.outerHTML.slice(0, 120))"""
"""Elements that cut what is in them or scroll sideways; fields may scroll."""

SHIFTS = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""


@contextmanager
def started(name: str, folder: Path) -> Iterator[str]:
    """Start a project of the library and yield its address."""
    for path, text in render(name, {"interface": "web"}).files.items():
        (folder / path).write_text(text, encoding="utf-8")
    port = str(free_port())
    address = f"http://127.0.0.1:{port}"
    program = subprocess.Popen(
        [sys.executable, "main.py"],
        cwd=folder,
        env={**os.environ, "PORT": port},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(address):
            assert time.monotonic() < deadline, f"{name} does not answer"
            time.sleep(0.05)
        yield address
    finally:
        program.terminate()
        program.wait(timeout=START_SECONDS)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=START_SECONDS).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """A phone at night; the tests look at it by day as well."""
    context = browser.new_context(
        viewport={"width": PHONE.width, "height": 844}, color_scheme="dark", reduced_motion="reduce"
    )
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", SHARED_STYLE)
def test_a_made_app_can_be_used_by_everyone_on_a_phone(
    name: str, phone: Page, tmp_path: Path
) -> None:
    failed: list[str] = []
    phone.on("requestfailed", lambda request: failed.append(request.url))
    phone.on("response", lambda response: failed.append(response.url) if not response.ok else None)
    with started(name, tmp_path) as address:
        phone.goto(address)
        assert phone.evaluate(SHIFTS) < 0.02, "what is shown jumps while the page loads"
        for view in (PHONE, DESK):
            phone.emulate_media(color_scheme=view.scheme)
            found = Axe().run(phone).response["violations"]
            assert [(rule["id"], [each["html"] for each in rule["nodes"]]) for rule in found] == []
        assert phone.evaluate(TOO_WIDE) == []
    assert failed == []
