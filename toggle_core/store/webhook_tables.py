"""The tables of webhooks: who is notified of the events of a run, and each delivery.

The function ``queue_webhook_event`` (migration 0011) writes the deliveries of an event and their
jobs, in the transaction in which it happens. A trigger on ``runs`` calls it at the end of a run.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base, at_most, one_of
from toggle_core.words import ERROR_LIMIT, WEBHOOK_URL_LIMIT, DeliveryState


class RunWebhookRow(Base):
    """The webhook of one run, as it was submitted."""

    __tablename__ = "run_webhooks"
    __table_args__ = (
        at_most("url", WEBHOOK_URL_LIMIT),
        CheckConstraint("url ~ '^https?://'", name="url_scheme"),
    )

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str]


class GlobalWebhookRow(Base):
    """One row while the workers have a webhook for all runs. They alone know its address."""

    __tablename__ = "global_webhook"
    __table_args__ = (CheckConstraint("one", name="one_row"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=true())


class DeliveryRow(Base):
    """One event for one webhook. Its id is the ``webhook-id`` of each attempt."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        one_of("state", DeliveryState),
        at_most("url", WEBHOOK_URL_LIMIT),
        at_most("error", ERROR_LIMIT),
        CheckConstraint("event_type ~ '^[a-z_]+[.][a-z_]+$'", name="event_type_form"),
        CheckConstraint("attempts >= 0", name="counts"),
        CheckConstraint("answer_code BETWEEN 100 AND 999", name="answer_code_range"),
        CheckConstraint("(state = 'pending') = (next_attempt_at IS NOT NULL)", name="pending_next"),
        CheckConstraint("(state = 'failed') <= (error IS NOT NULL)", name="failed_error"),
        CheckConstraint("(state = 'delivered') <= (error IS NULL)", name="delivered_error"),
        Index("ix_webhook_deliveries_run", "run_id", "created_at"),
        Index(
            "ix_webhook_deliveries_pending",
            "next_attempt_at",
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    url: Mapped[str | None]
    """NULL: the webhook of all runs."""
    event_type: Mapped[str]
    """One of ``deliveries.event_types.EVENTS``."""
    payload: Mapped[dict[str, Any]]
    """Facts of the moment it happened: the run may have changed before it is delivered."""
    state: Mapped[str] = mapped_column(server_default=DeliveryState.PENDING.value)
    attempts: Mapped[int] = mapped_column(server_default="0")
    answer_code: Mapped[int | None] = mapped_column(SmallInteger)
    """HTTP status of the newest answer; NULL where none came."""
    error: Mapped[str | None]
    """Why the newest attempt failed, in a sentence."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_attempt_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
