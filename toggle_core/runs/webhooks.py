"""Who is to be told of the end of a run, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from toggle_core.errors import WebhookRefused
from toggle_core.store.database import Database
from toggle_core.store.webhook_tables import DeliveryRow, GlobalWebhookRow, RunWebhookRow
from toggle_core.webhooks.address import is_inside, unusable
from toggle_core.words import DeliveryState


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook.

    Attributes:
        id: the ``webhook-id`` of each attempt.
        url: of the run's own webhook, None: the one of all runs.
        event_type: one of ``deliveries.event_types.EVENTS``.
        attempts: how often it was tried.
        answer_code: HTTP status of the newest answer, None where none came.
        error: why the newest attempt failed, in a sentence.
        next_attempt_at: None where there will be none.
    """

    id: UUID
    url: str | None
    event_type: str
    state: DeliveryState
    attempts: int
    answer_code: int | None
    error: str | None
    created_at: datetime
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None


def check_webhook(url: str, *, signed: bool, allow_private: bool) -> str:
    """The address of a run's own webhook, as it will be stored.

    A name is not resolved here: where it leads is checked at each attempt.

    Args:
        url: as it was given.
        signed: whether there is a secret to sign with.
        allow_private: whether it may be in a private network.

    Raises:
        WebhookRefused: it cannot be accepted; the sentence says why.
    """
    if not signed:
        raise WebhookRefused(reason="this server has no TOGGLE_WEBHOOK_SECRET to sign with")
    if reason := unusable(url):
        raise WebhookRefused(reason=reason)
    if not allow_private and is_inside(url):
        raise WebhookRefused(reason="its address is not a public one")
    return url


def keep_webhook(connection: Connection, run_id: UUID, url: str) -> None:
    """Keep a run's own webhook, in the transaction that submits it."""
    connection.execute(insert(RunWebhookRow).values(run_id=run_id, url=url))


def tell_global(database: Database, *, exists: bool) -> None:
    """Say whether the workers have a webhook for all runs; runs that end from now on heed it.

    Raises:
        DatabaseAway: it was not said.
    """
    with database.begin() as connection:
        if exists:
            connection.execute(upsert(GlobalWebhookRow).on_conflict_do_nothing())
        else:
            connection.execute(delete(GlobalWebhookRow))


def list_deliveries(database: Database, run_id: UUID) -> list[Delivery]:
    """All deliveries of a run, the first first.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    columns = (getattr(DeliveryRow, name) for name in Delivery.__dataclass_fields__)
    statement = (
        select(*columns)
        .where(DeliveryRow.run_id == run_id)
        .order_by(DeliveryRow.created_at, DeliveryRow.id)
    )
    with database.begin() as connection:
        rows = connection.execute(statement).all()
    return [Delivery(**row._asdict() | {"state": DeliveryState(row.state)}) for row in rows]
