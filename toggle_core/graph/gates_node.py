"""The gates node: tidies the code, runs the gates and decides what comes next."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from langgraph.runtime import RunControl, Runtime

from toggle_core.builders.protocol import base_from_json
from toggle_core.errors import RunInterrupted
from toggle_core.gates.model import ChangedTest, EarlierVersion, GateResult
from toggle_core.graph.attempts import Limits, after_gates, known_results
from toggle_core.graph.changes import changed_files
from toggle_core.graph.cleaning import clean_result
from toggle_core.graph.earlier_tests import SuiteReader, compare_tests
from toggle_core.graph.state import AgentState
from toggle_core.words import Stage

OnResult = Callable[[GateResult], None]


@dataclass(frozen=True, slots=True)
class GateTold:
    """What the stream says when a gate has spoken.

    Attributes:
        attempt: number of the coder's attempt.
        result: of the gate.
        known: whether it is from an earlier attempt with the same project, and the gate did not
            run again.
    """

    attempt: int
    result: GateResult
    known: bool = False


class Prover(SuiteReader, Protocol):
    """What can tidy a project, read its tests, and run all gates on it."""

    def tidy(self, files: Mapping[str, str], *, stop: threading.Event) -> dict[str, str]:
        """The files with safe fixes and formatting applied; unchanged if ``stop`` ends it."""

    def prove(
        self,
        files: Mapping[str, str],
        entry: str,
        *,
        on_result: OnResult,
        stop: threading.Event,
        changed_tests: tuple[ChangedTest, ...] | None,
        promises: Mapping[str, Any] | None,
        base: EarlierVersion | None,
    ) -> list[GateResult]:
        """One result for each gate. ``on_result`` gets each as it comes; ``stop`` ends all.

        ``changed_tests`` are judged by the gate ``tests``: see :class:`Compared`. ``promises`` are
        tried by the gate of that name, which also starts a change on the data of its ``base``.
        """

    def find_vacuous(self, promises: Mapping[str, Any]) -> Sequence[str]:
        """Ids of the promises that a program which does nothing would keep."""


class ProvingNode(Protocol):
    """A node that is told of the run it works for."""

    def __call__(self, state: AgentState, runtime: Runtime[None]) -> AgentState:
        """Return what changes in the state."""


class _Draining(threading.Event):
    """Set as soon as the run is asked to stop."""

    def __init__(self, control: RunControl | None) -> None:
        super().__init__()
        self._control = control

    def is_set(self) -> bool:
        return self._control is not None and self._control.drain_requested


def gates(prover: Prover, limits: Limits) -> ProvingNode:
    """The node that runs the gates.

    It tells each result as it comes, as a custom event of the stream: a :class:`GateTold`.

    Args:
        prover: tidies and proves.
        limits: how long the coder may go on.
    """

    def check(state: AgentState, runtime: Runtime[None]) -> AgentState:
        draining = _Draining(runtime.control)

        def tell(result: GateResult) -> None:
            if not draining.is_set():
                runtime.stream_writer(GateTold(state["attempt"], clean_result(result)))

        files = prover.tidy(json.loads(state["files"]), stop=draining)
        tidied: AgentState = {
            "files": json.dumps(files, ensure_ascii=False),
            "code": files[state["entry"]],
            "changed": _changed(prover, state, files, draining),
        }
        state = {**state, **tidied}
        results = known_results(state)
        for result in results:
            runtime.stream_writer(GateTold(state["attempt"], result, known=True))
        if not results:
            compared = compare_tests(prover, state, files, draining)
            tidied["tests_seen"] = compared.seen
            results = prover.prove(
                files,
                state["entry"],
                on_result=tell,
                stop=draining,
                changed_tests=compared.changed,
                promises=json.loads(state["promises"]) if state["promises"] else None,
                base=_base(state),
            )
        if draining.is_set():
            raise RunInterrupted
        decided = after_gates(state, [clean_result(result) for result in results], limits)
        stage = Stage.RESPONDING if decided["stopped"] else Stage.REPAIRING
        return {**tidied, **decided, "stage": stage.value}

    return check


def _base(state: AgentState) -> EarlierVersion | None:
    base = base_from_json(state["base"])
    return EarlierVersion(base.files, base.entry, base.promises) if base else None


def _changed(
    prover: Prover, state: AgentState, files: Mapping[str, str], stop: threading.Event
) -> str:
    """The channel ``changed``: how tidied files differ from the base, which is tidied as well."""
    base = base_from_json(state["base"])
    if base is None:
        return ""
    before = prover.tidy(base.files, stop=stop)
    return json.dumps(changed_files(before, files), ensure_ascii=False)
