"""The table of deleted runs, for readers who keep a copy of the runs.

Triggers (migration 0017) number each change of a run, ``runs.changed``, and each deletion by the
transaction that made it; :mod:`toggle_core.history.changes` reads on from a number, and sweeps
forget deletions after a time (:mod:`toggle_core.store.deletions`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base


class DeletedRunRow(Base):
    """A run that was there once."""

    __tablename__ = "deleted_runs"
    __table_args__ = (Index("ix_deleted_runs_changed", "changed", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    changed: Mapped[int] = mapped_column(BigInteger)
    """Number of the transaction that deleted it."""
    deleted_at: Mapped[datetime] = mapped_column(server_default=func.now())
