"""Notice a line that stands for code that was left out, such as ``# rest of the code unchanged``.

A model that changes a file may write only a part of it and a remark in place of the rest. Taken as
the whole file it would destroy what was there. Words alone do not show it: a program may speak of
such remarks, in a string, a test or an honest comment. So a remark counts only where it is new,
stands alone in a comment or between dots or brackets, and the file before has more lines at its
place than the file after.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from toggle_core.builders.chat.readings import QUOTES

LONGEST_LINE: Final = 200

_CODE: Final = (
    r"(?:code|functions?|methods?|class(?:es)?|module|script|implementations?|imports?|logic|tests?"
    r"|styles?|css|html|markup|components?|routes?|handlers?|definitions?|helpers?|program|schema|rules"
    r"|[\w/]+\.(?:py|js|css|html|md|sql|toml|json|txt))"
)
_FILE: Final = r"(?:file|page|document|readme|content|template|section|body|lines|text)"
_KEPT: Final = (
    r"(?:unchanged|the same|same as|as (?:it (?:is|was)|before|is|above|in the original)|omitted"
    r"|remains?|stays?|goes here|go here|untouched|not (?:changed|shown)|kept|elided|identical"
    r"|continues?|here|above|below|intact)\b"
)
_REST: Final = r"\b(?:rest|remainder|remaining)(?: of)?(?: (?:the|this|your|my|our|all))?"

OF_CODE: Final = re.compile(
    rf"{_REST} (?:[\w.]+ ){{0,3}}?{_CODE}(?:\W*$|.{{0,40}}?\b{_KEPT})"
    r"|^(?:(?:all|the|your|my|keep|leave) ){0,3}(?:existing|previous|original|old)"
    rf" (?:\w+ ){{0,3}}?{_CODE}(?:\W*$|.{{0,40}}?\b{_KEPT})"
    rf"|^(?:(?:all|the) ){{0,2}}other (?:\w+ ){{0,3}}?{_CODE}\b.{{0,40}}?\b{_KEPT}"
    rf"|\b{_CODE} (?:above |below |here )?(?:is |are |remains? |stays? )?"
    r"(?:unchanged|omitted|untouched|unmodified|the same)\b"
    r"|\b(?:keep|leave) (?:the |all )?(?:existing|rest of(?: the)?|remaining|other)"
    rf" (?:\w+ ){{0,2}}?{_CODE}\b"
    r"|^(?:unchanged|snip|truncated|(?:omitted|cut|shortened)(?: for brevity)?)\W*$"
    r"|^no changes?(?: (?:here|above|below|needed|required))*\W*$"
    r"|^(?:(?:the )?same|unchanged|as)(?: code)?(?: as)? (?:before|above|original|earlier)\W*$"
    r"|^(?:the )?rest(?: (?:is|stays|remains|as))*"
    r" (?:unchanged|the same|same|omitted|before|is)\W*$"
    r"|^(?:your|the) (?:\w+ )?code(?: goes)? here\b|\bomitted for brevity\b"
    r"|^[\w.]+(?:\(\))?,? (?:stays?|remains?|is|are) (?:exactly |just )?"
    r"(?:as (?:is|it was|before)|unchanged)\W*$"
    r"|\bbleib\w* (?:unverändert|gleich|wie (?:bisher|zuvor|vorher))|^(?:\w+ ){0,3}unverändert\W*$"
    r"|\bresto del (?:código|archivo)|\breste (?:du code|du fichier)|\bsin cambios\W*$"
    r"|\binchangée?s?\W*$|без изменений|保持不变|不变|変更なし",
    re.IGNORECASE,
)
"""What such lines say of code, once their marks are taken away."""

OF_TEXT: Final = re.compile(
    rf"{_REST} (?:[\w.]+ ){{0,3}}?{_FILE}(?:\W*$|.{{0,40}}?\b{_KEPT})"
    rf"|^(?:(?:all|the|your|keep) ){{0,3}}(?:existing|previous|original|old) (?:\w+ )?{_FILE}\W*$",
    re.IGNORECASE,
)
"""What such lines say of files and texts, which a program may also say of those it works on."""

MARKED: Final = re.compile(
    r"\s*(?:(?:\.{3}|pass)\s*(?=#))?(?:#+|//+|/\*+|\*|<!--|--|;+|%+|\{/\*|REM\b)\s*(?P<text>.*?)\s*(?:\*/\}?|-->)?\s*$"
)
"""A comment by itself, or behind an empty body."""

ENCLOSED: Final = re.compile(
    r"\s*(?:\.{3}|…|\[|\(|<|\*|_)+\s*(?P<text>[^()\[\]<>]{0,150}?)\s*(?:\.{3}|…|\]|\)|>|\*|_)*\s*$"
)
"""A remark between dots or brackets, which no code consists of."""

DOTS: Final = re.compile(
    r"\s*(?:#+|//+|/\*+|<!--|--)?\s*(?:\.{3,}|…|\[\.{3}\]|\[…\])\s*(?:\*/|-->)?\s*$"
)
"""Nothing but dots. In Python they are also the body of a method that others have to write."""

ELLIPSIS: Final = re.compile(r"\.{3}|…|[\[(]")

CERTAIN: Final = 1
DOUBTFUL: Final = 3
"""Lines of the file before that must be gone at the place of a remark."""


MOST_REMARKS: Final = 50
"""Remarks of a file that are looked at."""


def left_out(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, str] | None:
    """The first file in which a remark stands for code that was there before.

    Args:
        before: text of each file by its path.
        after: the same, changed.

    Returns:
        The file's path and the line; None where nothing was left out.
    """
    for path, text in after.items():
        old = before.get(path, "")
        if old and old != text and (line := _remark(path, old, text)):
            return path, line
    return None


def _remark(path: str, old: str, new: str) -> str:
    old_lines, new_lines = old.split("\n"), new.split("\n")
    known = set(map(str.strip, old_lines))
    remarks = (
        (at, fewest)
        for at in _code_lines(path, new_lines)
        if (fewest := _fewest_gone(path, new_lines[at])) and new_lines[at].strip() not in known
    )
    places = _Places(old_lines, new_lines)
    for at, fewest in islice(remarks, MOST_REMARKS):
        if places.gone(at) >= fewest:
            return new_lines[at].strip()
    return ""


def _fewest_gone(path: str, line: str) -> int:
    """Lines that must be gone for a line to be such a remark; 0 where it is none."""
    if len(line) > LONGEST_LINE:
        return 0
    if DOTS.match(line):
        return DOUBTFUL
    is_prose = path.lower().endswith((".md", ".txt", ".rst"))
    enclosed = ENCLOSED.match(line)
    marked = enclosed if is_prose else MARKED.match(line) or enclosed
    text = marked["text"].strip(" .…()[]-\u2013\u2014*_<>") if marked else ""
    if OF_CODE.search(text):
        return CERTAIN
    if OF_TEXT.search(text):
        return CERTAIN if enclosed or ELLIPSIS.search(line) else DOUBTFUL
    return 0


def _code_lines(path: str, lines: Sequence[str]) -> Iterator[int]:
    """Numbers of the lines that are no part of a triple-quoted string of Python."""
    quote = ""
    for at, line in enumerate(lines):
        if not quote:
            yield at
        if path.endswith((".py", ".pyi")):
            for found in QUOTES.findall(line):
                if quote in {"", found}:
                    quote = "" if quote else found


class _Places:
    """Which lines of a file before and after belong together: those that each has once."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old, self._new = old, new
        first = _once(old)
        self._anchors = {at: first[line] for line, at in _once(new).items() if line in first}

    def gone(self, at: int) -> int:
        """How many lines fewer the file after has around a line, between lines that stayed."""
        above = next((n for n in range(at - 1, -1, -1) if n in self._anchors), -1)
        below = next((n for n in range(at + 1, len(self._new)) if n in self._anchors), -1)
        begin = self._anchors.get(above, -1)
        end = self._anchors.get(below, len(self._old))
        last = below if below >= 0 else len(self._new)
        kept = [line for line in self._new[above + 1 : last] if line.strip()]
        had = [line for line in self._old[begin + 1 : max(begin + 1, end)] if line.strip()]
        return len(had) - (len(kept) - 1)


def _once(lines: Sequence[str]) -> dict[str, int]:
    """Number of each line that occurs once, without blanks around it."""
    found: dict[str, int] = {}
    for at, line in enumerate(map(str.strip, lines)):
        if line:
            found[line] = -1 if line in found else at
    return {line: at for line, at in found.items() if at >= 0}
