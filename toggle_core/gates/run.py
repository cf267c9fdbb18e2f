"""Runs all gates on a project."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from dataclasses import replace

from toggle_core.gates.changed_tests import with_changed_tests
from toggle_core.gates.checks import files, lint, security, start, syntax, tests, types
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.checks.fallback import unsupported
from toggle_core.gates.clock import RunLimit
from toggle_core.gates.model import ChangedTest, GateResult
from toggle_core.gates.sandbox.job import End
from toggle_core.gates.sandbox.state import SandboxState, available
from toggle_core.gates.settings import GateSettings
from toggle_core.projects.files import check_paths
from toggle_core.words import GATES, Outcome

_log = logging.getLogger(__name__)

_CHECKS: Mapping[str, Callable[[Context], Judgement]] = {
    "files": files.check,
    "syntax": syntax.check,
    "lint": lint.check,
    "security": security.check,
    "types": types.check,
    "tests": tests.check,
    "start": start.check,
}
# The slowest first, so that two at a time end together.
_INDEPENDENT = ("types", "tests", "start", "security", "lint")


def run_gates(
    project: Mapping[str, str],
    entry: str,
    *,
    settings: GateSettings,
    on_result: Callable[[GateResult], None] | None = None,
    stop: threading.Event | None = None,
    changed_tests: tuple[ChangedTest, ...] | None = (),
) -> list[GateResult]:
    """Run every gate on a project, each in the sandbox on a copy of its own.

    Args:
        project: text of each file by its path.
        entry: path of the file to start.
        settings: how long and how much.
        on_result: called in this thread with each result as it comes, in no fixed order.
        stop: when set, whatever runs is ended within some 50 ms; gates not done are skipped.
        changed_tests: tests of an earlier version that are gone or check less, which the gate
            ``tests`` judges; None where the versions could not be compared.

    Returns:
        One result for each of ``GATES``, in that order. A gate that could not run is skipped with
        the reason, never passed.
    """
    results: dict[str, GateResult] = {}
    for found in _results(project, entry, settings, stop):
        result = found
        if found.gate == "tests" and results["syntax"].outcome is Outcome.PASSED:
            result = with_changed_tests(found, changed_tests)
        results[result.gate] = result
        if on_result is not None:
            on_result(result)
    return [results[gate] for gate in GATES]


def tidy(
    project: Mapping[str, str], *, settings: GateSettings, stop: threading.Event | None = None
) -> dict[str, str]:
    """Apply ruff's safe fixes and its formatting to a project, in the sandbox.

    Args:
        project: text of each file by its path.
        settings: how to look for a sandbox, and how long it may take.
        stop: ends it when set.

    Returns:
        The tidied files; the same files where there is no sandbox, their paths are unsafe, or it
        was stopped.
    """
    backend = available(settings.sandbox).backend
    if backend is None or check_paths(project):
        return dict(project)
    context = Context(project, "", backend, settings, stop or threading.Event())
    options = {"commands": lint.tidy_commands(project)}
    done = context.run("collect", settings.tool_seconds, options, ("ruff",))
    if done.end is not End.EXITED or done.report is None:
        return dict(project)
    tidied: dict[str, str] = done.report["files"]
    return dict(project) if check_paths(tidied) else tidied


def _results(
    project: Mapping[str, str], entry: str, settings: GateSettings, stop: threading.Event | None
) -> Iterator[GateResult]:
    state = available(settings.sandbox)
    if state.backend is None:
        yield from _skip(GATES, _no_sandbox(state))
        return
    limit = RunLimit(stop, settings.total_seconds)
    context = Context(project, entry, state.backend, settings, limit)
    for position, gate in enumerate(("files", "syntax")):
        result, goes_on = _run(gate, context, limit)
        yield result
        if not goes_on:
            reason = f"Not checked, because the check before it did not pass: {gate}."
            yield from _skip(GATES[position + 1 :], reason)
            return
    with ThreadPoolExecutor(settings.at_once, thread_name_prefix="gate") as pool:
        # A thread of a pool knows nothing of the run that it works for; the log is to tell it.
        running = [
            pool.submit(copy_context().run, _run, gate, context, limit) for gate in _INDEPENDENT
        ]
        for future in as_completed(running):
            yield future.result()[0]


def _run(gate: str, context: Context, limit: RunLimit) -> tuple[GateResult, bool]:
    """Run one gate. Returns its result, and whether those after it are worth running."""
    clock = limit.start_clock()
    try:
        judged = _CHECKS[gate](replace(context, clock=clock))
    except Exception:  # the edge of a gate: a fault of ours must not pass for one of the project
        _log.exception("gate %s broke", gate)
        judged = Judgement(Outcome.SKIPPED, "This check itself broke; the log says why.")
    if not context.backend.servers:
        judged = unsupported(gate, context, judged)
    clock.stop()
    result = GateResult(
        gate=gate,
        outcome=judged.outcome,
        seconds=round(clock.seconds, 3),
        summary=judged.summary,
        detail=judged.detail,
        output=judged.output,
        pages=judged.pages,
    )
    return result, judged.outcome is Outcome.PASSED or judged.goes_on


def _skip(gates: tuple[str, ...], reason: str) -> Iterator[GateResult]:
    for gate in gates:
        yield GateResult(gate, Outcome.SKIPPED, 0.0, reason)


def _no_sandbox(state: SandboxState) -> str:
    return f"No sandbox: {state.how_to_get}"
