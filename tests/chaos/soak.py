"""``make soak``: steady load for a long time, and a table of what grows under it."""

import argparse
import itertools
import sys
import threading
import time
from dataclasses import astuple, dataclass
from typing import Final
from uuid import UUID

import httpx
import psutil
import psycopg

from tests.app_process import AppProcess
from tests.chaos.rig import Rig, Scale, rig
from toggle_core.store.retention import Policy
from toggle_core.store.sweeping import sweep

HEAD: Final = (
    "minute",
    "runs",
    "app MB",
    "Postgres MB",
    "threads",
    "files",
    "connections",
    "jobs",
    "steps MB",
    "history KB/run",
)
ROW: Final = "{:>6.1f} {:>7} {:>8.0f} {:>12.0f} {:>8} {:>6} {:>12} {:>6} {:>9.1f} {:>15.2f}"

LOOSE: Final = {
    "app MB": (1.05, 15),
    "Postgres MB": (1.10, 30),
    "threads": (1.0, 2),
    "files": (1.0, 6),
    "connections": (1.0, 3),
    "jobs": (1.0, 30),
    "steps MB": (1.15, 2),
    "history KB/run": (1.10, 0.5),
}
"""How much larger, as a factor and in addition, the last third may be than the one before it."""

AGE: Final = """
    UPDATE runs SET created_at = created_at - interval '400 days',
                    started_at = started_at - interval '400 days',
                    finished_at = finished_at - interval '400 days'
     WHERE finished_at BETWEEN now() - interval '1 day' AND now() - interval '60 s'
"""
"""A minute is as good as a year: what has ended then is for the sweep of the history."""

SIZES: Final = """
    SELECT (SELECT count(*) FROM runs),
           (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
           (SELECT count(*) FROM procrastinate_jobs),
           (SELECT sum(pg_total_relation_size(name::regclass)) / 1e6
              FROM unnest(ARRAY['checkpoints', 'checkpoint_blobs', 'checkpoint_writes']) AS name),
           (SELECT sum(pg_total_relation_size(name::regclass)) / 1e3
              FROM unnest(ARRAY['runs', 'run_events']) AS name)
"""

POLICY: Final = Policy(30, 180)


@dataclass(frozen=True)
class Sample:
    """How things are at one moment, in the order of ``HEAD``."""

    minute: float
    runs: int
    app: float
    postgres: float
    threads: int
    files: int
    connections: int
    jobs: int
    steps: float
    history: float


def main() -> int:
    """Soak for as long as asked. Returns the exit code: 1 where something grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=2.0, help="runs submitted in a second")
    asked = parser.parse_args()
    with rig(Scale(0, 1, 0, step_seconds=0.3)) as at:
        app = at.process().start()
        stop = threading.Event()
        loads = [
            threading.Thread(target=load, args=(at, app, stop, asked.rate))
            for load in (_submit, _look)
        ]
        for thread in loads:
            thread.start()
        samples = _watch(at, app, asked.minutes)
        stop.set()
        for thread in loads:
            thread.join()
        books = at.finish()
    grown = growth(samples)
    for what in grown:
        sys.stdout.write(f"Grew: {what}\n")
    # The steps are swept away meanwhile: of what was recorded, only the ends can be counted.
    amiss = (books.lost, books.stuck, books.untold, books.failed)
    told = "accepted {}, lost {}, stuck {}, untold {}, failed {}\n"
    sys.stdout.write(told.format(books.accepted, *amiss))
    well = not any(amiss) and not grown
    sys.stdout.write("Nothing grew, and nothing was lost.\n" if well else "This is not well.\n")
    return 0 if well else 1


def growth(samples: list[Sample]) -> list[str]:
    """What is larger in the last third than it was in the second, with its numbers."""
    third = len(samples) // 3
    found = []
    for column, name in enumerate(HEAD):
        if name not in LOOSE:
            continue
        values = [float(astuple(sample)[column]) for sample in samples]
        before, after = _mean(values[third : 2 * third]), _mean(values[2 * third :])
        factor, addition = LOOSE[name]
        if after > max(before * factor, before + addition):
            found.append(f"{name}, from {before:.1f} to {after:.1f}")
    return found


def _mean(values: list[float]) -> float:
    return sum(values) / max(len(values), 1)


def _watch(at: Rig, app: AppProcess, minutes: float) -> list[Sample]:
    sys.stdout.write(" ".join(HEAD) + "\n")
    samples: list[Sample] = []
    began = time.monotonic()
    pause = max(5.0, minutes * 60 / 60)
    while (now := time.monotonic()) - began < minutes * 60:
        with psycopg.connect(at.url, autocommit=True) as connection:
            connection.execute(AGE)
        sweep(at.database, POLICY)
        samples.append(_sample(at, app, (now - began) / 60))
        sys.stdout.write(ROW.format(*astuple(samples[-1])) + "\n")
        sys.stdout.flush()
        time.sleep(pause)
    return samples


def _sample(at: Rig, app: AppProcess, minute: float) -> Sample:
    process = psutil.Process(app.pid)
    with psycopg.connect(at.url) as connection:
        [(runs, connections, jobs, steps, history)] = connection.execute(SIZES).fetchall()
    return Sample(
        minute,
        runs,
        process.memory_info().rss / 1e6,
        _memory_of(at) / 1e6,
        process.num_threads(),
        process.num_fds(),
        connections,
        jobs,
        float(steps),
        float(history) / max(runs, 100),
    )


def _memory_of(at: Rig) -> float:
    """Memory of Postgres that its processes do not share, in bytes."""
    pid = int((at.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    postmaster = psutil.Process(pid)
    total = 0.0
    for process in (postmaster, *postmaster.children()):
        try:
            memory = process.memory_info()
        except psutil.NoSuchProcess:
            continue
        total += memory.rss - memory.shared
    return total


def _submit(at: Rig, app: AppProcess, stop: threading.Event, rate: float) -> None:
    """Submit so many runs in a second."""
    with httpx.Client(base_url=app.api, timeout=30) as client:
        while not stop.wait(1 / rate):
            at.post(client, f"Task {len(at.accepted)}")


def _look(at: Rig, app: AppProcess, stop: threading.Event, _: float) -> None:
    """Do what people and programs do meanwhile: read, follow, export."""
    with httpx.Client(base_url=app.api, timeout=30) as client:
        for number in itertools.count():
            if stop.wait(1.0):
                return
            client.get("/tasks", params={"limit": 50}).raise_for_status()
            newest = max(at.accepted, default=None)
            if newest is not None and number % 5 == 0:
                _follow(client, newest)
            if number % 60 == 0:
                client.get("/runs.csv", params={"q": "Task"}).raise_for_status()


def _follow(client: httpx.Client, task: UUID) -> None:
    with client.stream("GET", f"/tasks/{task}/events") as stream:
        for _ in stream.iter_lines():
            pass


if __name__ == "__main__":
    sys.exit(main())
