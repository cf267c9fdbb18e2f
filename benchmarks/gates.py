"""How long a production run of hello world takes, and the share of each gate.

python -m benchmarks.gates --rounds 5

The built-in builder, in the sandbox. Gates that do not depend on each other run at the same time:
together they take less than their sum.
"""

import statistics
import time
from contextlib import closing
from typing import Any

from benchmarks.contestants import Contestant, call, ours
from benchmarks.ground import ground
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

TASK = {"description": "Create a hello world app", "production": True}
PATIENCE_SECONDS = 120.0


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    with ground() as here, ours(here, "gates", builder="blueprints") as server:
        _prove(server)
        found = [_prove(server) for _ in range(scale.rounds)]
    whole = statistics.median(seconds for seconds, _ in found)
    lines = [Line("submit to verdict", f"{whole:.2f} s")]
    gates: dict[str, list[float]] = {}
    for _, results in found:
        for result in results:
            gates.setdefault(result["gate"], []).append(result["seconds"])
    for gate, seconds in gates.items():
        median = statistics.median(seconds)
        lines.append(Line(f"gate {gate}", f"{median:.2f} s", f"{median / whole:.0%} of the run"))
    total = sum(statistics.median(seconds) for seconds in gates.values())
    lines.append(Line("all gates, one after the other", f"{total:.2f} s", f"{total / whole:.2f} x"))
    show("A production run of hello world", lines)


def _prove(server: Contestant) -> tuple[float, list[dict[str, Any]]]:
    """Seconds from submit to verdict, and what the gates said."""
    began = time.perf_counter()
    with closing(server.connect()) as connection:
        task_id = call(connection, "POST", "/api/tasks", TASK)["task_id"]
        while (task := call(connection, "GET", f"/api/tasks/{task_id}"))["status"] == "processing":
            assert time.perf_counter() - began < PATIENCE_SECONDS, "not done in time"
            time.sleep(0.05)
    seconds = time.perf_counter() - began
    assert task["verdict"] == "production-ready", task["response"]
    gates: list[dict[str, Any]] = task["gates"]
    return seconds, gates


if __name__ == "__main__":
    measure(read_scale("benchmarks.gates", __doc__))
