"""What became of a run, in one sentence."""

from collections.abc import Sequence
from typing import Final

from toggle_core.gates.model import promises_of
from toggle_core.runs.model import Event, Run
from toggle_core.ui.labels import STAGE_WORDS, Standing, standing_of, standing_word
from toggle_core.ui.text import as_label, one_line
from toggle_core.words import Outcome, PromiseOutcome, Verdict

LONGEST: Final = 160
"""Characters of an error or of a check's summary."""


def what_happened(run: Run, events: Sequence[Event]) -> str:
    """Say why a run stands as it does, as Markdown on one line.

    Args:
        run: with what the gates said of it.
        events: of the run, oldest first.
    """
    match standing_of(run):
        case Standing.WAITING | Standing.WORKING | Standing.TO_REVIEW:
            return STAGE_WORDS[run.stage]
        case Standing.CANCELLED:
            return cancellation(events)
        case Standing.DRAFT:
            return "Not checked: the production toggle was off."
        case Standing.READY:
            kept = ", and every promise is kept" if run.promises_count else ""
            return f"Every check passed{kept}."
        case Standing.WORKS:
            return f"{standing_word(run)}."
    return _failure(run)


def cancellation(events: Sequence[Event]) -> str:
    """Say why a run was cancelled, with the person's reason where there is one, as Markdown."""
    for event in reversed(events):
        if event.detail.get("decision") == "reject":
            reason = as_label(str(event.detail.get("reason") or ""))
            return f"You rejected this plan: {reason}" if reason else "You rejected this plan."
    return "This run was cancelled. What it had made until then is kept."


def _failure(run: Run) -> str:
    """Why a run failed, or which checks it did not pass."""
    if run.verdict is not Verdict.NOT_READY:
        return as_label(one_line(run.error or "", LONGEST))
    broken = sum(each.outcome is PromiseOutcome.BROKEN for each in promises_of(run.gates))
    if broken:
        count = "1 promise is" if broken == 1 else f"{broken} promises are"
        return f"{count} broken after {_attempts(run)}."
    failed = [each for each in run.gates if each.outcome is Outcome.FAILED]
    if not failed:
        return f"Not every check was carried out after {_attempts(run)}."
    first = as_label(one_line(failed[0].summary, LONGEST))
    others = f" ({len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"{failed[0].gate.capitalize()}: {first}{others}"


def _attempts(run: Run) -> str:
    return "1 attempt" if run.attempt == 1 else f"{run.attempt} attempts"
