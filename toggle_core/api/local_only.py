"""Restricts a dashboard without a login to requests from this machine.

The start looks at the addresses it knows. A server that was started in another way, such as
``uvicorn app:app --host 0.0.0.0``, listens on others: so each request is asked where it arrived.
"""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from toggle_core.access.exposure import dashboard_is_open, may_be_open
from toggle_core.api.refusal import refuse
from toggle_core.startup import services

FORBIDDEN: Final = 403
SENTENCE: Final = (
    "This dashboard asks nobody who they are, so it answers on its own machine only. Whoever runs"
    " it can set up a login (docs/login.md), or let everybody in with TOGGLE_ALLOW_ANONYMOUS=1."
)
API: Final = "/api"


class NoStrangers:
    """Middleware that refuses pages to whom nobody has meant to let in.

    The API is passed by: it asks by itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] == "lifespan" or _is_api(scope["path"]):
            await self.app(scope, receive, send)
            return
        settings = services().settings
        here = (scope.get("server") or ("", 0))[0]
        if dashboard_is_open(settings) and not may_be_open(settings, here):
            await refuse(FORBIDDEN, SENTENCE, scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/")
