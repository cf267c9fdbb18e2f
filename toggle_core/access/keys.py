"""Keys of the API: made, listed, revoked and recognised.

A key is ``ptk_``, the id it is found by, and 256 random bits. The database keeps its SHA-256. A
slow hash, which passwords need because people choose guessable ones, would protect nothing here:
nobody tries 2^256 values, however fast (NIST SP 800-63B, 5.1.2.2, asks for a salt and a slow hash
only below 112 bits), and it would be paid for with every request.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from toggle_core.errors import (
    KeyExpired,
    KeyNameRefused,
    KeyNameTaken,
    KeyNotFound,
    KeyRevoked,
    KeyUnknown,
)
from toggle_core.store.access_tables import ApiKeyRow
from toggle_core.store.database import Database
from toggle_core.words import KEY_NAME_LIMIT, Scope

PREFIX: Final = "ptk_"
"""By which people, and programs that look for leaked secrets, know a key of ours."""

FORM: Final = re.compile(rf"{PREFIX}([0-9a-f]{{12}})_[0-9a-f]{{64}}")
NOBODYS: Final = bytes(32)
"""Compared where there is no such key, so that every key is compared."""

USE_NOTED_EVERY: Final = timedelta(minutes=1)
"""So that a key that is used a hundred times a second does not mean a hundred writes."""

TABLE: Final = ApiKeyRow.__table__

ANY_KEY: Final = "SELECT EXISTS (SELECT FROM api_keys) AS there"
"""Asked with every request to an API that is open."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key. With it alone nobody comes in.

    Attributes:
        id: by which it is revoked.
        last_used_at: to the minute; None: never.
    """

    id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def create_key(
    database: Database, name: str, scope: Scope, *, lifetime: timedelta | None = None
) -> tuple[ApiKey, str]:
    """Make a key.

    Args:
        database: where.
        name: 1 to 80 characters that no other key in use has; white space around it is left out.
        scope: what it may do.
        lifetime: after which it opens nothing any more; None: for ever.

    Returns:
        What is known of it, and the key itself, which is kept nowhere.

    Raises:
        KeyNameRefused: the name is empty, too long or not printable.
        KeyNameTaken: a key in use has it.
        DatabaseAway: nothing was made.
    """
    name = _check_name(name)
    key_id = secrets.token_hex(6)
    key = f"{PREFIX}{key_id}_{secrets.token_hex(32)}"
    new = insert(ApiKeyRow).values(
        id=key_id,
        name=name,
        scope=scope,
        digest=_digest(key),
        expires_at=None if lifetime is None else func.now() + lifetime,
    )
    try:
        with database.begin() as connection:
            return _key(connection.execute(new.returning(TABLE)).one()), key
    except IntegrityError as error:
        raise KeyNameTaken(name=name) from error


def list_keys(database: Database) -> list[ApiKey]:
    """All keys that were ever made, the newest first.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    newest = select(TABLE).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id)
    with database.begin() as connection:
        return [_key(row) for row in connection.execute(newest)]


def revoke_key(database: Database, key_id: str) -> ApiKey:
    """Let a key open nothing any more, from the next request on. One that is revoked stays so.

    Raises:
        KeyNotFound: there is none with this id.
        DatabaseAway: nothing was changed.
    """
    revoked = (
        update(ApiKeyRow)
        .where(ApiKeyRow.id == key_id)
        .values(revoked_at=func.coalesce(ApiKeyRow.revoked_at, func.now()))
    )
    with database.begin() as connection:
        row = connection.execute(revoked.returning(TABLE)).one_or_none()
    if row is None:
        raise KeyNotFound(id=key_id)
    return _key(row)


def any_key(database: Database) -> bool:
    """Whether a key was ever made, in use or not.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    found = database.row_of(ANY_KEY, {})
    return found is not None and bool(found.there)


def recognise(database: Database, key: str) -> ApiKey:
    """Find out whose a key is, and note that it was used.

    Args:
        database: where.
        key: as it came.

    Raises:
        KeyUnknown: it is none of ours.
        KeyRevoked: it was one.
        KeyExpired: likewise.
        DatabaseAway: the database cannot be reached.
    """
    form = FORM.fullmatch(key)
    if form is None:
        raise KeyUnknown
    expired = (ApiKeyRow.expires_at <= func.now()).label("expired")
    noted = func.coalesce(ApiKeyRow.last_used_at > func.now() - USE_NOTED_EVERY, False)
    with database.begin() as connection:
        row = connection.execute(
            select(TABLE, expired, noted.label("noted")).where(ApiKeyRow.id == form[1])
        ).one_or_none()
        if not hmac.compare_digest(_digest(key), row.digest if row else NOBODYS) or row is None:
            raise KeyUnknown
        if row.revoked_at is not None:
            raise KeyRevoked(name=row.name)
        if row.expired:
            raise KeyExpired(name=row.name)
        if not row.noted:
            # Asked again: of requests that come together, one writes and the others find it done.
            used = update(ApiKeyRow).where(ApiKeyRow.id == row.id, ~noted)
            connection.execute(text("SET LOCAL synchronous_commit = off"))
            connection.execute(used.values(last_used_at=func.now()))
    return _key(row)


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _check_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= KEY_NAME_LIMIT or not name.isprintable():
        raise KeyNameRefused(limit=KEY_NAME_LIMIT)
    return name


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scope=Scope(row.scope),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
