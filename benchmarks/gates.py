"""How long a production run of hello world takes, the share of each gate, and every blueprint.

python -m benchmarks.gates --rounds 5

The built-in builder, in the sandbox. Gates that do not depend on each other run at the same time:
together they take less than their sum.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from benchmarks.contestants import Contestant, call, ours
from benchmarks.ground import ground
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

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
    _measure_blueprints()


def _measure_blueprints() -> None:
    """Print the seconds of every gate for each blueprint in each of its forms, once."""
    settings = GateSettings()
    seconds: dict[str, float] = {}
    processor: list[float] = []
    gates: dict[str, list[float]] = {}
    for name, interface in _forms():
        project = render(name, {"interface": interface})
        files = tidy(project.files, settings=settings)
        promises = promises_of(name, {"interface": interface})
        began, used = time.perf_counter(), _processor_seconds()
        results = run_gates(files, project.entry, settings=settings, promises=promises)
        seconds[f"{name}, {interface}"] = time.perf_counter() - began
        processor.append(_processor_seconds() - used)
        for result in results:
            assert result.outcome is Outcome.PASSED, f"{name}: {result.summary}"
            gates.setdefault(result.gate, []).append(result.seconds)
    lines = [*_blueprint_lines(seconds, gates), Line("processor time", _spread(processor))]
    show("All gates of every blueprint", lines)


def _processor_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _forms() -> Iterator[tuple[str, str]]:
    for blueprint in catalogue().blueprints:
        for interface in blueprint.interfaces:
            yield blueprint.name, interface


def _blueprint_lines(seconds: dict[str, float], gates: dict[str, list[float]]) -> list[Line]:
    lines = [Line(f"gate {gate}", _spread(found)) for gate, found in gates.items()]
    lines += [Line(form, f"{took:.1f} s") for form, took in seconds.items()]
    median, worst = statistics.median(seconds.values()), max(seconds.values())
    goals = ((seconds["hello-world, cli"], 2.0), (seconds["hello-world, web"], 3.0))
    for (took, goal), form in zip(goals, ("command line", "page"), strict=True):
        lines.append(Line(f"hello world, {form}", f"{took:.1f} s", "", f"{goal:g} s", took <= goal))
    lines.append(Line("median", f"{median:.1f} s", "", "8 s", median <= 8))
    lines.append(Line("worst", f"{worst:.1f} s", "", "20 s", worst <= 20))
    return lines


def _spread(found: list[float]) -> str:
    return f"{statistics.median(found):.2f} s, at most {max(found):.2f} s"


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
