"""What the verdict of a run rests on, in the numbers that lists and exports show."""

import json
from collections.abc import Mapping
from typing import Any, Final

from toggle_core.gates.model import GateResult, all_spoke, from_json, promises_of, works
from toggle_core.words import Evidence, ProgramKind, PromiseOutcome

NO_EVIDENCE: Final[Mapping[str, int | None]] = dict.fromkeys(
    (
        *("evidence", "promises_count", "promises_kept", "promises_untried", "left_out"),
        *("proof_strength", "works"),
    )
)
"""Of a run that no gate was asked about."""


def evidence_of(channels: Mapping[str, Any]) -> Mapping[str, int | None]:
    """The columns of a run that say what its verdict rests on.

    Args:
        channels: of the run's last checkpoint.

    Returns:
        ``evidence``, ``promises_count``, ``promises_kept``, ``promises_untried``, ``left_out``,
        ``proof_strength`` and ``works``; all None for a draft.
    """
    if not channels.get("production"):
        return NO_EVIDENCE
    agreed = json.loads(channels.get("promises") or "{}")
    results = from_json(channels.get("gates") or "")
    outcomes = [promise.outcome for promise in promises_of(results)]
    promises = len(agreed.get("promises", ()))
    kept = outcomes.count(PromiseOutcome.KEPT)
    broken = outcomes.count(PromiseOutcome.BROKEN)
    return {
        "evidence": (Evidence.PROMISES if all_spoke(results) else Evidence.CHECKS).value,
        "promises_count": promises,
        "promises_kept": kept,
        "promises_untried": promises - kept - broken,
        "left_out": len(agreed.get("left_out", ())),
        "proof_strength": _strength(results),
        "works": works(results) and not channels.get("unmet") and not agreed.get("left_out"),
    }


def kind_of(channels: Mapping[str, Any]) -> str | None:
    """What kind of program a run builds, a word of ``words.ProgramKind``.

    Args:
        channels: of one of the run's checkpoints.

    Returns:
        None where nothing was promised, or not yet.
    """
    agreed = json.loads(channels.get("promises") or "{}")
    kind = (agreed.get("interface") or {}).get("kind")
    return kind if kind in set(ProgramKind) else None


def _strength(results: list[GateResult]) -> int | None:
    return next((result.proof.strength for result in results if result.proof), None)
