"""What a webhook is told of the end of a run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pydantic_core import to_json

from toggle_core.gates.model import MEANINGS, GateResult
from toggle_core.runs.columns import columns_of
from toggle_core.runs.model import Run

SENT: Final = (
    *(each.name for each in columns_of(Run) if each.column.webhook and each.name == each.public),
    *("unmet", "assumptions", "objection"),
)
"""Attributes of a run that are sent under their own names."""

MOMENTS: Final = ("started_at", "finished_at")


def announcement(run: Run, ended: Mapping[str, Any]) -> bytes:
    """The message: the run as the API gives it, without code, files and attempts.

    Args:
        run: as it is now.
        ended: what it was at its end; it may have been continued since.
    """
    at_its_end = dict(ended)
    for name in MOMENTS:
        at_its_end[name] = datetime.fromisoformat(ended[name]) if ended[name] else None
    data = {
        "task_id": run.id,
        "description": run.task,
        **{name: getattr(run, name) for name in SENT},
        **at_its_end,
        "gates": [_gate(result) for result in run.gates],
    }
    message = {
        "type": f"run.{ended['status']}",
        "timestamp": at_its_end["finished_at"],
        "data": data,
    }
    return to_json(message)


def _gate(result: GateResult) -> dict[str, Any]:
    return {
        "gate": result.gate,
        "outcome": result.outcome,
        "meaning": MEANINGS[result.gate],
        "summary": result.summary,
        "detail": result.detail,
        "output": result.output,
        "seconds": result.seconds,
    }
