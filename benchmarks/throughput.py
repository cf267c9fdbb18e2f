"""End-to-end runs per second: ours, the peers', and LangGraph alone.

    python -m benchmarks.throughput --rounds 5

Eight clients submit tasks over HTTP as fast as they are accepted; a round ends with its last run.
The bare loops have no server, no queue and no clients: eight threads that invoke the graph.
"""

import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from benchmarks.clients import Round, submit_and_wait
from benchmarks.contestants import (
    AEGRA,
    LANGGRAPH_DEV,
    OURS,
    OURS_BESIDE,
    ROOT,
    Contestant,
    all_of,
)
from benchmarks.ground import Ground, ground
from benchmarks.rounds import alternate, exponent, percentile
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

BARE_DURABLE = "bare LangGraph + PostgresSaver"
BARE = "bare LangGraph, nothing kept"
WARM_RUNS = 40
MS = 1000


def bare(runs: int, *conninfo: str) -> Round:
    """One round of a bare loop, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.peers.bare", str(runs), *conninfo]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return Round(runs, float(told), [])


def measure(scale: Scale, *, peers: bool = True) -> None:
    """Print this part of the table."""
    with ground() as here, all_of(here, peers=peers) as servers:
        for server in servers.values():
            submit_and_wait(server, WARM_RUNS)
        found = alternate(_turns(here, servers, scale.runs), scale.rounds)
        for name, server in servers.items():
            _check(name, server, WARM_RUNS + scale.runs * scale.rounds)
        show("End to end, 8 clients, runs/s", _lines(found, peers=peers))
        if scale.rounds > 1:
            show("Growth with the number of runs of a round", _growth(servers, scale.runs))


def _turns(
    here: Ground, servers: dict[str, Contestant], runs: int
) -> dict[str, Callable[[], Round]]:
    turns: dict[str, Callable[[], Round]] = {
        name: partial(submit_and_wait, server, runs) for name, server in servers.items()
    }
    turns[BARE_DURABLE] = partial(bare, runs, here.database("bare"))
    turns[BARE] = partial(bare, runs)
    return turns


def _check(name: str, server: Contestant, expected: int) -> None:
    connection = server.connect()
    done = server.speaks.done(connection)
    connection.close()
    assert done >= min(expected, 1000), f"{name}: {done} of {expected} runs are done"


def _lines(found: dict[str, list[Round]], *, peers: bool) -> list[Line]:
    rate = {
        name: statistics.median(each.per_second for each in rounds)
        for name, rounds in found.items()
    }
    best = max(rate[OURS], rate[OURS_BESIDE])
    goals = {LANGGRAPH_DEV: 2.0, AEGRA: 5.0, BARE_DURABLE: 0.6}
    lines = []
    for name, value in rate.items():
        spread = [each.per_second for each in found[name]]
        told = f"{value:.1f}  ({min(spread):.0f} to {max(spread):.0f})"
        if name in goals:
            ratio = best / value
            goal = f"ours at least {goals[name]:g} x"
            lines.append(Line(name, told, f"ours is {ratio:.2f} x", goal, ratio >= goals[name]))
        else:
            ratio = f"{value / rate[BARE_DURABLE]:.2f} x the bare durable loop"
            lines.append(
                Line(name, told, ratio if name != BARE else f"ours is {best / value:.2f} x")
            )
    if peers and AEGRA not in rate:
        lines.append(Line(AEGRA, "not measured", "needs Python 3.12, which is not here"))
    if peers and LANGGRAPH_DEV not in rate:
        lines.append(Line(LANGGRAPH_DEV, "not measured", "make bench installs it"))
    lines += _submits(found)
    return lines


def _submits(found: dict[str, list[Round]]) -> list[Line]:
    lines = []
    for name, rounds in found.items():
        if not rounds[0].latencies:
            continue
        p50 = statistics.median(percentile(each.latencies, 50) for each in rounds) * MS
        lines.append(Line(f"submit p50 meanwhile: {name}", f"{p50:.1f} ms"))
    return lines


def _growth(servers: dict[str, Contestant], runs: int) -> list[Line]:
    sizes = [runs // 2, runs, runs * 2]
    lines = []
    for name in (OURS, OURS_BESIDE):
        seconds = [submit_and_wait(servers[name], size).seconds for size in sizes]
        told = " ".join(f"{each:.1f}" for each in seconds)
        power = exponent(sizes, seconds)
        sized = "/".join(map(str, sizes))
        lines.append(
            Line(f"{name}: {sized} runs", f"{told} s", f"exponent {power:.2f} (1: linear)")
        )
    return lines


if __name__ == "__main__":
    measure(read_scale("benchmarks.throughput", __doc__))
