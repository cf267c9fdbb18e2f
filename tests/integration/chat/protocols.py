"""A good answer, and the main faults, in the protocols of Ollama, Anthropic and Google."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.integration.chat.replies import body
from tests.integration.chat.server import Connection, Reply

PIECE = 10
"""Characters of a piece."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """One provider's way to say the same things.

    Attributes:
        model: a model of the provider.
        title: what people call the provider.
        answer: a streamed answer with 11 tokens in and 7 out, and the reason to finish.
        done: the reason to finish of a complete answer.
        cut_off: that of one that was cut off.
        declined: that of one that was declined; empty where there is none.
        error: an error's body.
        key_header: header of the key.
    """

    model: str
    title: str
    answer: Callable[[str, str], Reply]
    done: str
    cut_off: str
    declined: str
    error: Callable[[int, str], Reply]
    key_header: str


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)] or [""]


def _ollama(text: str, reason: str) -> Reply:
    base = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z"}

    def line(content: str, **more: Any) -> bytes:
        message = {"role": "assistant", "content": content}
        event = base | {"message": message, "done": False} | more
        return json.dumps(event, ensure_ascii=False).encode() + b"\n"

    def reply(connection: Connection) -> None:
        connection.head(200, "application/x-ndjson")
        for piece in _pieces(text):
            connection.write(line(piece))
        counts = {"prompt_eval_count": 11, "eval_count": 7}
        connection.write(line("", done=True, done_reason=reason, **counts))

    return reply


def _anthropic(text: str, reason: str) -> Reply:
    message = {
        "id": "1",
        "type": "message",
        "role": "assistant",
        "model": "scripted",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 1},
    }
    events: list[Mapping[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    ]
    for piece in _pieces(text):
        delta = {"type": "text_delta", "text": piece}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    events += [
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": reason, "stop_sequence": None},
            "usage": {"input_tokens": 11, "output_tokens": 7},
        },
        {"type": "message_stop"},
    ]

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        for event in events:
            text = json.dumps(event, ensure_ascii=False)
            connection.write(f"event: {event['type']}\ndata: {text}\n\n".encode())

    return reply


def _google(text: str, reason: str) -> Reply:
    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        pieces = _pieces(text)
        for number, piece in enumerate(pieces, start=1):
            candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": piece}]}}
            if reason and number == len(pieces):
                candidate["finishReason"] = reason
            usage = {"promptTokenCount": 11, "candidatesTokenCount": 7, "totalTokenCount": 18}
            event = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "scripted"}
            connection.write(
                b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\r\n\r\n"
            )

    return reply


OLLAMA = Protocol(
    model="ollama:llama3.2:3b",
    title="Ollama",
    answer=_ollama,
    done="stop",
    cut_off="length",
    declined="",
    error=lambda status, text: body({"error": text}, status),
    key_header="authorization",
)

ANTHROPIC = Protocol(
    model="anthropic:claude-sonnet-5-5",
    title="Anthropic",
    answer=_anthropic,
    done="end_turn",
    cut_off="max_tokens",
    declined="refusal",
    error=lambda status, text: body(
        {"type": "error", "error": {"type": "error", "message": text}}, status
    ),
    key_header="authorization",
)

GOOGLE = Protocol(
    model="google:gemini-3.8-flash",
    title="Google",
    answer=_google,
    done="STOP",
    cut_off="MAX_TOKENS",
    declined="SAFETY",
    error=lambda status, text: body(
        {"error": {"code": status, "message": text, "status": "ERROR"}}, status
    ),
    key_header="x-goog-api-key",
)

PROTOCOLS = (OLLAMA, ANTHROPIC, GOOGLE)
