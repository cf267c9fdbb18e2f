"""Decode JSON as models write it: with comments, trailing commas, other quotes, stray backslashes.

Only what can be meant in one way is put right. A text that stops early, or has unescaped quotes in
its strings, is not JSON here either.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

# Not strict: models put line breaks into strings as they are.
_DECODER: Final = json.JSONDecoder(strict=False)

TOKEN: Final = re.compile(
    r'(?P<tripled>"""(?:[^"\\]|\\.|"(?!""))*"""|' + r"'''(?:[^'\\]|\\.|'(?!''))*''')"
    r'|(?P<string>"[^"\\]*(?:\\.[^"\\]*)*"' + r"|'[^'\\]*(?:\\.[^'\\]*)*'"
    r"|`[^`\\]*(?:\\.[^`\\]*)*`|[\u201c\u201d\u201e][^\u201c\u201d\\]*(?:\\.[^\u201c\u201d\\]*)*"
    r"[\u201c\u201d])"
    r"|(?P<comment>//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/|\#[^\n]*)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<blank>\s+)"
    r"|(?P<number>[-+.\d][-+.\deE]*)|(?P<sign>.)",
    re.DOTALL,
)

ESCAPE: Final = re.compile(r'\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)|"', re.DOTALL)

WORDS: Final = {
    **{word: word for word in ("true", "false", "null", "NaN", "Infinity")},
    "True": "true",
    "False": "false",
    "None": "null",
    "undefined": "null",
}
SIGNS: Final = frozenset("{}[]:,")

DEEPEST: Final = 100


def raw_decode(text: str) -> tuple[Any, int]:
    """Decode the value a text begins with.

    Args:
        text: begins with a brace or a bracket.

    Returns:
        The value, and where it ends.

    Raises:
        ValueError: there is none.
    """
    try:
        return _DECODER.raw_decode(text)
    except ValueError:
        strict, end = _strict(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    try:
        return _DECODER.decode(strict), end
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _strict(text: str) -> tuple[str, int]:
    """The value a text begins with as strict JSON, and where it ends in the text."""
    written: list[str] = []
    last = depth = 0
    for token in TOKEN.finditer(text):
        kind, found = token.lastgroup, token[0]
        if kind in {"comment", "blank"}:
            continue
        if found in {"}", "]"} and written and written[last] == ",":
            written[last] = ""
        last = len(written)
        written.append("".join(_token(kind, found)))
        depth += (found in {"{", "["}) - (found in {"}", "]"})
        if depth > DEEPEST:
            break
        if depth == 0:
            return "".join(written), token.end()
    raise ValueError("not closed")


def _token(kind: str | None, found: str) -> Iterator[str]:
    if found not in (WORDS if kind == "word" else SIGNS) and kind in {"word", "sign"}:
        raise ValueError(f"{found} is not JSON")
    if kind == "word":
        yield WORDS[found]
    elif kind in {"string", "tripled"}:
        marks = 3 if kind == "tripled" else 1
        yield f'"{ESCAPE.sub(_escaped, found[marks:-marks])}"'
    else:
        yield found


def _escaped(found: re.Match[str]) -> str:
    """A quote, or a backslash with what follows it, as JSON has it."""
    sign = found[1]
    if sign is None:
        return '\\"'
    if sign == "\n":
        return ""  # a line that goes on
    if sign in set('"\\/bfnrt') or (sign[0] == "u" and len(sign) > 1):
        return found[0]
    if sign[0] == "x" and len(sign) > 1:
        return f"\\u00{sign[1:]}"
    return sign if sign in "'`" else f"\\\\{sign}"
