"""The text of a file as a model wrote it into a value: as lines, in a fence, in base64, escaped."""

import ast
import base64
import json
import re
import warnings
from typing import Any, Final

from toggle_core.builders.chat.fences import blocks, lines_of

BINARY: Final = re.compile(
    r".+\.(?:png|jpe?g|gif|webp|ico|bmp|pdf|zip|gz|xlsx|docx|woff2?|ttf|mp3|wav|mp4|sqlite3?|db)",
    re.IGNORECASE,
)

NUMBERED: Final = re.compile(r"\s{0,6}(?P<number>\d{1,5}) ?[|\u2502] ?(?P<text>.*)", re.DOTALL)

LONGEST_CHECKED: Final = 20_000
"""Characters of Python that are parsed."""


class Unusable(Exception):
    """What is wrong with a file or an edit, as a part of a sentence."""


def text_of(path: str, value: Any, encoding: Any = None) -> str:
    """The text of a file.

    Args:
        path: its path.
        value: what stands in the place of its text.
        encoding: what the answer says of that; None for text.

    Raises:
        Unusable: there is no text, or it is not text.
    """
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "\n".join(line.removesuffix("\n") for line in value)
    if isinstance(value, dict | list) and path.lower().endswith(".json"):
        return json.dumps(value, ensure_ascii=False, indent=2)
    if not isinstance(value, str):
        raise Unusable(f"{path} has no text")
    if encoding == "base64":
        value = _decoded(path, value)
    return plain(path, value)


def plain(path: str, text: str) -> str:
    """The text of a file without what a model put around it: a fence, numbers, escapes.

    Raises:
        Unusable: the file would be binary, which text cannot be.
    """
    if text.strip() and BINARY.fullmatch(path):
        raise Unusable(f"{path} is a binary file, and only text can be written")
    text = text.removeprefix("\ufeff")
    return _unescaped(path, _without_numbers(_without_fence(path, text)))


def _decoded(path: str, text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except ValueError:
        raise Unusable(f"{path} is not text in base64") from None


def _without_fence(path: str, text: str) -> str:
    """What stands in a fence around all of a file. Markdown may be such a fence."""
    if path.lower().endswith((".md", ".mdx", ".txt")) or not text.lstrip().startswith(
        ("```", "~~~")
    ):
        return text
    found = blocks(text.strip())
    is_all = (
        len(found) == 1 and found[0].is_sound and found[0].end + 1 == len(lines_of(text.strip()))
    )
    return found[0].text if is_all else text


def _without_numbers(text: str) -> str:
    """The lines of a file that was written with their numbers, from 1 on."""
    if not re.match(r"\s{0,6}1 ?[|\u2502]", text):
        return text
    found = [NUMBERED.fullmatch(line) for line in text.rstrip("\n").split("\n")]
    numbers = [int(line["number"]) for line in found if line]
    if len(found) == 1 or numbers != list(range(1, len(found) + 1)):
        return text
    return "\n".join(line["text"] for line in found if line)


def _unescaped(path: str, text: str) -> str:
    """Python whose line breaks are written as a backslash and a letter."""
    if "\n" in text.strip() or "\\n" not in text or not path.endswith(".py"):
        return text
    if len(text) > LONGEST_CHECKED or _is_python(text):
        return text
    try:
        written = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return written if _is_python(written) else text


def _is_python(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True
