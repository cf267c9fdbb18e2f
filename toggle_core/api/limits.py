"""What a request may weigh."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toggle_core.api.problems import BODY_LIMIT, too_large


class BodyTooLarge(HTTPException):
    """More bytes came than are accepted. An HTTPException, so that FastAPI lets it through."""

    def __init__(self) -> None:
        super().__init__(413)


class LimitBody:
    """Middleware that refuses a large body, whatever its headers claim.

    Starlette's ``RequestBodyLimitMiddleware`` would do, but for its answer in plain text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on until it has weighed too much."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length) > BODY_LIMIT:
            await too_large()(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > BODY_LIMIT:
                raise BodyTooLarge
            return message

        await self.app(scope, counted, send)
