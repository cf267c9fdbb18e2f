"""Cross-site request protection: pages of other sites may only link here.

A browser sends a request for any page that asks it to, and everything that listens on this machine
only is within its reach. The rule is that of Go's ``net/http.CrossOriginProtection`` (F. Valsorda,
words.filippo.io/csrf): ``Sec-Fetch-Site`` where the browser sends it, else ``Origin`` against
``Host``. Programs send neither and are let through; a page cannot make its browser leave them out.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from toggle_core.api.refusal import refuse

FORBIDDEN: Final = 403
SENTENCE: Final = "This was asked for by a page of another site, and is refused for your safety."

OWN_PAGES: Final = {"same-origin", "none"}
"""Values of ``Sec-Fetch-Site`` for a page of ours, and for what the person typed."""

SAFE: Final = {"GET", "HEAD", "OPTIONS"}
"""Methods that change nothing (RFC 9110, 9.2.1)."""

SHOWN_ALONE: Final = "document"
"""``Sec-Fetch-Dest`` of a page that is not part of another one."""


class OwnPagesOnly:
    """Middleware that refuses what a page of another site asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what was asked for by a person, by a page of ours or by a program."""
        if _is_foreign(scope):
            await refuse(FORBIDDEN, SENTENCE, scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    method = scope.get("method", "WEBSOCKET")
    if site is not None and site not in OWN_PAGES:
        led_here = headers.get("sec-fetch-mode") == "navigate"
        return not (led_here and method in SAFE and headers.get("sec-fetch-dest") == SHOWN_ALONE)
    if site is not None or method in SAFE:
        return False
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
