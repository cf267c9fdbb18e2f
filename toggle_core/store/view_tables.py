"""The table of saved views."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base
from toggle_core.words import VIEW_NAME_LIMIT, VIEWS_LIMIT


class SavedViewRow(Base):
    """A filter of runs that people have given a name."""

    __tablename__ = "saved_views"
    __table_args__ = (
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {VIEW_NAME_LIMIT}", name="name_length"),
        CheckConstraint("name ~ '[^[:space:]]'", name="name_not_blank"),
        CheckConstraint(f"place BETWEEN 1 AND {VIEWS_LIMIT}", name="place_known"),
        UniqueConstraint("name"),
        UniqueConstraint("place"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    place: Mapped[int] = mapped_column(SmallInteger)
    """In the list of views; there are no more places than there may be views."""
    filter: Mapped[dict[str, Any]]
    """With the version of its form, see ``history.saved_views``."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
