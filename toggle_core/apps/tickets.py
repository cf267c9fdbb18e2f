"""Who may use which app: a ticket to open it once, and the pass it is exchanged for."""

import base64
import binascii
import hmac
import json
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

TICKET_SECONDS: Final = 60
PASS_SECONDS: Final = 12 * 60 * 60
"""As long as a login counts."""

LONGEST: Final = 1024
MOST_USED: Final = 10_000
_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Grant:
    """What a ticket or a pass allows.

    Attributes:
        run_id: whose app.
        person: who uses it; None where the dashboard has no login.
        generation: of the app's data: how often it was cleared.
        expires: seconds since 1970.
        nonce: makes each ticket another one; empty in a pass.
        frame: origin of the dashboard that shows the app in a frame; empty: it has its own tab.
    """

    run_id: UUID
    person: str | None
    generation: int
    expires: int
    nonce: str = ""
    frame: str = ""


def new_ticket(
    run_id: UUID, person: str | None, generation: int, now: float, frame: str = ""
) -> Grant:
    """A ticket that opens an app once, within a minute."""
    expires = int(now) + TICKET_SECONDS
    return Grant(run_id, person, generation, expires, secrets.token_urlsafe(12), frame)


def pass_of(ticket: Grant, now: float) -> Grant:
    """What a ticket is exchanged for."""
    expires = int(now) + PASS_SECONDS
    return Grant(ticket.run_id, ticket.person, ticket.generation, expires, frame=ticket.frame)


def sign(grant: Grant, key: bytes) -> str:
    """Write a grant as a text that nobody without the key can make.

    Args:
        grant: to be written.
        key: of this installation.
    """
    fields = [
        str(grant.run_id),
        grant.person,
        grant.generation,
        grant.expires,
        grant.nonce,
        grant.frame,
    ]
    body = json.dumps(fields, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_digest(body, key) + body).decode().rstrip("=")


def read(text: str, key: bytes, now: float) -> Grant | None:
    """Read what :func:`sign` has written; None where it is forged, damaged or expired.

    Args:
        text: from a browser.
        key: of this installation.
        now: seconds since 1970.
    """
    if len(text) > LONGEST:
        return None
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    digest, body = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
    if not hmac.compare_digest(digest, _digest(body, key)):
        return None
    run_id, *others = json.loads(body)
    grant = Grant(UUID(run_id), *others)
    return grant if grant.expires > now else None


class UsedTickets:
    """Remembers the tickets that were used, until they expire."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def take(self, ticket: Grant, now: float) -> bool:
        """Use a ticket up; False where that was done before.

        Args:
            ticket: read and not expired.
            now: seconds since 1970.
        """
        if not ticket.nonce or ticket.nonce in self._used:
            return False
        if len(self._used) >= MOST_USED:
            self._used = {each: until for each, until in self._used.items() if until > now}
        self._used[ticket.nonce] = ticket.expires
        return True


def _digest(body: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"grant" + body, sha256).digest()
