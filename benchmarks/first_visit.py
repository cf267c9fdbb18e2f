"""How soon a first visit over a slow line sees something, and can type.

    python -m benchmarks.first_visit --rounds 3

Chromium with an empty cache, held to 1 Mbit/s and 200 ms for each request by its own DevTools
protocol, opens the first page of ours and a Streamlit app of one text box and one button.
WebSockets are not slowed down by it.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.contestants import START_SECONDS, STOP_SECONDS, free_port, ours
from benchmarks.ground import Ground, ground
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from tests.e2e.viewing import QUIET, browser_path

LINE: Final = {
    "offline": False,
    "latency": 200,
    "downloadThroughput": 1_000_000 / 8,
    "uploadThroughput": 1_000_000 / 8,
}
"""1 Mbit/s, and 200 ms until an answer begins."""

PLAIN: Final = """
import streamlit as st
st.title("What should we build today?")
st.text_area("Task")
st.button("Submit")
"""

PAINTED: Final = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime"""
TYPABLE: Final = """() => {
  const box = document.querySelector("textarea");
  return box && box.checkVisibility() && box.getBoundingClientRect().height > 0;
}"""

PAINT_SECONDS: Final = 3.0
TYPE_SECONDS: Final = 12.0
PATIENCE_MS: Final = 120_000
MOST_ROUNDS: Final = 5
OURS: Final = "ours"
STREAMLIT: Final = "a plain Streamlit app"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visit took.

    Attributes:
        paint: seconds until the browser has painted any text or picture.
        box: seconds until the text box is there.
        kilobytes: on the wire until then.
    """

    paint: float
    box: float
    kilobytes: float


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    with (
        ground() as here,
        ours(here, "first_visit", threads=1) as served,
        _plain(here) as plain,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(QUIET))
        ports = {OURS: served.port, STREAMLIT: plain}
        _visit(browser, served.port)  # the server compresses and compiles at the first one
        found: dict[str, list[Visit]] = {name: [] for name in ports}
        for _ in range(min(scale.rounds, MOST_ROUNDS)):
            for name, port in ports.items():
                found[name].append(_visit(browser, port))
        browser.close()
    show("A first visit at 1 Mbit/s and 200 ms, s", _lines(found))


def _lines(found: dict[str, list[Visit]]) -> Iterator[Line]:
    goals = {"paint": PAINT_SECONDS, "box": TYPE_SECONDS, "kilobytes": None}
    words = {"paint": "first paint", "box": "text box", "kilobytes": "KB until then"}
    for what, goal in goals.items():
        medians = {
            name: statistics.median(getattr(visit, what) for visit in visits)
            for name, visits in found.items()
        }
        for name, median in medians.items():
            is_goal = goal is not None and name == OURS
            yield Line(
                f"{name}: {words[what]}",
                f"{median:,.1f}",
                f"{medians[STREAMLIT] / median:.2f} x sooner" if is_goal else "",
                f"< {goal:.0f} s" if is_goal else "",
                median < (goal or 0) if is_goal else None,
            )


def _visit(browser: Browser, port: int) -> Visit:
    """Open the first page with nothing in the cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    network = context.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.dataReceived", lambda part: sizes.append(part["encodedDataLength"]))
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", LINE)
    began = time.perf_counter()
    page.goto(f"http://127.0.0.1:{port}/", wait_until="commit", timeout=PATIENCE_MS)
    page.wait_for_function(TYPABLE, timeout=PATIENCE_MS)
    box = time.perf_counter() - began
    visit = Visit(page.evaluate(PAINTED) / 1000, box, sum(sizes) / 1000)
    context.close()
    return visit


@contextlib.contextmanager
def _plain(here: Ground) -> Iterator[int]:
    """The other app, as ``streamlit run`` serves it. Gives its port."""
    script = here.folder / "plain.py"
    script.write_text(PLAIN)
    port = free_port()
    options = {"headless": "true", "port": str(port), "fileWatcherType": "none"}
    served = [f"--server.{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", str(script), *served),
            "--browser.gatherUsageStats=false",
        ],
        cwd=here.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(process, port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(OSError, HTTPException),
            contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
        ):
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the plain Streamlit app did not start")


if __name__ == "__main__":
    measure(read_scale("benchmarks.first_visit", __doc__))
