"""The table of pictures: pages of made programs, as a browser showed them during the checks."""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.gates.pictures import MOST_PICTURE_BYTES, MOST_PICTURES
from toggle_core.store.base import Base, at_most
from toggle_core.words import NAME_LIMIT, PICTURE_HEIGHT_LIMIT, PICTURE_PATH_LIMIT


class PictureRow(Base):
    """A page of the program that a run made, at one width."""

    __tablename__ = "run_pictures"
    __table_args__ = (
        at_most("promise", NAME_LIMIT),
        at_most("path", PICTURE_PATH_LIMIT),
        CheckConstraint("attempt > 0", name="attempt"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_PICTURES}", name="place_known"),
        CheckConstraint("width IN (1280, 390)", name="width_known"),
        CheckConstraint(f"height BETWEEN 1 AND {PICTURE_HEIGHT_LIMIT}", name="height_known"),
        CheckConstraint(
            f"octet_length(content) BETWEEN 1 AND {MOST_PICTURE_BYTES}", name="content_length"
        ),
        UniqueConstraint("run_id", "attempt", "promise", "width"),
    )

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """In the order of the pictures; an attempt has no more places than it may have pictures."""
    promise: Mapped[str]
    """Id of the promise at whose end it was taken; empty for the front page."""
    path: Mapped[str]
    """Of the page."""
    width: Mapped[int] = mapped_column(SmallInteger)
    """Of the window, in CSS pixels."""
    height: Mapped[int] = mapped_column(SmallInteger)
    """Of the picture, in pixels."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """A PNG file."""
    digest: Mapped[bytes] = mapped_column(LargeBinary, Computed("sha256(content)", persisted=True))
    """SHA-256 of the content: names the picture in addresses, so that browsers may keep it."""
