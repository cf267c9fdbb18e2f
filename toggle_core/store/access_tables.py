"""The table of the keys that programs call the API with."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base, one_of
from toggle_core.words import KEY_NAME_LIMIT, Scope


class ApiKeyRow(Base):
    """A key of the API. What opens the door is not kept, only its digest.

    Keys that were revoked stay, so that an API that was closed once is not open again when its
    last key goes.
    """

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("id ~ '^[0-9a-f]{12}$'", name="id_form"),
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {KEY_NAME_LIMIT}", name="name_length"),
        CheckConstraint("name ~ '[^[:space:]]'", name="name_not_blank"),
        one_of("scope", Scope),
        CheckConstraint("octet_length(digest) = 32", name="digest_length"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
        Index("uq_api_keys_name", "name", unique=True, postgresql_where=text("revoked_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """Part of the key, and no secret."""
    name: Mapped[str]
    scope: Mapped[str]
    digest: Mapped[bytes]
    """SHA-256 of the key."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """To the minute."""
