"""Replies in the OpenAI protocol, good ones and each kind of fault."""

import json
import socket
import struct
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from tests.integration.chat.server import Connection, Reply

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}


def streamed(
    text: str,
    *,
    finish: str = "stop",
    usage: Mapping[str, int] | None = USAGE,
    refusal: str = "",
    piece: int = 20,
    answer_id: str = "1",
) -> Reply:
    """An answer as server-sent events, some characters each."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[at : at + piece]} for at in range(0, len(text), piece)]
    deltas += [{"refusal": refusal}] if refusal else []
    chunks = [_chunk(delta) for delta in deltas] + [_chunk({}, finish)]
    if usage:
        chunks.append(_chunk({}) | {"choices": [], "usage": usage})
    chunks = [chunk | {"id": answer_id} for chunk in chunks]

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        for chunk in chunks:
            connection.write(_event(chunk))
        connection.write(b"data: [DONE]\n\n")

    return reply


def chunks(*sent: Mapping[str, Any], done: bool = True, head: bytes = b"") -> Reply:
    """A stream of these chunks, each a delta's choice or any other fields of a chunk."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        connection.write(head)
        for chunk in sent:
            connection.write(_event(_chunk({}) | {"choices": []} | chunk))
        if done:
            connection.write(b"data: [DONE]\n\n")

    return reply


def delta(content: Any, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of an answer: its text, or the fields of its delta."""
    fields = content if isinstance(content, dict) else {"content": content}
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}], **more}


def whole(text: str, *, finish: str = "stop") -> Reply:
    """An answer in one piece, whatever was asked for."""
    message = {"role": "assistant", "content": text}
    return body(
        {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "scripted",
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": USAGE,
        }
    )


def body(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON body."""

    def reply(connection: Connection) -> None:
        connection.head(status, "application/json", headers)
        connection.write(json.dumps(content).encode())

    return reply


def error(
    status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None
) -> Reply:
    """An error as OpenAI words it."""
    return body({"error": {"message": message, "code": code, "type": code}}, status, headers)


def error_event(message: str, kind: str) -> Reply:
    """An error that comes as an event after the answer has begun."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        connection.write(_event(_chunk({"role": "assistant", "content": "On"})))
        connection.write(_event({"error": {"message": message, "type": kind}}))

    return reply


def page(text: str) -> Reply:
    """A web page: what an address that is no model's answers."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/html")
        connection.write(text.encode())

    return reply


def dropped_after(text: str) -> Reply:
    """An answer whose connection breaks in the middle."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream", {"Transfer-Encoding": "chunked"})
        event = _event(_chunk({"role": "assistant", "content": text}))
        connection.write(f"{len(event):x}\r\n".encode() + event + b"\r\nff\r\ndata: {")

    return reply


def reset(connection: Connection) -> None:
    """No answer: the connection is reset."""
    raw = connection.handler.connection
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raw.shutdown(socket.SHUT_RDWR)


def dripping(parts: Iterable[bytes], stopping: threading.Event, seconds: float = 0.05) -> Reply:
    """Bytes that come slowly, without end, each soon enough for any time limit between bytes."""
    repeated = list(parts)

    def reply(connection: Connection) -> None:
        connection.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
        while True:
            for part in repeated:
                connection.write(part)
                if stopping.wait(seconds):
                    return

    return reply


def endless(stopping: threading.Event, part: bytes) -> Reply:
    """The same bytes again and again, as fast as they are taken."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        while not stopping.is_set():
            connection.write(part)

    return reply


def event_of(text: str) -> bytes:
    """One event with a part of an answer."""
    return _event(_chunk({"role": "assistant", "content": text}))


def event_of_chunk(fields: Mapping[str, Any]) -> bytes:
    """One event with the fields of a chunk."""
    return _event(_chunk({}) | dict(fields))


def _chunk(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [choice],
    }


def _event(content: Any) -> bytes:
    return b"data: " + json.dumps(content, ensure_ascii=False).encode() + b"\n\n"
