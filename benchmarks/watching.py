"""What viewers of the live page cost: the second part of ``benchmarks.dashboard``."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import psutil

from benchmarks.ground import ground
from benchmarks.viewers import Viewer
from tests.app_process import AppProcess
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import list_runs
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Status

VIEWERS: Final = (1, 5, 20)
MOST_CORES: Final = 0.5
WATCHED_SECONDS: Final = 20
SETTLE_SECONDS: Final = 6
BUSY_SECONDS: Final = 0.2
IN_FLIGHT: Final = 4
"""Runs that are not ended while the first page is watched; a page without any stops to refresh."""

WORKER: Final = ("-m", "toggle_core", "worker", "--threads", str(IN_FLIGHT - 2))
BUILDER: Final = "benchmarks.builders:Waiting"


@contextmanager
def serving(url: str, *, work: bool) -> Iterator[AppProcess]:
    """The app without a worker, and one in a process of its own where there is work to do."""
    variables = {"DATABASE_URL": url, "TOGGLE_BUILDER": BUILDER, "TOGGLE_WORKER_THREADS": "0"}
    with ExitStack() as stack:
        if work:
            stack.enter_context(AppProcess(WORKER, **variables)).launch()
        yield stack.enter_context(AppProcess(("app.py",), **variables)).start()


def measure_viewers() -> bool:
    """Watch runs being worked on, in a database of their own."""
    with ground() as place:
        url = place.migrated("watched")
        with serving(url, work=True) as app:
            database = open_database(conninfo_of(url))
            kept = asyncio.run(watch(app, database))
            database.close()
    return kept


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
