"""Headers that tell browsers what pages and answers may do.

Sources: OWASP's HTTP Headers and REST Security cheat sheets; Content Security Policy Level 3.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toggle_core.apps.service import app_service

API: Final = "/api"
DOWNLOADS: Final = "/download"
GUIDE: Final = ("/api/docs", "/api/static-offline-docs")
"""The interactive guide, and what it is made of."""

EVERYWHERE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
}

STREAMLITS_SCRIPT: Final = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
"""The one script that stands in Streamlit's page itself. All others are files."""

SERVERS_SCRIPT: Final = "'sha256-4FHne3VnvSsopH6LGH84ddeDkCxdGQDSVK0qr2V2X4c='"
"""Says in the page where its server is, see ``ui.document``."""

GUARDS_SCRIPT: Final = "'sha256-lMkRbB65leRYOV7RNYICiXG5B5RQjZttOtHsjP56ojs='"
"""Keeps a page whole that an extension changes, see ``ui.document``."""

TYPINGS_SCRIPT: Final = "'sha256-oXn8yfCO7VLd90opD1R5I02Icqup9F4hPOFL7iC6SpE='"
"""Sends what is typed at each pause, see ``ui.document``."""

RUNS_SCRIPT: Final = "'sha256-Pdb5i0xEf/jiN8H5PEnGN0jeS2xo0kxTf2uUrsFNPTc='"
"""Keeps the columns of the list of runs, see ``ui.document``."""

DRAFTS_SCRIPT: Final = "'sha256-5U68cUmu5zgZ/FZWmsZikGVSf3+mvSLSBphAaKVtM0g='"
"""Keeps what is typed over a reload, see ``ui.document``."""

TIMERS_SCRIPT: Final = "'sha256-vTT6TZeKJdvj21Cng47kT65a206oPC1/o3+gMDOJp5g='"
"""The one script that stands in the page of streamlit-autorefresh, which keeps pages live."""

DASHBOARD_POLICY: Final = (
    "default-src 'self'; "
    f"script-src 'self' {STREAMLITS_SCRIPT} {SERVERS_SCRIPT} {GUARDS_SCRIPT} {TYPINGS_SCRIPT} "
    f"{RUNS_SCRIPT} {DRAFTS_SCRIPT} {TIMERS_SCRIPT}; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "media-src 'self' data: blob:; "
    "worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""Streamlit styles by ``style`` attributes. Frames of text (``srcdoc``) inherit all of it."""

GUIDE_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
"""FastAPI's page begins with a script of its own."""

ANSWER_POLICY: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
"""An answer is no page: whatever stands in it, nothing is done with it."""

PICTURE_POLICY: Final = f"{ANSWER_POLICY}; sandbox"
"""A picture comes out of a sandbox, too. Opened by itself it has no origin, whatever it is."""


class SecureHeaders:
    """Middleware that adds the headers to every answer, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add to its answer."""
        added = EVERYWHERE | _of_path(scope["path"])

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(added)
                del headers["Access-Control-Allow-Origin"]  # Streamlit gives its fonts to everybody
                if _is_answer(scope["path"]):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, sent)


def _is_below(path: str, *places: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _is_answer(path: str) -> bool:
    """Whether data are answered there: by the API, but for its guide, and as files of pages."""
    return _is_below(path, API, DOWNLOADS) and not _is_below(path, *GUIDE)


def _of_path(path: str) -> dict[str, str]:
    if _is_answer(path):
        policy = PICTURE_POLICY if path.endswith(".png") else ANSWER_POLICY
        return {"Content-Security-Policy": policy, "X-Frame-Options": "DENY"}
    if _is_below(path, API):
        return {"Content-Security-Policy": GUIDE_POLICY, "X-Frame-Options": "DENY"}
    return {"Content-Security-Policy": _dashboard_policy(), "X-Frame-Options": "SAMEORIGIN"}


def _dashboard_policy() -> str:
    """The policy of pages; where apps can be opened, a page may show one in a frame."""
    service = app_service()
    frames = f"; frame-src 'self' {service.hosts.pattern}" if service else ""
    return f"{DASHBOARD_POLICY}{frames}"
