"""What a run costs the database, beyond what bare LangGraph costs it.

    python -m benchmarks.overhead --statements

Statements and round trips are counted on the wire, commits by ``pg_stat_database``, bytes of WAL by
``pg_stat_wal``. What an idle process does in the same time is taken off.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.clients import submit_and_wait
from benchmarks.contestants import ours
from benchmarks.ground import Ground, ground
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from benchmarks.throughput import bare
from benchmarks.wire import Wire, wire

GOAL = 1.5
IDLE_SECONDS = 5.0
TOLD_SECONDS = 1.5
"""A session of Postgres tells its numbers at most once a second."""

COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = %s"
WAL = "SELECT wal_bytes::bigint FROM pg_stat_wal"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of something, in all or for each run."""

    seconds: float
    statements: float
    waits: float
    commits: float
    wal: float

    def less(self, idle: "Cost", runs: int) -> "Cost":
        """For each run, without what happens anyway."""
        share = self.seconds / idle.seconds
        return Cost(
            self.seconds / runs,
            (self.statements - idle.statements * share) / runs,
            (self.waits - idle.waits * share) / runs,
            (self.commits - idle.commits * share) / runs,
            (self.wal - idle.wal * share) / runs,
        )


def cost(here: Ground, database: str, counted: Wire, work: Callable[[], object]) -> Cost:
    """What some work costs."""
    time.sleep(TOLD_SECONDS)
    counted.clear()
    commits, wal = here.ask(COMMITS, database), here.ask(WAL)
    began = time.perf_counter()
    work()
    seconds = time.perf_counter() - began
    statements, waits = counted.statements.total(), counted.waits
    time.sleep(TOLD_SECONDS)
    made = here.ask(COMMITS, database) - commits
    return Cost(seconds, statements, waits, made, here.ask(WAL) - wal)


def measure(scale: Scale, *, statements: bool = False) -> None:
    """Print this part of the table."""
    runs = scale.runs
    with ground() as here:
        sockets = [here.folder / "ours-wire", here.folder / "bare-wire"]
        for folder in sockets:
            folder.mkdir()
        with wire(here.migrated("overhead"), sockets[0]) as counted:
            with ours(here, "overhead", DATABASE_URL=counted.url) as server:
                submit_and_wait(server, 40)
                idle = cost(here, "overhead", counted, lambda: time.sleep(IDLE_SECONDS))
                all_in = cost(here, "overhead", counted, lambda: submit_and_wait(server, runs))
            our = all_in.less(idle, runs)
            texts = counted.statements.copy()
        with wire(here.database("bare"), sockets[1]) as counted:
            bare(1, counted.url)
            warm = cost(here, "bare", counted, lambda: bare(1, counted.url))
            theirs = _difference(
                cost(here, "bare", counted, lambda: bare(runs + 1, counted.url)), warm, runs
            )
    show(f"What a run costs the database, {runs} runs", _lines(our, theirs))
    if statements:
        for text, times in texts.most_common(40):
            print(f"{times / runs:6.2f}  {text[:170]}")


def _difference(many: Cost, one: Cost, runs: int) -> Cost:
    """For each run, without setting up and warming up."""
    return Cost(
        0,
        (many.statements - one.statements) / runs,
        (many.waits - one.waits) / runs,
        (many.commits - one.commits) / runs,
        (many.wal - one.wal) / runs,
    )


def _lines(our: Cost, bare_loop: Cost) -> list[Line]:
    def line(what: str, ours_: float, theirs: float) -> Line:
        told = f"{ours_:.1f} against {theirs:.1f}"
        return Line(what, told, f"{ours_ / theirs:.2f} x bare LangGraph")

    commits = our.commits / bare_loop.commits
    told = f"{our.commits:.1f} against {bare_loop.commits:.1f}"
    ratio = f"{commits:.2f} x bare LangGraph"
    return [
        line("statements", our.statements, bare_loop.statements),
        line("round trips", our.waits, bare_loop.waits),
        Line("commits", told, ratio, f"at most {GOAL} x", commits <= GOAL),
        line("KB of WAL", our.wal / 1000, bare_loop.wal / 1000),
    ]


if __name__ == "__main__":
    wants = "--statements" in sys.argv
    sys.argv = [each for each in sys.argv if each != "--statements"]
    measure(read_scale("benchmarks.overhead", __doc__), statements=wants)
