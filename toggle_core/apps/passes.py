"""The pass of a browser to an app: a cookie of the app's host."""

import hmac
import time

from toggle_core.apps.asked import Asked
from toggle_core.apps.heads import (
    COOKIE,
    FRAME_COOKIE,
    IN_FRAME,
    SECURE_COOKIE,
    SECURE_FRAME_COOKIE,
    is_ours,
    names_of,
)
from toggle_core.apps.hosts import Hosts, label_of
from toggle_core.apps.tickets import PASS_SECONDS, Grant, read, sign


class Passes:
    """Reads and writes passes.

    Args:
        hosts: names of apps.
        key: of this installation.
    """

    def __init__(self, hosts: Hosts, key: bytes) -> None:
        self._hosts = hosts
        self._key = key

    def of(self, asked: Asked, label: str) -> Grant | None:
        """What the browser's pass allows; None without one for this app.

        Args:
            asked: the browser's request.
            label: of the app.
        """
        names = [self._name(framed=False), self._name(framed=True)]
        if asked.one("sec-fetch-dest") == "iframe":
            names.reverse()
        sent = names_of(asked.all("cookie"))
        for part in (part for own in names for name, part in sent if name == own):
            value = part.partition(b"=")[2].decode("latin-1")
            grant = read(value, self._key, time.time())
            if grant and not grant.nonce and self.is_of(grant, label):
                return grant
        return None

    def is_of(self, grant: Grant, label: str) -> bool:
        """Whether a grant is for the app with this label."""
        return hmac.compare_digest(label_of(grant.run_id, self._key), label)

    def cookie(self, grant: Grant) -> bytes:
        """The header that gives a browser its pass."""
        name = self._name(framed=bool(grant.frame)).decode()
        secure = "; Secure" if self._hosts.is_secure else ""
        sites = IN_FRAME.decode() if grant.frame else f"SameSite=Lax{secure}"
        value = sign(grant, self._key)
        return f"{name}={value}; Path=/; Max-Age={PASS_SECONDS}; HttpOnly; {sites}".encode()

    def _name(self, *, framed: bool) -> bytes:
        if framed:
            return SECURE_FRAME_COOKIE if self._hosts.is_secure else FRAME_COOKIE
        return SECURE_COOKIE if self._hosts.is_secure else COOKIE


def clear(asked: Asked, *, framed: bool) -> list[tuple[bytes, bytes]]:
    """Let the browser forget what pages of the program have stored on its host.

    Not by ``"cookies"``: that would clear those of the whole site (Clear Site Data, 4.2.2).
    """
    names = [name for name, _ in names_of(asked.all("cookie")) if not is_ours(name)]
    sites = IN_FRAME if framed else b"SameSite=Lax"
    expired = [(b"set-cookie", name + b"=; Path=/; Max-Age=0; " + sites) for name in names]
    return [(b"clear-site-data", b'"cache", "storage"'), *expired]
