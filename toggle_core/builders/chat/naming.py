"""The file a fenced block is for: named in its opening line, in the line above, or in a comment.

Small models ramble, so each usual way is understood. Only short lines are looked at, and each
pattern takes time in proportion to what it reads.
"""

import re
from typing import Final

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
    r"^(?:file ?name|file ?path|file|path|title|name)\b\s*(?:#?\d{1,3}\b)?\s*[:=]?\s*",
    re.IGNORECASE,
)

COMMENT: Final = re.compile(r"^\s*(?:#+|//+|--|;+|/\*+|<!--)\s*(?P<text>.*?)\s*(?:\*/|-->)?\s*$")

QUOTED_LINES: Final = re.compile(r"\d+:\d+:")
"""Begins the opening line of a block that only quotes some lines of a file: ``12:20:main.py``."""

DECORATION: Final = " \t*`'\"_:"

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


def path_in(text: str) -> str:
    """The path a text consists of, without decoration such as ``**`main.py`**:``; else empty."""
    if len(text) > LONGEST_LINE:
        return ""
    bare = re.sub(r"^(?:[^\w./\\~@(]+|\d+[.)]\s*|/+\s+)+", "", text.strip())
    bare = re.sub(r"\s*\([^()]*\)\s*:?$|\s+[\u2013\u2014-]\s.*$", "", bare).rstrip("=- ")
    bare = LABEL.sub("", bare.strip(DECORATION + "[]<>")).strip(DECORATION + "[]<>")
    return bare if PATH.fullmatch(bare) else ""


def from_info(info: str) -> tuple[str, str]:
    """Language and path of an opening line: ``python main.py``, ``python:main.py``, ``main.py``."""
    info = info[:LONGEST_LINE].strip().strip("{}").strip()
    if PATH.fullmatch(info):
        return "", info
    if QUOTED_LINES.match(info):
        return "", ""
    words = re.split(r"[\s,]+|(?<=[A-Za-z0-9+]):(?![\\/])|=", info)
    words = [word.strip("'\"`*()[]{}") for word in words]
    language = words[0].lstrip(".").lower() if words else ""
    if len(words) > 1 and "." in language and PATH.fullmatch(words[0]):
        return words[1].lower(), words[0]
    path = next((word for word in words[1:] if PATH.fullmatch(word)), "")
    return language, path


def from_above(above: str, language: str) -> str:
    """The path named by the line above: alone on it, or the only one in a sentence, if it fits."""
    if path := path_in(above):
        return path
    above = above[:LONGEST_LINE]
    words = re.findall(r"[`*]+([^`*]+)[`*]+", above)
    if above.rstrip().endswith(":"):
        words += [word.strip(DECORATION + ",;()") for word in above.split()]
    named = {word for word in words if PATH.fullmatch(word)}
    if len(named) != 1:
        return ""
    [path] = named
    return path if fits(path, language) else ""


def fits(path: str, language: str) -> bool:
    """Whether a block in a language may be this file."""
    return path.rpartition(".")[2].lower() in EXTENSIONS.get(language, ())


def from_comment(line: str) -> str:
    """The path that a comment on a block's first line consists of."""
    found = COMMENT.match(line[:LONGEST_LINE])
    return path_in(found["text"]) if found else ""
