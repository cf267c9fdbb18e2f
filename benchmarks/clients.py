"""Clients: threads that submit tasks over connections that they keep open."""

import contextlib
import itertools
import threading
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.contestants import Contestant

PATIENCE_SECONDS: Final = 300.0
LOOK_SECONDS: Final = 0.03

_numbers: Final = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round measured.

    Attributes:
        runs: that were submitted and done.
        seconds: from the first request to the end of the last run.
        latencies: of each submit, in seconds.
    """

    runs: int
    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        """Runs per second, end to end."""
        return self.runs / self.seconds


def submit_and_wait(contestant: Contestant, runs: int, clients: int = 8) -> Round:
    """Submit so many tasks, by so many clients at once, and wait until all are done.

    Args:
        contestant: takes them.
        runs: in all.
        clients: threads, each with one request at a time.
    """
    began = time.perf_counter()
    latencies = submit(contestant, runs, clients)
    wait(contestant)
    return Round(runs, time.perf_counter() - began, latencies)


def submit(contestant: Contestant, runs: int, clients: int) -> list[float]:
    """Submit so many tasks. Returns the seconds that each submit took."""
    left = iter(range(runs))
    turn = threading.Lock()
    latencies: list[float] = []

    def work() -> None:
        with contextlib.closing(contestant.connect()) as connection:
            while True:
                with turn:
                    if next(left, None) is None:
                        return
                    text = f"Create program number {next(_numbers)}"
                began = time.perf_counter()
                contestant.speaks.submit(connection, text)
                latencies.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(latencies) == runs, f"{runs - len(latencies)} submits failed"
    return latencies


def wait(contestant: Contestant) -> None:
    """Wait until nothing is to be done any more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with contextlib.closing(contestant.connect()) as connection:
        while contestant.speaks.busy(connection):
            assert time.monotonic() < deadline, "not done in time"
            time.sleep(LOOK_SECONDS)
