"""Find the JSON object that an answer consists of, among prose, fences and calls of tools."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from toggle_core.builders.chat.fences import Block, blocks, lines_of
from toggle_core.builders.chat.loose_json import raw_decode

MOST_PLACES: Final = 20
"""Places of an answer where an object may begin."""

DEEPEST: Final = 3
"""Objects around the one that is looked for: a call, its arguments, a name for them."""

MOST_OBJECTS: Final = 100

BRACE: Final = re.compile(r"[{\[]")

JsonObject = dict[str, Any]


def objects(answer: str) -> Iterator[JsonObject]:
    """JSON objects that an answer may consist of, the likeliest first.

    All of the answer, a fenced block without a file's name, or what a brace outside of blocks
    begins; and in each of them the objects around which a model or its server has put others.
    """
    yield from _limited(each for value in values(answer) for each in inside(value))


def inside(value: object) -> Iterator[JsonObject]:
    """A value, if it is an object, and the objects in it."""
    return _limited(_within(value, DEEPEST))


def values(answer: str) -> Iterator[object]:
    """The JSON values of an answer, none of them inside of another."""
    if answer.startswith(("{", "[")) and (decoded := _decoded(answer)):
        yield decoded[0]
        answer = answer[decoded[1] :]
    found = blocks(answer)
    for block in found[:MOST_PLACES]:
        is_json = not block.path and block.language in {"", "json", "json5", "jsonc"}
        if is_json and (decoded := _decoded(block.text.lstrip())):
            yield decoded[0]
    loose = _outside(answer, found)
    at = 0
    for _ in range(MOST_PLACES):
        brace = BRACE.search(loose, at)
        if brace is None:
            return
        decoded = _decoded(loose[brace.start() :])
        at = brace.start() + decoded[1] if decoded else brace.end()
        if decoded:
            yield decoded[0]


def _decoded(text: str) -> tuple[object, int] | None:
    try:
        return raw_decode(text) if text.startswith(("{", "[")) else None
    except ValueError:
        return None


def _outside(answer: str, found: list[Block]) -> str:
    """The text outside of blocks."""
    lines = lines_of(answer)
    kept: list[str] = []
    at = 0
    for block in found:
        kept += lines[at : block.start]
        at = block.end + 1
    return "\n".join(kept + lines[at:])


def _within(found: object, levels: int) -> Iterator[JsonObject]:
    """An object, or those in a list, and the objects in each of them."""
    if isinstance(found, str) and found.lstrip().startswith("{"):
        try:
            found = json.loads(found, strict=False)  # arguments of a call are often text
        except (ValueError, RecursionError):
            return
    if isinstance(found, list):
        for each in found:
            yield from _within(each, levels - 1)
    elif isinstance(found, dict):
        yield found
        if levels > 0:
            for each in found.values():
                if isinstance(each, dict | str):
                    yield from _within(each, levels - 1)


def _limited(found: Iterator[JsonObject]) -> Iterator[JsonObject]:
    for number, each in enumerate(found):
        if number == MOST_OBJECTS:
            return
        yield each
