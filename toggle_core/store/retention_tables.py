"""The tables of retention: what is kept of a run without its checkpoints, and the sweeps."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base, one_of

KEPT_CHANNELS: Final = (
    *("plan", "promises", "code", "entry", "files", "how_to_run", "response"),
    *("unmet", "assumptions", "objection", "gates"),
)
"""Channels of a run's last checkpoint that are still to be read when it has none any more."""


class Step(StrEnum):
    """What a sweep does to a run that ended long enough ago."""

    HISTORY = "history"
    """Its steps are deleted but for the last."""
    CHECKPOINTS = "checkpoints"
    """The last step is deleted as well, and the pictures; what it made is kept as a result."""


class RunResultRow(Base):
    """What a run made, once its checkpoints are deleted. No run has both."""

    __tablename__ = "run_results"
    __table_args__ = (CheckConstraint("jsonb_typeof(channels) = 'object'", name="channels_object"),)

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    channels: Mapped[dict[str, Any]]
    """``KEPT_CHANNELS``, those that the last checkpoint had."""
    kept_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RetentionMarkRow(Base):
    """How far a step has come: each run that ended before this one has been seen to."""

    __tablename__ = "retention_marks"
    __table_args__ = (one_of("step", Step),)

    step: Mapped[str] = mapped_column(primary_key=True)
    finished_at: Mapped[datetime]
    last_id: Mapped[UUID]
    """Of this run: decides between runs that ended in the same moment. It may be deleted by now."""


class SweepRow(Base):
    """One sweep and what it did; written with each of its batches."""

    __tablename__ = "sweeps"
    __table_args__ = (
        CheckConstraint("ended_at >= began_at", name="ended_after"),
        CheckConstraint(
            "runs_pruned >= 0 AND runs_cleared >= 0 AND checkpoints >= 0 AND bytes >= 0"
            " AND leftovers >= 0",
            name="counts",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    """NULL while it goes on, and where its process was killed."""
    runs_pruned: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Runs whose steps were deleted but for the last."""
    runs_cleared: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Runs whose last step was deleted."""
    checkpoints: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Checkpoints that were deleted."""
    bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """About as many as these took."""
    leftovers: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Rows of ended jobs and of dead workers that were deleted."""
