"""The tables of apps: what they have stored, and the key that their addresses come from."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, false, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base, at_most
from toggle_core.words import NAME_LIMIT

APP_DATA_LIMIT: Final = 16 * 1024 * 1024
"""Bytes that are kept of one app, packed."""


class AppDataRow(Base):
    """What the program of a run has stored while people used it."""

    __tablename__ = "app_data"
    __table_args__ = (
        CheckConstraint("generation >= 0 AND files >= 0", name="counts"),
        CheckConstraint(f"octet_length(archive) <= {APP_DATA_LIMIT}", name="archive_length"),
    )

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    generation: Mapped[int] = mapped_column(server_default="0")
    """How often it was cleared. A program of an earlier generation stores nothing any more."""
    archive: Mapped[bytes | None]
    """A compressed tar archive; NULL: nothing is kept."""
    files: Mapped[int] = mapped_column(server_default="0")
    too_large: Mapped[bool] = mapped_column(server_default=false())
    """Whether the program has more than is kept."""
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AppKeyRow(Base):
    """The key that signs tickets for apps, and that their host names come from: one row."""

    __tablename__ = "app_keys"
    __table_args__ = (
        CheckConstraint("single", name="single"),
        CheckConstraint("octet_length(key) = 32", name="key_length"),
    )

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    key: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AppServerRow(Base):
    """A process that serves apps for dashboards elsewhere. Its row is deleted when it stops."""

    __tablename__ = "app_servers"
    __table_args__ = (at_most("name", NAME_LIMIT),)

    name: Mapped[str] = mapped_column(primary_key=True)
    states: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    """How its apps stand, by the ids of their runs."""
    stops: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    """Apps that shall sleep, each as the id of its run and the person who wants it."""
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
