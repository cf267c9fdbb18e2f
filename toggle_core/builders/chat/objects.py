"""Find the JSON object that an answer consists of, among prose, fences and calls of tools."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from toggle_core.builders.chat.fences import Block, blocks, lines_of

MOST_PLACES: Final = 20
"""Places of an answer where an object may begin."""

DEEPEST: Final = 3
"""Objects around the one that is looked for: a call, its arguments, a name for them."""

MOST_OBJECTS: Final = 100

BRACE: Final = re.compile(r"[{\[]")

# Not strict: models put line breaks into strings as they are.
_DECODER: Final = json.JSONDecoder(strict=False)

JsonObject = dict[str, Any]


def objects(answer: str) -> Iterator[JsonObject]:
    """JSON objects that an answer may consist of, the likeliest first.

    All of the answer, a fenced block without a file's name, or what a brace outside of blocks
    begins; and in each of them the objects around which a model or its server has put others.
    """
    for text in _places(answer):
        try:
            found, _ = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            continue
        yield from _limited(_within(found, DEEPEST))


def _places(answer: str) -> Iterator[str]:
    if answer.startswith(("{", "[")):
        yield answer
    found = blocks(answer)
    for block in found[:MOST_PLACES]:
        if not block.path and block.language in {"", "json", "json5", "jsonc"}:
            yield block.text.lstrip()
    loose = _outside(answer, found)
    for number, brace in enumerate(BRACE.finditer(loose)):
        if number == MOST_PLACES:
            return
        yield loose[brace.start() :]


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
