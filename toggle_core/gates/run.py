"""Runs all gates on a project."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Final

from toggle_core.gates import checks
from toggle_core.gates.changed_tests import with_changed_tests
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.checks.fallback import unsupported
from toggle_core.gates.checks.lint import tidy_commands
from toggle_core.gates.clock import RunLimit
from toggle_core.gates.model import ChangedTest, EarlierVersion, GateResult
from toggle_core.gates.sandbox.job import End
from toggle_core.gates.sandbox.state import available
from toggle_core.gates.settings import GateSettings
from toggle_core.projects.files import check_paths
from toggle_core.words import GATE_LIST, GATES, Gate, Outcome

_log = logging.getLogger(__name__)

_NOT_WORTH_IT: Final = "Not checked, because the check before it did not pass:"


def run_gates(
    project: Mapping[str, str],
    entry: str,
    *,
    settings: GateSettings,
    on_result: Callable[[GateResult], None] | None = None,
    stop: threading.Event | None = None,
    changed_tests: tuple[ChangedTest, ...] | None = (),
    promises: Mapping[str, Any] | None = None,
    base: EarlierVersion | None = None,
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
        promises: what was agreed on before the code, which the gate ``promises`` tries.
        base: the version that the project changes, whose data it has to keep; one that cannot be
            written safely is left out.

    Returns:
        One result for each of ``GATES``, in that order. A gate that could not run is skipped with
        the reason, never passed.
    """
    results: dict[str, GateResult] = {}
    state = available(settings.sandbox)
    if state.backend is None:
        spoken = iter([_skipped(gate, f"No sandbox: {state.how_to_get}") for gate in GATES])
    else:
        limit = RunLimit(stop, settings.total_seconds)
        safe = base if base is not None and not check_paths(base.files) else None
        context = Context(project, entry, state.backend, settings, limit, promises, safe)
        spoken = _Schedule(context, limit, changed_tests).results()
    for result in spoken:
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
    options = {"commands": tidy_commands(project)}
    done = context.run("collect", settings.tool_seconds, options, ("ruff",))
    if done.end is not End.EXITED or done.report is None:
        return dict(project)
    tidied: dict[str, str] = done.report["files"]
    return dict(project) if check_paths(tidied) else tidied


@dataclass(slots=True)
class _Schedule:
    """Runs each gate as soon as the one it waits for has passed, the longest way first.

    Attributes:
        context: the project.
        limit: ends all.
        changed_tests: see ``run_gates``.
        blamed: by each gate that is done, the gate that keeps those after it from running; empty
            where nothing does.
        passed: names of the gates that passed.
    """

    context: Context
    limit: RunLimit
    changed_tests: tuple[ChangedTest, ...] | None
    blamed: dict[str, str] = field(default_factory=lambda: {"": ""})
    passed: set[str] = field(default_factory=set)

    def results(self) -> Iterator[GateResult]:
        """Yield the result of each gate as it comes."""
        waiting = sorted(GATE_LIST, key=_seconds_from, reverse=True)
        running: set[Future[GateResult]] = set()
        at_once = self.context.settings.at_once
        with ThreadPoolExecutor(at_once, thread_name_prefix="gate") as pool:
            while waiting or running:
                for gate in [gate for gate in waiting if gate.after in self.blamed]:
                    if blamed := self.blamed[gate.after]:
                        waiting.remove(gate)
                        self.blamed[gate.name] = blamed
                        yield _skipped(gate.name, f"{_NOT_WORTH_IT} {blamed}.")
                    elif len(running) < at_once:  # else a longer way may begin meanwhile
                        waiting.remove(gate)
                        # A thread of a pool does not know the run it works for; its log must.
                        running.add(pool.submit(copy_context().run, self._run, gate))
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)

    def _run(self, gate: Gate) -> GateResult:
        clock = self.limit.start_clock()
        context = replace(self.context, clock=clock)
        try:
            judged = _check_of(gate)(context)
        except Exception:  # the edge of a gate: a fault of ours is none of the project
            _log.exception("gate %s broke", gate.name)
            judged = Judgement(Outcome.SKIPPED, "This check itself broke; the log says why.")
        if not context.backend.servers:
            judged = unsupported(gate.name, context, judged)
        clock.stop()
        result = _result(gate.name, judged, clock.seconds)
        if gate.name == "tests" and gate.after in self.passed:
            result = with_changed_tests(result, self.changed_tests)
        if result.outcome is Outcome.PASSED:
            self.passed.add(gate.name)
        goes_on = judged.goes_on or gate.name in self.passed
        self.blamed[gate.name] = "" if goes_on else gate.name
        return result


def _check_of(gate: Gate) -> Callable[[Context], Judgement]:
    check: Callable[[Context], Judgement] = import_module(f"{checks.__name__}.{gate.name}").check
    return check


def _seconds_from(gate: Gate) -> float:
    """Seconds from the beginning of a gate to the end of the last of those that wait for it."""
    later = (_seconds_from(each) for each in GATE_LIST if each.after == gate.name)
    return gate.usual_seconds + max(later, default=0.0)


def _result(gate: str, judged: Judgement, seconds: float) -> GateResult:
    return GateResult(
        gate=gate,
        outcome=judged.outcome,
        seconds=round(seconds, 3),
        summary=judged.summary,
        detail=judged.detail,
        output=judged.output,
        pages=judged.pages,
        promises=judged.promises,
        proof=judged.proof,
        pictures=judged.pictures,
    )


def _skipped(gate: str, reason: str) -> GateResult:
    return GateResult(gate, Outcome.SKIPPED, 0.0, reason)
