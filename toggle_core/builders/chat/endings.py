"""Whether an answer stops in the middle, for servers that close a stream without a reason."""

import re
from typing import Final

from toggle_core.builders.chat.fences import blocks, lines_of
from toggle_core.builders.chat.loose_json import raw_decode
from toggle_core.builders.chat.naming import path_in
from toggle_core.builders.chat.thoughts import without_thoughts

LOOSE_END: Final = re.compile(r"[`~]{1,2}|#{1,6}|[-*]|\d+[.)]")
"""A last line that only begins a fence, a heading or a list."""

JSON_AT_LINE: Final = re.compile(r"^(?:\{|\[\s*\{)", re.MULTILINE)


def stops_in_the_middle(answer: str) -> bool:
    """Whether the end of an answer is missing, as far as its text shows.

    Args:
        answer: all that came, at least one character.

    Returns:
        True where reasoning, JSON or a fenced block is still open, or a file is announced and not
        there. An answer that ends between two files cannot be told from a complete one.
    """
    text = without_thoughts(answer)
    if not text:
        return True
    found = blocks(text)
    lines = lines_of(text)
    if found:
        last = found[-1]
        if not last.is_closed and last.end == len(lines):
            # A bare fence with nothing behind it may be one too many.
            return bool(last.path or last.language or last.text.strip() or len(found) == 1)
    elif brace := JSON_AT_LINE.search(text):
        return not _is_whole(text[brace.start() :])
    is_announced = len(lines) > 1 and path_in(lines[-1]) != ""
    return is_announced or LOOSE_END.fullmatch(lines[-1].strip()) is not None


def _is_whole(text: str) -> bool:
    """Whether a text begins with a whole JSON value."""
    try:
        raw_decode(text)
    except ValueError:
        return False
    return True
