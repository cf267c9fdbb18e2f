"""What follows from the gates: which attempt is kept, and whether there is another one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toggle_core.gates.model import (
    GateResult,
    failures,
    fingerprint,
    from_json,
    passed_count,
    to_json,
    verdict,
)
from toggle_core.graph.state import AgentState
from toggle_core.words import Verdict

KEPT: Final = ("files", "code", "entry", "how_to_run", "summary", "gates")
"""Channels that make up what an attempt made."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a run may use.

    Attributes:
        attempts: of the coder, the first included.
        tokens: in and out together, of all its calls; 0 for no limit.
    """

    attempts: int = 3
    tokens: int = 0

    def out_of_tokens(self, state: AgentState) -> bool:
        """Whether the run has used up its tokens."""
        return 0 < self.tokens <= state["tokens_in"] + state["tokens_out"]


def after_gates(state: AgentState, results: Sequence[GateResult], limits: Limits) -> AgentState:
    """What changes once the gates have spoken.

    Args:
        state: with the attempt's tidied files.
        results: of all gates.
        limits: how long the coder may go on.

    Returns:
        ``gates``, ``best``, ``failure`` and ``stopped``.
    """
    failed = failures(results)
    mark = fingerprint(failed[0]) if failed else ""
    judged: AgentState = {**state, "gates": to_json(results)}
    return {
        "gates": judged["gates"],
        "best": _better(judged),
        "failure": mark,
        "stopped": _stopped(state, results, mark, limits),
    }


def best_of(state: AgentState) -> AgentState:
    """The channels of the attempt that passed most gates, the earliest of equals."""
    best: AgentState = json.loads(state["best"])
    return best


def _better(state: AgentState) -> str:
    if state["best"]:
        earlier = from_json(best_of(state)["gates"])
        if passed_count(earlier) >= passed_count(from_json(state["gates"])):
            return state["best"]
    return json.dumps({name: value for name, value in state.items() if name in KEPT})


def _stopped(state: AgentState, results: Sequence[GateResult], mark: str, limits: Limits) -> str:
    """Why there is no further attempt, or nothing."""
    if verdict(results) is Verdict.READY:
        return "Every check passed."
    if not mark:
        return "Some checks could not be made, and writing the code again would not help."
    if mark == state["failure"]:
        return "The same check failed in the same way twice, so there was no further attempt."
    if state["attempt"] >= limits.attempts:
        return f"The limit of {limits.attempts} attempts was reached."
    if limits.out_of_tokens(state):
        return f"The limit of {limits.tokens:,} tokens for one run was reached."
    return ""
