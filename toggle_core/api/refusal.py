"""A refusal ahead of any route, in the form of all other problems."""

from typing import Final

from starlette.types import Receive, Scope, Send

from toggle_core.api.problems import answer

POLICY_VIOLATION: Final = 1008
"""RFC 6455, 7.4.1. Sent before a WebSocket is accepted, the browser gets status 403."""


async def refuse(status: int, sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request with a problem; refuse a WebSocket.

    Args:
        status: of the answer.
        sentence: for people.
        scope: of the request, as ``receive`` and ``send``.
        receive: from the client.
        send: to the client.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
    else:
        await answer(status, sentence)(scope, receive, send)
