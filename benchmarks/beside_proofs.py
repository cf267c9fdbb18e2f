"""What a founder waits for while runs are proved and apps used: the receipt, and the live table.

python -m benchmarks.beside_proofs

One process serves and works on four production runs at a time, each proved by all gates, without
a pause; then it also serves four opened apps, each used four times a second. Meanwhile tasks are
submitted through the API, one after the other, and a viewer of the first page, who speaks
Streamlit's protocol as a browser does, asks for each refresh of the table. A receipt is a submit
and a refresh.
"""

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException

from benchmarks.contestants import Contestant, call, free_port, ours
from benchmarks.ground import ground
from benchmarks.rounds import percentile
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from benchmarks.used_apps import apps_in_use
from benchmarks.viewers import Viewer

PROVED = "A to-do list as a web page"
DRAFT = "Create a hello world app"
PROOFS = 4
APPS = 4
SECONDS = 60.0
BETWEEN = 1.0
RECEIPT_SECONDS = 2.0
TICK_SECONDS = 0.4


def measure(scale: Scale) -> None:
    """Print this part of the table; ``scale`` changes nothing about it."""
    del scale
    apps_port = free_port()
    settings = {"TOGGLE_APPS": "on", "TOGGLE_APPS_PORT": str(apps_port)}
    with (
        ground() as here,
        ours(here, "proofs", builder="blueprints", **settings) as server,
    ):
        with _proving(server) as proved:
            busy = _watch(server)
        show(f"While {PROOFS} runs are being proved", _lines(proved, busy))
        with apps_in_use(server, apps_port, APPS) as pressed, _proving(server) as proved:
            busy = _watch(server)
        lines = [*_lines(proved, busy), _line("a page of an app", pressed)]
        show(f"While {PROOFS} runs are being proved and {APPS} apps are used", lines)


def _lines(proved: Sequence[str], busy: "_Watched") -> list[Line]:
    return [
        Line("proofs that ended meanwhile", str(len(proved))),
        _line("submit", busy.submits),
        _line("refresh of the live table", busy.ticks, TICK_SECONDS),
        _line("receipt", busy.receipts, RECEIPT_SECONDS),
    ]


class _Watched:
    """Seconds that each thing took."""

    def __init__(self) -> None:
        self.submits: list[float] = []
        self.ticks: list[float] = []

    @property
    def receipts(self) -> list[float]:
        """A submit and a refresh, the slow with the slow: no pair was worse."""
        submits, ticks = sorted(self.submits, reverse=True), sorted(self.ticks, reverse=True)
        return [submit + tick for submit, tick in zip(submits, ticks, strict=False)]


def _watch(server: Contestant) -> _Watched:
    watched = _Watched()
    viewer = Viewer()

    async def look() -> None:
        looking = asyncio.create_task(viewer.look(f"http://127.0.0.1:{server.port}"))
        ends = time.perf_counter() + SECONDS
        while time.perf_counter() < ends:
            watched.submits.append(await asyncio.to_thread(_submit, server))
            await asyncio.sleep(BETWEEN)
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking

    asyncio.run(look())
    watched.ticks = viewer.seconds
    return watched


def _submit(server: Contestant) -> float:
    began = time.perf_counter()
    with closing(server.connect()) as connection:
        call(connection, "POST", "/api/tasks", {"description": DRAFT})
    return time.perf_counter() - began


@contextmanager
def _proving(server: Contestant) -> Iterator[list[str]]:
    """Keep four production runs under way inside the block. Yields the verdicts as they come."""
    verdicts: list[str] = []
    stop = threading.Event()

    def prove() -> None:
        task = {"description": PROVED, "production": True}
        with closing(server.connect()) as connection:
            while not stop.is_set():
                with suppress(HTTPException, OSError):
                    task_id = call(connection, "POST", "/api/tasks", task)["task_id"]
                    if verdict := _verdict(connection, task_id, stop):
                        verdicts.append(verdict)

    threads = [threading.Thread(target=prove) for _ in range(PROOFS)]
    for thread in threads:
        thread.start()
    try:
        _wait_for_work(server)
        yield verdicts
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _wait_for_work(server: Contestant) -> None:
    """The first page has a timer only if a run is under way when it is opened."""
    with closing(server.connect()) as connection:
        while not server.speaks.busy(connection):
            time.sleep(0.05)


def _verdict(connection: HTTPConnection, task_id: str, stop: threading.Event) -> str:
    while not stop.wait(0.5):
        task = call(connection, "GET", f"/api/tasks/{task_id}")
        if task["status"] != "processing":
            return str(task["verdict"])
    return ""


def _line(what: str, found: list[float], goal: float | None = None) -> Line:
    p95 = percentile(found, 95)
    value = f"{statistics.median(found):.2f} / {p95:.2f} s"
    limit, met = ("", None) if goal is None else (f"p95 {goal:g} s", p95 <= goal)
    return Line(f"{what}, p50 / p95", value, "", limit, met)


if __name__ == "__main__":
    measure(read_scale("benchmarks.beside_proofs", __doc__))
