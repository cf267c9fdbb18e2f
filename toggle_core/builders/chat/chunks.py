"""Stream from servers that speak OpenAI's protocol roughly.

OpenAI's own client checks each chunk against the types of OpenAI's own server. Others leave out
fields, send null for a list, or send the content as a list of parts; one such chunk would spoil the
whole answer. So chunks are passed on as the plain objects they came as, with the few fields that
LangChain reads put right.
"""

from collections.abc import AsyncIterator
from typing import Any, Self

from openai import APIError, AsyncOpenAI, AsyncStream

Chunk = dict[str, Any]


class RoughCompletions:
    """Stands in for the client's ``chat.completions`` where an answer is streamed."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client.chat.completions, name)

    async def create(self, *, stream: bool = False, **payload: Any) -> Any:
        """Ask for an answer: streamed, as plain chunks; whole, as the client has it."""
        if not stream:
            return await self._client.chat.completions.create(**payload)
        extra = payload.pop("extra_body", None) or {}
        answer = await self._client.post(
            "/chat/completions",
            body=payload | extra | {"stream": True},
            cast_to=object,
            stream=True,
            stream_cls=AsyncStream[object],
        )
        return _Chunks(answer)


class _Chunks:
    """The chunks of one answer."""

    def __init__(self, stream: AsyncStream[object]) -> None:
        self._stream = stream

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stream.close()

    async def __aiter__(self) -> AsyncIterator[Chunk]:
        async for sent in self._stream:
            if not isinstance(sent, dict):
                raise TypeError(f"a chunk is a {type(sent).__name__}")
            if sent.get("object") == "error":  # vLLM, before it had a field for errors
                message = str(sent.get("message"))
                raise APIError(message, self._stream.response.request, body=sent)
            yield _put_right(sent)


def _put_right(sent: Chunk) -> Chunk:
    """A chunk with a list of choices, each with a delta whose content is text."""
    choices = sent.get("choices")
    kept = [_choice(each) for each in choices[:1] if isinstance(each, dict)] if choices else []
    return {**sent, "choices": kept, "usage": _usage(sent.get("usage"))}


def _choice(sent: dict[str, Any]) -> dict[str, Any]:
    # Some servers stream the message that the protocol has for a whole answer.
    delta = sent.get("delta") or sent.get("message")
    delta = dict(delta) if isinstance(delta, dict) else {}
    content = delta.get("content")
    if isinstance(content, list):
        delta["content"] = "".join(_text(part) for part in content)
    elif not isinstance(content, str):
        delta["content"] = ""
    if refusal := delta.pop("refusal", None):
        # LangChain passes on no field of this name, but a part of the content.
        delta["content"] = [{"type": "refusal", "refusal": str(refusal)}]
    calls = delta.pop("tool_calls", None)
    if isinstance(calls, list):
        delta["tool_calls"] = [
            {"index": at, **call} for at, call in enumerate(calls) if _is_call(call)
        ]
    delta.pop("function_call", None)
    reason = sent.get("finish_reason")
    if not reason and sent.get("error"):
        reason = "error"
    return {"delta": {**delta, "role": "assistant"}, "finish_reason": reason}


def _text(part: object) -> str:
    """The text of a part of the content; a part with reasoning has none."""
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and part.get("type", "text") in {"text", "output_text"}:
        text = part.get("text")
        return text if isinstance(text, str) else ""
    return ""


def _is_call(sent: object) -> bool:
    return isinstance(sent, dict) and isinstance(sent.get("function"), dict)


def _usage(sent: object) -> dict[str, int] | None:
    """The counts, without those that are no numbers."""
    if not isinstance(sent, dict):
        return None
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    counts = {name: sent[name] for name in names if isinstance(sent.get(name), int)}
    return counts or None
