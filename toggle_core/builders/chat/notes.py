"""Read what an answer in prose says beside its files: what is left out, deleted, objected to.

It is asked for in a block of its own, ``notes``, one line each. The same lines are understood
outside of blocks, and so is a list below a heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from toggle_core.builders.chat.fences import Block, lines_of
from toggle_core.builders.chat.naming import LONGEST_LINE, path_in

BLOCKS: Final = frozenset({"notes", "note"})
"""Languages of a block that holds notes."""

MOST_NOTES: Final = 400


class Kind(Enum):
    """What a note is about; its value is how the line may begin."""

    UNMET = (
        r"unmet|left out|not fulfilled|ausgelassen|weggelassen|nicht (?:erf\u00fcllt|umgesetzt)"
        r"|non r\u00e9alis\u00e9e?s?|omise?s?|no cumplido|omitid[oa]s?|non realizzato|omess[oi]"
    )
    ASSUMPTION = (
        r"assumptions?|assumed|angenommen|annahmen?|hypoth\u00e8ses?|supos(?:ici\u00f3n|iciones)"
        r"|assunzion[ei]"
    )
    TEST_CHANGE = r"tests? changed?|tests? changes|changed tests?|tests? removed"
    OBJECTION = r"objections?"
    DELETED = r"deleted?|deletes|removed files?"
    RENAMED = r"renamed?|renames"


LINE: Final = re.compile(
    r"[\s>*#_\-]{0,12}(?:"
    + "|".join(f"(?P<{kind.name}>{kind.value})" for kind in Kind)
    + r")[*_`]{0,4}\s{0,4}:[*_`]{0,4}(?P<rest>.*)",
    re.IGNORECASE,
)

ITEM: Final = re.compile(r"\s{0,12}(?:[-*+\u2022]|\d{1,3}[.)])\s+(?P<text>\S.*)")

ARROW: Final = re.compile(r"\s+(?:->|=>|\u2192|to|as)\s+")

CONTRADICTION: Final = re.compile(r"\W{0,4}the check contradicts the task\b.*", re.IGNORECASE)
"""What a model is asked to begin an objection with."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Attributes:
        kind: what it is about.
        text: what it says.
    """

    kind: Kind
    text: str


def notes(answer: str, found: list[Block]) -> list[Note]:
    """The notes of an answer.

    Args:
        answer: all of it.
        found: its blocks.
    """
    read = [note for part in _parts(answer, found) for note in _read(part)]
    return read[:MOST_NOTES]


def pair(text: str) -> tuple[str, str]:
    """The two paths of ``old.py -> new.py``; empty ones where it is something else."""
    arrow = ARROW.search(text[: 2 * LONGEST_LINE])
    if arrow is None:
        return "", ""
    old, new = path_in(text[: arrow.start()]), path_in(text[arrow.end() :])
    return (old, new) if old and new else ("", "")


def _parts(answer: str, found: list[Block]) -> Iterator[list[str]]:
    """The lines of each block of notes, and those between blocks."""
    lines = lines_of(answer)
    at = 0
    for block in found:
        yield lines[at : block.start]
        at = block.end + 1
        is_objection = not block.language and CONTRADICTION.match(block.text.lstrip())
        if (block.language in BLOCKS or is_objection) and not block.path:
            yield lines_of(block.text)
    yield lines[at:]


def _read(lines: list[str]) -> Iterator[Note]:
    heading: Kind | None = None
    for line in lines:
        begun = LINE.fullmatch(line)
        if begun:
            kind = next(kind for kind in Kind if begun[kind.name])
            text = begun["rest"].strip()
            heading = None if text else kind
            if text:
                yield Note(kind, text)
        elif CONTRADICTION.fullmatch(line):
            yield Note(Kind.OBJECTION, line.strip())
        elif heading and (item := ITEM.fullmatch(line)):
            yield Note(heading, item["text"].strip())
        elif line.strip():
            heading = None
