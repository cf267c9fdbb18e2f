"""Read fenced code blocks with file names out of prose, as models without structured output write.

Small models ramble, so each usual way of naming a file is understood: in the line that opens the
fence, in the line above it, or in a comment on the block's first line. The rules of fences are
those of CommonMark, section 4.5; a fence inside a Markdown file's block is also followed when it
is no shorter than the outer one, which CommonMark would take for its end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

FENCE: Final = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)$")

LONGEST_LINE: Final = 200
"""Characters of a line that may still name a file; a longer one is prose or data."""

BARE_NAMES: Final = frozenset({"Dockerfile", "Makefile", "LICENSE", "Procfile", ".gitignore"})

PATH: Final = re.compile(
    r"(?:[A-Za-z]:)?(?:[\w.@+-]*[\\/])*"
    r"(?:[\w@+-][\w.@+-]*\.[A-Za-z]\w{0,7}|\.env(?:\.\w+)?|"
    + "|".join(re.escape(name) for name in sorted(BARE_NAMES))
    + r")"
)
"""A file name with an extension, in any folder, also in one that will be refused later."""

LABEL: Final = re.compile(
    r"^(?:file ?name|file ?path|file|path|title|name)\b\s*[:=]?\s*", re.IGNORECASE
)

COMMENT: Final = re.compile(r"^\s*(?:#+|//+|--|;+|/\*+|<!--)\s*(?P<text>.*?)\s*(?:\*/|-->)?\s*$")

EXTENSIONS: Final = {
    "python": ("py",),
    "py": ("py",),
    "python3": ("py",),
    "markdown": ("md",),
    "md": ("md",),
    "json": ("json",),
    "toml": ("toml",),
    "yaml": ("yaml", "yml"),
    "yml": ("yaml", "yml"),
    "html": ("html", "htm"),
    "css": ("css",),
    "javascript": ("js",),
    "js": ("js",),
    "sql": ("sql",),
    "csv": ("csv",),
    "ini": ("ini", "cfg"),
    "txt": ("txt",),
}
"""Extensions a language's block may have when only a sentence above it names a file."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.

    Attributes:
        language: first word behind the fence, in lower case; may be empty.
        path: the file it was named for, as written; empty without a name.
        text: its lines.
        start: number of the line that opens it.
    """

    language: str
    path: str
    text: str
    start: int


def blocks(answer: str) -> Iterator[Block]:
    """Every fenced block of an answer, in order. One that is never closed goes to the end."""
    lines = answer.splitlines()
    above = ""
    at = 0
    while at < len(lines):
        opening = _opening(lines[at])
        if opening is None:
            above = lines[at] if lines[at].strip() else above
            at += 1
            continue
        end = _end(lines, at, opening)
        yield _block(opening, above, lines[at + 1 : end], at)
        above = ""
        at = end + 1


def path_in(text: str) -> str:
    """The path a text consists of, without decoration such as ``**`main.py`**:``; else empty."""
    if len(text) > LONGEST_LINE:
        return ""
    bare = re.sub(r"^(?:[#>*\-+\s]+|\d+[.)]\s*)+", "", text.strip())
    bare = re.sub(r"\s*\([^()]*\)\s*:?$", "", bare)
    bare = LABEL.sub("", bare.strip(" \t*`'\"_:")).strip(" \t*`'\":")
    return bare if PATH.fullmatch(bare) else ""


def _opening(line: str) -> re.Match[str] | None:
    found = FENCE.match(line)
    if found and found["fence"][0] == "`" and "`" in found["info"]:
        return None
    return found


def _end(lines: list[str], start: int, opening: re.Match[str]) -> int:
    """Number of the line that closes the block, or one past the last."""
    fence = opening["fence"]
    is_markdown = re.search(r"\b(?:markdown|md)\b", opening["info"], re.IGNORECASE) is not None
    depth = 0
    for at in range(start + 1, len(lines)):
        found = FENCE.match(lines[at])
        if not found or found["fence"][0] != fence[0] or len(found["fence"]) < len(fence):
            continue
        if found["info"].strip():
            depth += is_markdown
        elif depth:
            depth -= 1
        else:
            return at
    return len(lines)


def _block(opening: re.Match[str], above: str, lines: list[str], start: int) -> Block:
    language, path = _from_info(opening["info"].strip())
    path = path or _from_above(above, language)
    if not path and lines and (path := _from_comment(lines[0])):
        lines = lines[1:]
    indent = len(opening["indent"])
    text = "\n".join(line[min(indent, len(line) - len(line.lstrip())) :] for line in lines)
    return Block(language, path, text, start)


def _from_info(info: str) -> tuple[str, str]:
    """Language and path of an opening line: ``python main.py``, ``python:main.py``, ``main.py``."""
    info = info[:LONGEST_LINE].strip("{}").strip()
    if PATH.fullmatch(info):
        return "", info
    words = re.split(r"[\s,]+|(?<=[A-Za-z0-9+]):(?![\\/])|=", info)
    words = [word.strip("'\"`*()[]") for word in words]
    language = words[0].lstrip(".").lower() if words else ""
    path = next((word for word in words[1:] if PATH.fullmatch(word)), "")
    return language, path


def _from_above(above: str, language: str) -> str:
    """The path named by the line above: alone on it, or the only one in a sentence, if it fits."""
    if path := path_in(above):
        return path
    words = re.findall(r"[`*]+([^`*]+)[`*]+", above[:LONGEST_LINE])
    quoted = [word for word in words if PATH.fullmatch(word)]
    if len(set(quoted)) != 1:
        return ""
    extension = quoted[0].rpartition(".")[2].lower()
    return quoted[0] if extension in EXTENSIONS.get(language, ()) else ""


def _from_comment(line: str) -> str:
    found = COMMENT.match(line[:LONGEST_LINE])
    return path_in(found["text"]) if found else ""
