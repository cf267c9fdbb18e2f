"""The route that tells Prometheus how the program is doing."""

import hashlib
import time
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from toggle_core.api.authentication import admitted
from toggle_core.api.dependencies import Opened
from toggle_core.api.openapi_responses import may_answer
from toggle_core.errors import DatabaseAway
from toggle_core.observing.prometheus import CONTENT_TYPE, Metrics
from toggle_core.startup import Services
from toggle_core.words import Scope

KNOWN_SECONDS: Final = 3_600.0
"""Who was let in within this time is let in while the database, which knows all keys, is away."""

EXAMPLE: Final = "toggle_database_up 1.0\ntoggle_queue_depth 3.0\n"


class Watch:
    """Metrics, and who may read them."""

    def __init__(self) -> None:
        self._metrics: Metrics | None = None
        self._known: dict[bytes, float] = {}

    def admit(self, request: Request) -> None:
        """Let in who may watch over the server.

        Raises:
            KeyRefused: nobody who may call.
            ScopeTooSmall: their key is for less.
            DatabaseAway: this cannot be told, and they were not let in lately.
        """
        given = hashlib.sha256(request.headers.get("authorization", "").encode()).digest()
        now = time.monotonic()
        try:
            admitted(request.scope).check_scope(Scope.ADMIN)
        except DatabaseAway:
            if now - self._known.get(given, -KNOWN_SECONDS) >= KNOWN_SECONDS:
                raise
            return
        self._known = {each: at for each, at in self._known.items() if now - at < KNOWN_SECONDS}
        self._known[given] = now

    def text(self, opened: Services) -> bytes:
        """The numbers now."""
        if self._metrics is None or self._metrics.database is not opened.database:
            self._metrics = Metrics(opened.database)
        return self._metrics.text()


_watch: Final = Watch()


def watching(request: Request) -> Watch:
    """A dependency of those who may watch over the server.

    Raises:
        KeyRefused: nobody who may call.
        ScopeTooSmall: their key is for less.
        DatabaseAway: this cannot be told.
    """
    _watch.admit(request)
    return _watch


router = APIRouter()


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={
        200: {
            "content": {"text/plain": {"example": EXAMPLE}},
            "description": "Prometheus's text format, version 0.0.4.",
        },
        **may_answer(503),
    },
)
def metrics(watch: Annotated[Watch, Depends(watching)], opened: Opened) -> Response:
    """What this process has done, its connections, and the state of the whole system. Takes a key
    with the scope `admin`. While the database is away, `toggle_database_up` is 0; a key that was
    not used in the last hour gets 503 then."""
    return Response(watch.text(opened), headers={"Content-Type": CONTENT_TYPE})
