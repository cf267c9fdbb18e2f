"""How long a submit takes, while the runs before it are executed: 1, 8 and 64 clients.

python -m benchmarks.latency --rounds 5
"""

from functools import partial
from itertools import chain

from benchmarks.clients import submit, submit_and_wait, wait
from benchmarks.contestants import LANGGRAPH_DEV, OURS, OURS_BESIDE, Contestant, all_of
from benchmarks.ground import ground
from benchmarks.rounds import alternate, percentile
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

CLIENTS = (1, 8, 64)
WARM_RUNS = 40
MS = 1000


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    submits = max(scale.runs // 4, 1)
    with ground() as here, all_of(here) as servers:
        for server in servers.values():
            submit_and_wait(server, WARM_RUNS)
        for clients in CLIENTS:
            turns = {
                name: partial(_submits, server, max(submits, clients), clients)
                for name, server in servers.items()
            }
            found = alternate(turns, scale.rounds)
            pooled = {name: list(chain.from_iterable(rounds)) for name, rounds in found.items()}
            show(f"Submit latency, {clients} clients, ms", _lines(clients, pooled))


def _submits(server: Contestant, runs: int, clients: int) -> list[float]:
    latencies = submit(server, runs, clients)
    wait(server)
    return latencies


def _lines(clients: int, found: dict[str, list[float]]) -> list[Line]:
    median = {name: percentile(latencies, 50) for name, latencies in found.items()}
    lines = []
    for name, latencies in found.items():
        told = " / ".join(f"{percentile(latencies, each) * MS:.1f}" for each in (50, 95, 99))
        ratio, goal, met = "", "", None
        if name in (OURS, OURS_BESIDE) and LANGGRAPH_DEV in median:
            ratio = f"p50 {median[name] / median[LANGGRAPH_DEV]:.2f} x {LANGGRAPH_DEV}"
            if clients == 8:
                goal, met = "p50 at most 1 x", median[name] <= median[LANGGRAPH_DEV]
        lines.append(Line(f"{name}: p50 / p95 / p99", told, ratio, goal, met))
    return lines


if __name__ == "__main__":
    measure(read_scale("benchmarks.latency", __doc__))
