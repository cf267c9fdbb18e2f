"""Make one edit of a file: find its text, and put another in its place.

Models copy code with the blanks of its lines changed: those at the end, or the indentation of all
of them. Where the exact text is not there, lines that differ in nothing else are taken, if they are
there once, and what replaces them is indented as they are.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from toggle_core.builders.chat.edits import Edit

MOST_COMPARED: Final = 2_000_000
"""Lines of a file, times lines to search for, up to which other blanks are tried."""


def apply(text: str, edit: Edit) -> str:
    """The text of a file with one edit made.

    Raises:
        ValueError: its text is not found, or more than once; the message says which.
    """
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        return apply(text.replace("\r\n", "\n"), edit).replace("\n", "\r\n")
    search, replace = edit.search.replace("\r\n", "\n"), edit.replace.replace("\r\n", "\n")
    if not search.strip():
        if text.strip():
            raise ValueError("the text to look for is empty")
        return replace
    if edit.of_lines:
        kept = f"\n{replace}\n" if replace else "\n"
        changed = _replaced(f"\n{text}", f"\n{search}\n", kept)
        changed = changed.removeprefix("\n") if changed is not None else None
    else:
        changed = _replaced(text, search, replace)
    return changed if changed is not None else _with_other_blanks(text, search, replace)


def _replaced(text: str, search: str, replace: str) -> str | None:
    """The text with another in the place of one; None where that is not in it."""
    at = text.find(search)
    if at < 0:
        return None
    if text.find(search, at + 1) >= 0:
        raise ValueError(f"the text that begins with {_first_line(search)} is in it more than once")
    return text[:at] + replace + text[at + len(search) :]


def _with_other_blanks(text: str, search: str, replace: str) -> str:
    lines, wanted = text.split("\n"), _filled(search)
    is_small = len(lines) * len(wanted) <= MOST_COMPARED
    found = list(_places(lines, wanted)) if is_small else []
    if not found:
        raise ValueError(f"the text that begins with {_first_line(search)} is not in it")
    if len(found) > 1:
        raise ValueError(f"the text that begins with {_first_line(search)} is in it more than once")
    [(at, had, has)] = found
    written = [_indented(line, had, has) for line in _filled(replace)]
    return "\n".join([*lines[:at], *written, *lines[at + len(wanted) :]])


def _filled(text: str) -> list[str]:
    """The lines of a text without empty ones at both ends."""
    lines = text.split("\n")
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _places(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Where lines are found but for their blanks: the first, the indentation to take, to give."""
    bare = [line.strip() for line in lines]
    sought = [line.strip() for line in wanted]
    for at in range(len(lines) - len(wanted) + 1):
        if bare[at] == sought[0] and bare[at : at + len(sought)] == sought:
            had, has = _indentation(wanted[0]), _indentation(lines[at])
            pairs = zip(wanted, lines[at:], strict=False)
            if all(_indented(old, had, has).rstrip() == new.rstrip() for old, new in pairs):
                yield at, had, has


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _indented(line: str, had: str, has: str) -> str:
    """A line with another indentation; one that is indented less is left as it is."""
    if not line.strip():
        return ""
    return f"{has}{line.removeprefix(had)}" if line.startswith(had) else line


def _first_line(text: str) -> str:
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return f'"{line[:60]}"'
