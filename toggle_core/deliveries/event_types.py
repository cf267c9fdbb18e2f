"""The types of events that webhooks are notified of, and their messages.

To add a type: declare it in ``EVENTS``, call :func:`queue_event` in the transaction in which it
happens, and add its row to the README.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb
from pydantic_core import to_json
from sqlalchemy import Connection

from toggle_core.gates.model import GateResult, with_names
from toggle_core.runs.columns import columns_of
from toggle_core.runs.model import Run, RunIdentity
from toggle_core.words import MEANINGS, Status

Payload = Mapping[str, Any]
"""JSON values, kept with the delivery."""

RENAMED: Final = frozenset(each.name for each in columns_of(RunIdentity))
"""Attributes of a run that are sent under other names."""

SENT: Final = (
    *(each.name for each in columns_of(Run) if each.column.webhook and each.name not in RENAMED),
    *("unmet", "assumptions", "objection", "promises"),
)
"""Attributes of a run that are sent under their own names."""

MOMENTS: Final = ("started_at", "finished_at")


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """A type of event.

    Attributes:
        meaning: for the README.
        data: the message's ``data``, of the run as it is when it is sent and of the payload.
    """

    meaning: str
    data: Callable[[Run, Payload], Mapping[str, Any]]


def end_data(run: Run, payload: Payload) -> dict[str, Any]:
    """Data of an end: the run as the API gives it, with what it was at that moment.

    Code, files and attempts can be read from the API; its submitter and its project are left out.
    """
    at_its_end = dict(payload)
    for name in MOMENTS:
        at_its_end[name] = datetime.fromisoformat(payload[name]) if payload[name] else None
    return {
        "task_id": run.id,
        "description": run.task,
        **{name: getattr(run, name) for name in SENT},
        **at_its_end,
        "gates": [_gate(result) for result in run.gates],
    }


EVENTS: Final[dict[str, WebhookEvent]] = {
    f"run.{Status.COMPLETED}": WebhookEvent("it is completed; `verdict` says how", end_data),
    f"run.{Status.FAILED}": WebhookEvent("it failed; `error` says why", end_data),
    f"run.{Status.CANCELLED}": WebhookEvent("it was cancelled, or its plan rejected", end_data),
}
"""By their types. A trigger queues the ends of runs (migration 0011), whoever ends them."""


def queue_event(connection: Connection, run_id: UUID, event_type: str, payload: Payload) -> None:
    """Queue an event for each webhook of a run, in the transaction in which it happens.

    Args:
        connection: of the transaction.
        run_id: of the run.
        event_type: one of ``EVENTS``.
        payload: facts of this moment, for the event's ``data``.

    Raises:
        KeyError: there is no such type.
    """
    if event_type not in EVENTS:
        raise KeyError(event_type)
    connection.exec_driver_sql(
        "SELECT queue_webhook_event(%(run_id)s, %(event_type)s, %(payload)s)",
        {"run_id": run_id, "event_type": event_type, "payload": Jsonb(dict(payload))},
    )


def webhook_message(run: Run, event_type: str, payload: Payload, at: datetime) -> bytes:
    """The body of a message, as JSON.

    Args:
        run: as it is now.
        event_type: one of ``EVENTS``.
        payload: facts of the moment it happened.
        at: that moment.

    Raises:
        KeyError: there is no such type.
    """
    data = EVENTS[event_type].data(run, payload)
    return to_json({"type": event_type, "timestamp": at.astimezone(UTC), "data": data})


def _gate(result: GateResult) -> dict[str, Any]:
    return {
        "gate": result.gate,
        "outcome": result.outcome,
        "meaning": MEANINGS[result.gate],
        "summary": result.summary,
        "detail": result.detail,
        "output": result.output,
        "seconds": result.seconds,
        "promises": with_names(result.promises),
        "proof": with_names(result.proof),
    }
