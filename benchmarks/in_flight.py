"""Many runs in flight in one process, while a builder waits a second for each of its two answers.

    python -m benchmarks.in_flight --in-flight 500

The ideal is what the waiting alone takes with so many threads. Memory is the most the process took,
beyond what it took before, for each run that was executed at the same time.
"""

import math
import time
from pathlib import Path

from benchmarks.clients import submit_and_wait, wait
from benchmarks.contestants import Contestant, ours
from benchmarks.ground import ground
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

THREADS = 50
WAITS = 2
GOAL = 1.15
MB = 1_000_000


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    runs = scale.in_flight
    threads = min(THREADS, runs)
    waiting = "benchmarks.builders:Waiting"
    with ground() as here, ours(here, "flight", threads=threads, builder=waiting) as server:
        submit_and_wait(server, 1)
        before = _resident(server)
        _forget_peak(server)
        began = time.perf_counter()
        submit_and_wait(server, runs)
        wait(server)
        seconds = time.perf_counter() - began
        above = max(_peak(server) - before, 0) / threads / MB
    ideal = math.ceil(runs / threads) * WAITS
    ratio = seconds / ideal
    title = f"{runs} runs of {WAITS} s of waiting, one process, {threads} threads"
    told = f"{ratio:.2f} x the ideal of {ideal} s"
    wall = Line("wall time", f"{seconds:.1f} s", told, f"at most {GOAL} x", ratio <= GOAL)
    show(title, [wall, Line("memory for each run in flight", f"{above:.2f} MB")])


def _resident(server: Contestant) -> int:
    return _status(server, "VmRSS")


def _peak(server: Contestant) -> int:
    return _status(server, "VmHWM")


def _status(server: Contestant, name: str) -> int:
    lines = Path(f"/proc/{server.processes[0].pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024


def _forget_peak(server: Contestant) -> None:
    """See proc(5), clear_refs."""
    Path(f"/proc/{server.processes[0].pid}/clear_refs").write_text("5")


if __name__ == "__main__":
    measure(read_scale("benchmarks.in_flight", __doc__))
