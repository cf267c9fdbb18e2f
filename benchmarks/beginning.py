"""How soon a run begins on an idle system: from being accepted to its first node.

    python -m benchmarks.beginning

Accepted is when the transaction began that wrote the run (``created_at``); the first node notes the
time of day when it runs. Both clocks are this machine's.
"""

import statistics
import time
from pathlib import Path

import psycopg

from benchmarks.builders import NOTES
from benchmarks.clients import submit, submit_and_wait, wait
from benchmarks.contestants import Contestant, ours
from benchmarks.ground import ground
from benchmarks.rounds import percentile
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

GOAL_MS = 20
MS = 1000
RUNS_OF_A_ROUND = 12


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    lines = []
    with ground() as here:
        for name, beside in (("one process", False), ("a worker process beside it", True)):
            notes = here.folder / f"notes-{beside}"
            settings = {"builder": "benchmarks.builders:Noting", NOTES: str(notes)}
            with ours(here, f"begin_{beside}".lower(), beside=beside, **settings) as server:
                submit_and_wait(server, 10)
                for _ in range(RUNS_OF_A_ROUND * scale.rounds):
                    submit(server, 1, 1)
                    wait(server)
                    time.sleep(0.1)
                found = _milliseconds(server, notes)
            told = " / ".join(f"{percentile(found, each):.1f}" for each in (50, 95, 99))
            met = statistics.median(found) < GOAL_MS
            lines.append(Line(f"{name}: p50 / p95 / p99", told, "", f"p50 < {GOAL_MS} ms", met))
    show("Accepted to first node, idle, ms", lines)


def _milliseconds(server: Contestant, notes: Path) -> list[float]:
    with psycopg.connect(server.database) as connection:
        rows = connection.execute("SELECT task, extract(epoch FROM created_at)::float FROM runs")
        accepted = dict(rows.fetchall())
    begun = [line.split(" ", 1) for line in notes.read_text().splitlines()]
    return [(float(at) - accepted[task]) * MS for at, task in begun[10:]]


if __name__ == "__main__":
    measure(read_scale("benchmarks.beginning", __doc__))
