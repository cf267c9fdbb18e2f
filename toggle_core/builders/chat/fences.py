"""Read fenced code blocks with file names out of prose, as models without structured output write.

Lines end with a line feed and with nothing else: what Unicode calls a line separator may stand in
a string of the code.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from toggle_core.builders.chat.naming import fits, from_above, from_comment, from_info, path_in
from toggle_core.builders.chat.readings import MOST_FENCES, Fence, Span, spans

FENCE: Final = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$")

HEADING: Final = re.compile(r"\s{0,3}(?:#{1,6}\s|\*\*|`)")
"""Begins a line that may name the file of a block though a sentence stands in between."""

PYTHON: Final = frozenset({"python", "py", "python3"})
MARKDOWN: Final = frozenset({"markdown", "md", "mdx"})


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.

    Attributes:
        language: first word behind the fence, in lower case; may be empty.
        path: the file it was named for, as written; empty without a name.
        text: its lines.
        start: number of the line that opens it.
        end: number of the line that ends it, or of lines where nothing does.
        is_closed: whether a fence of its own ends it.
        is_doubtful: whether fences in it may have been meant as fences of the answer.
    """

    language: str
    path: str
    text: str
    start: int
    end: int
    is_closed: bool = True
    is_doubtful: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether there is no doubt where it ends."""
        return self.is_closed and not self.is_doubtful


def lines_of(text: str) -> list[str]:
    """The lines of a text. Only a line feed ends one, with or without a carriage return."""
    return text.replace("\r\n", "\n").split("\n")


def blocks(answer: str) -> list[Block]:
    """Every fenced block of an answer, in order. One that is never closed goes to the end."""
    lines = lines_of(answer)
    names = _Names(lines)
    fences = (fence for at in range(len(lines)) if (fence := names.fence(at)))
    return [names.block(span) for span in spans(lines, list(islice(fences, MOST_FENCES)))]


class _Names:
    """What the fences of an answer open."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._above = ""
        self._heading = ""
        self._opened: dict[int, tuple[str, str]] = {}
        self._by_comment: set[int] = set()

    def fence(self, at: int) -> Fence | None:
        """The fence in a line, if it is one. To be called for each line, in order."""
        line = self._lines[at]
        found = FENCE.match(line)
        if not found or (found["fence"][0] == "`" and "`" in found["info"]):
            if line.strip():
                self._above = line
                self._heading = path_in(line) if HEADING.match(line) else self._heading
            return None
        info = found["info"].strip()
        language, path = from_info(info)
        label = "" if path else self._label(at, language)
        self._above = self._heading = ""
        self._opened[at] = language, path or label
        return Fence(
            line=at,
            mark=found["fence"][0],
            length=len(found["fence"]),
            indent=len(found["indent"]),
            info=info,
            names_file=bool(path),
            is_labelled=bool(label),
            is_markdown=language in MARKDOWN or (path or label).lower().endswith((".md", ".mdx")),
            is_python=language in PYTHON or (path or label).lower().endswith((".py", ".pyi")),
        )

    def block(self, span: Span) -> Block:
        """The block of a span."""
        start = span.opening.line
        language, path = self._opened[start]
        lines = self._lines[start + 1 : span.end]
        if not span.is_closed and span.end < len(self._lines):
            lines = _without_heading(lines)
        if start in self._by_comment:
            lines = lines[1:]
        indent = span.opening.indent
        text = "\n".join(_without_indent(line, indent) for line in lines)
        return Block(language, path, text, start, span.end, span.is_closed, span.is_doubtful)

    def _label(self, at: int, language: str) -> str:
        """The path named beside the fence: in the line above it, or in a comment below it."""
        if path := from_above(self._above, language):
            return path
        first, second = [*self._lines[at + 1 : at + 3], "", ""][:2]
        if path := from_comment(first):
            self._by_comment.add(at)
            return path
        if first.startswith("#!") and (path := from_comment(second)):
            return path
        return self._heading if fits(self._heading, language) else ""


def _without_heading(lines: list[str]) -> list[str]:
    """The lines of a block that was not closed, without what heads the file that follows."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or path_in(kept[-1])):
        kept.pop()
    fences = [line for line in kept if FENCE.match(line)]
    if len(fences) % 2 and kept[-1] == fences[-1]:
        kept.pop()
    return kept


def _without_indent(line: str, indent: int) -> str:
    return line[min(indent, len(line) - len(line.lstrip(" \t"))) :]
