"""Read the draft of a project out of prose: files and changes in fenced blocks, and notes."""

import re
from dataclasses import dataclass, field
from typing import Final

from toggle_core.builders.chat.draft import Draft, objected, said
from toggle_core.builders.chat.edits import Changes, changes_in
from toggle_core.builders.chat.fences import PYTHON, Block, blocks, lines_of
from toggle_core.builders.chat.file_texts import Unusable, plain
from toggle_core.builders.chat.naming import path_in
from toggle_core.builders.chat.notes import Kind, Note, notes, pair

SUMMARY_LENGTH: Final = 300


def from_prose(answer: str) -> Draft:
    """Files, changes and notes. Of two files for one path the later stands: it corrects the
    earlier."""
    found = blocks(answer)
    if wrapped := _wrapped(found):
        return from_prose(wrapped)
    changes = [_changes(block) for block in found]
    whole = [block for block, changed in zip(found, changes, strict=True) if changed is None]
    named = _whole_files(whole)
    made = [changed for changed in changes if changed]
    read = _Notes(notes(answer, found))
    is_unnamed = not named and not made and not read.changes
    if is_unnamed:
        named = _unnamed(whole)
    try:
        named = {path: plain(path, text) for path, text in named.items()}
    except Unusable as fault:
        return Draft(fault=str(fault))
    files = [file for changed in made for file in changed.files]
    return Draft(
        files=(*named.items(), *files),
        edits=tuple(edit for changed in made for edit in changed.edits),
        deleted=(*(path for changed in made for path in changed.deleted), *read.deleted),
        renamed=(*(both for changed in made for both in changed.renamed), *read.renamed),
        summary=_summary(answer, found[0].start) if found else "",
        unmet=read.of(Kind.UNMET),
        assumptions=read.of(Kind.ASSUMPTION),
        test_changes=read.test_changes,
        objection=objected(" ".join(read.of(Kind.OBJECTION))),
        fault=next((changed.fault for changed in made if changed.fault), ""),
        is_unnamed=is_unnamed,
    )


def _wrapped(found: list[Block]) -> str:
    """The text of a block around all files of an answer; empty without such a block."""
    whole = [block for block in found if block.text.strip()]
    if len(whole) != 1 or whole[0].path or whole[0].language not in {"", "markdown", "md", "text"}:
        return ""
    text = whole[0].text
    return text if any(block.path for block in blocks(text)) else ""


def _whole_files(found: list[Block]) -> dict[str, str]:
    """The text of each file. A block that only repeats a part of one is not its text."""
    named: dict[str, str] = {}
    for block in found:
        earlier = named.get(block.path, "")
        is_part = block.text.strip() in earlier and len(block.text) < len(earlier)
        if block.path and not is_part:
            named[block.path] = block.text
    return named


def _changes(block: Block) -> Changes | None:
    return changes_in(block.path, block.language, block.text)


@dataclass(frozen=True, slots=True)
class _Notes:
    """The notes of an answer, by what they are about."""

    read: list[Note] = field(default_factory=list)

    def of(self, kind: Kind) -> tuple[str, ...]:
        """What the notes of a kind say."""
        texts = (said(note.text) for note in self.read if note.kind is kind)
        return tuple(filter(None, texts))

    @property
    def deleted(self) -> tuple[str, ...]:
        texts = (text for note in self.of(Kind.DELETED) for text in note.split(","))
        return tuple(filter(None, map(path_in, texts)))

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        return tuple(filter(all, map(pair, self.of(Kind.RENAMED))))

    @property
    def test_changes(self) -> tuple[tuple[str, str], ...]:
        parts = (text.partition(": ") for text in self.of(Kind.TEST_CHANGE))
        return tuple((test.strip(" `"), reason.strip()) for test, _, reason in parts if reason)

    @property
    def changes(self) -> bool:
        """Whether they are an answer by themselves."""
        return bool(self.deleted or self.renamed or self.of(Kind.OBJECTION))


def _unnamed(found: list[Block]) -> dict[str, str]:
    """Names for blocks without any: the longest Python block is the program, tests are tests."""
    python = [block.text for block in found if block.language in PYTHON]
    python = python or [block.text for block in found if not block.language]
    tests = [text for text in python if re.search(r"^\s*def test_", text, re.MULTILINE)]
    programs = [text for text in python if text not in tests and text.strip()]
    named = {"main.py": max(programs, key=len)} if programs else {}
    return named | ({"tests/test_main.py": max(tests, key=len)} if named and tests else {})


def _summary(answer: str, lines: int) -> str:
    """The prose before the first block, if it is a sentence or two."""
    before = [line for line in lines_of(answer)[:lines] if not line.startswith("#")]
    text = " ".join(" ".join(before).split())
    if len(text) > SUMMARY_LENGTH:
        return ""
    return " ".join(re.findall(r"\S.*?[.!](?=\s|$)", text)[:2])
