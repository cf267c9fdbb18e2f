"""Each HTTP request: an id, one line in the log, its place in the metrics, and its span.

Of a request only method, template of the route, status and time are noted: no path, no query, no
header and no body, so that neither ids nor what people type get into the log.
"""

import logging
import re
import time
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toggle_core.observing.context import answering
from toggle_core.observing.metrics import REQUEST_SECONDS, REQUESTS
from toggle_core.observing.tracing import request_span

logger = logging.getLogger("toggle_core.http")

HEADER: Final = "X-Request-ID"
GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""An id that a client or a proxy may give; any other is replaced."""

METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
OTHER: Final = "other"
QUIET: Final = ("/_stcore/", "/static/", "/app/static/", "/component/", "/media/")
"""What a page loads beside itself: counted, and logged where it failed."""

FAILED: Final = 500


class Observed:
    """Middleware around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the request, and note how it was answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        answered = False

        with answering(request_id), request_span(scope) as span:

            async def send_noting(message: Message) -> None:
                nonlocal answered
                if message["type"] == "http.response.start" and not answered:
                    answered = True
                    MutableHeaders(scope=message)[HEADER] = request_id
                    route = route_of(scope)
                    _note(scope, route, message["status"], time.perf_counter() - began)
                    span.answered(route, message["status"])
                await send(message)

            await self.app(scope, receive, send_noting)


def route_of(scope: Scope) -> str:
    """The template of the route that has answered, such as ``/api/tasks/{task_id}``.

    What was refused ahead of a route, or has none, is told by the part that would have had it.
    """
    path = getattr(scope.get("route"), "path", None)
    mounted = str(scope.get("root_path", ""))
    if not isinstance(path, str) or path == mounted:  # the mount: nothing below it has answered
        return f"{mounted}/*"
    return f"{mounted}{path}"


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER, "")
    return given if GIVEN.fullmatch(given) else uuid4().hex[:16]


def _note(scope: Scope, route: str, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in METHODS else OTHER
    REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    REQUEST_SECONDS.labels(route, method).observe(seconds)
    milliseconds = round(seconds * 1000, 1)
    quiet = scope["path"].startswith(QUIET) and status < FAILED
    logger.log(
        logging.DEBUG if quiet else logging.INFO,
        "%s %s %s in %s ms",
        method,
        route,
        status,
        milliseconds,
        extra={"method": method, "route": route, "status": status, "milliseconds": milliseconds},
    )
