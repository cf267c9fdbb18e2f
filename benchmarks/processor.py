"""Processor time of a run, by who spends it: clients, servers, Postgres.

    python -m benchmarks.processor --runs 300

On a machine whose cores are all busy, this is what decides how many runs a second there are: so
many as its cores have time for. Each contestant is alone while it is measured.
"""

import contextlib
import os
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from benchmarks.clients import submit_and_wait
from benchmarks.contestants import Contestant, all_of
from benchmarks.ground import Ground, ground
from benchmarks.rounds import alternate
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from benchmarks.throughput import BARE_DURABLE, WARM_RUNS, bare

MS = 1000


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds.

    Attributes:
        clients: of the process that asks.
        programs: of the contestant's own processes.
        postgres: of the server and all its sessions.
    """

    clients: float
    programs: float
    postgres: float

    def less(self, other: "Spent") -> "Spent":
        """What was spent since then."""
        return Spent(
            self.clients - other.clients,
            self.programs - other.programs,
            self.postgres - other.postgres,
        )


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    with ground() as here, all_of(here) as servers:
        postgres = _postmaster(here)
        for server in servers.values():
            submit_and_wait(server, WARM_RUNS)
        turns: dict[str, Callable[[], Spent]] = {
            name: partial(_of_server, server, postgres, scale.runs)
            for name, server in servers.items()
        }
        conninfo = here.database("bare")
        bare(1, conninfo)
        turns[BARE_DURABLE] = partial(_of_bare, conninfo, postgres, scale.runs)
        found = alternate(turns, scale.rounds)
    show("Processor time of a run, ms", [_line(name, each, scale) for name, each in found.items()])


def _of_server(server: Contestant, postgres: psutil.Process, runs: int) -> Spent:
    programs = [psutil.Process(process.pid) for process in server.processes]
    before = _spent(programs, postgres)
    submit_and_wait(server, runs)
    return _spent(programs, postgres).less(before)


def _of_bare(conninfo: str, postgres: psutil.Process, runs: int) -> Spent:
    """Its process is started each time: what that takes is taken off."""
    before = _spent((), postgres)
    bare(1, conninfo)
    begun = _spent((), postgres)
    bare(runs + 1, conninfo)
    return _spent((), postgres).less(begun).less(begun.less(before))


def _spent(programs: Iterable[psutil.Process], postgres: psutil.Process) -> Spent:
    """What processes have spent so far."""
    asked = os.times()
    return Spent(
        asked.user + asked.system,
        asked.children_user + asked.children_system + sum(map(_seconds, programs)),
        _seconds(postgres),
    )


def _seconds(process: psutil.Process) -> float:
    """Of a process and all that it has started, ended or not."""
    times = [process.cpu_times()]
    for member in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # its time is its parent's by now
            times.append(member.cpu_times())
    alive = sum(each.user + each.system for each in times)
    return float(alive + sum(each.children_user + each.children_system for each in times))


def _postmaster(here: Ground) -> psutil.Process:
    told = Path(here.ask("SHOW data_directory"), "postmaster.pid").read_text()
    return psutil.Process(int(told.split()[0]))


def _line(name: str, rounds: list[Spent], scale: Scale) -> Line:
    def of_run(part: str) -> float:
        return statistics.median(getattr(each, part) for each in rounds) / scale.runs * MS

    clients, programs, postgres = map(of_run, ("clients", "programs", "postgres"))
    in_all = clients + programs + postgres
    cores = os.cpu_count() or 1
    told = f"{programs:.1f} + Postgres {postgres:.1f} + clients {clients:.1f} = {in_all:.1f}"
    return Line(name, told, f"{cores} cores: at most {cores * MS / in_all:.0f} runs/s")


if __name__ == "__main__":
    measure(read_scale("benchmarks.processor", __doc__))
