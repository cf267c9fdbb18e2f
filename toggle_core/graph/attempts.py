"""What follows from the gates: which attempt is kept, and whether there is another one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from toggle_core.gates.model import (
    GateResult,
    all_spoke,
    failures,
    fingerprint,
    from_json,
    passed_count,
    to_json,
    verdict,
)
from toggle_core.graph.changes import mark, meaning_mark
from toggle_core.graph.state import AgentState
from toggle_core.words import Verdict

KEPT: Final = (
    *("files", "code", "entry", "how_to_run", "summary"),
    *("test_changes", "changed", "gates"),
)
"""Channels that make up what an attempt made."""

REPEATED: Final = "The last repair changed nothing, so there was no further attempt."

COSMETIC: Final = (
    "The last repair changed only comments or formatting, and the same checks failed in the same"
    " way twice, so there was no further attempt."
)


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
        ``gates``, ``best``, ``checked``, ``failure`` and ``stopped``.
    """
    failure = _failure_mark(state, failures(results))
    judged: AgentState = {**state, "gates": to_json(results)}
    return {
        "gates": judged["gates"],
        "best": _better(judged, results),
        "checked": _attempt_mark(state),
        "failure": failure,
        "stopped": _stopped(state, results, failure, limits),
    }


def known_results(state: AgentState) -> list[GateResult]:
    """What the gates have said of exactly this attempt's project before, empty if nothing.

    A check that failed is not tried again on the same project until it happens to pass. What an
    earlier version said, without the gates of today, does not count.
    """
    this, best, known = _attempt_mark(state), best_of(state), ""
    if this == state["checked"]:
        known = state["gates"]
    elif best and this == _attempt_mark({**state, **best}):
        known = best["gates"]
    results = from_json(known)
    return results if all_spoke(results) else []


def best_of(state: AgentState) -> AgentState:
    """The channels of the best attempt so far, none before the gates have seen one.

    It is the one that passed most gates, and the latest of equals; but one that lost tests never
    takes the place of one that did not.
    """
    best: AgentState = json.loads(state["best"] or "{}")
    return best


def is_best(state: AgentState) -> bool:
    """Whether the latest attempt is the one whose code would be kept if there were no other.

    Args:
        state: after the gates have spoken.
    """
    return all(state.get(name) == value for name, value in best_of(state).items())


def _better(state: AgentState, results: Sequence[GateResult]) -> str:
    if best := best_of(state):
        earlier = from_json(best["gates"])
        loses = _has_lost_tests(results) and not _has_lost_tests(earlier)
        if loses or passed_count(results) < passed_count(earlier):
            return state["best"]
    return json.dumps({name: value for name, value in state.items() if name in KEPT})


def _has_lost_tests(results: Sequence[GateResult]) -> bool:
    return any(result.lost_tests for result in results)


def _attempt_mark(state: AgentState) -> str:
    """The same for attempts that no gate could tell apart."""
    return mark(json.loads(state["files"]), state["entry"], state["test_changes"])


def _failure_mark(state: AgentState, failed: Sequence[GateResult]) -> str:
    """The same where the same gates failed in the same way and the code was not really changed."""
    if not failed:
        return ""
    return mark(list(map(fingerprint, failed)), meaning_mark(json.loads(state["files"])))


def _stopped(state: AgentState, results: Sequence[GateResult], failure: str, limits: Limits) -> str:
    """Why there is no further attempt, or nothing."""
    reasons = (
        (verdict(results) is Verdict.READY, "Every check passed."),
        (not failure, "Some checks could not be run, and other code would not change that."),
        (bool(known_results(state)), REPEATED),
        (failure == state["failure"], COSMETIC),
        (
            state["attempt"] >= limits.attempts,
            f"The limit of {limits.attempts} attempts was reached.",
        ),
        (
            limits.out_of_tokens(state),
            f"The limit of {limits.tokens:,} tokens for one run was reached.",
        ),
    )
    return next((sentence for holds, sentence in reasons if holds), "")
