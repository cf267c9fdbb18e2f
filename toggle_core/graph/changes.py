"""What differs between two versions of a project, comments and formatting aside."""

import hashlib
import io
import json
import tokenize
from collections.abc import Iterator, Mapping
from typing import Any, Final

TOKENS_LIMIT: Final = 100_000
"""Characters of a Python file above which its text is compared, not its tokens: to read those takes
about a second for a million characters, and other runs wait meanwhile."""

IGNORED: Final = frozenset({tokenize.COMMENT, tokenize.NL})
"""Tokens that say nothing about what a program does."""

LAYOUT: Final = frozenset({tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})
"""Tokens whose place counts, and not their text."""


def changed_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Paths of the files that say something else, sorted. An empty file counts as none.

    Args:
        before: text of each file by its path.
        after: of the other version.
    """
    paths = sorted(before.keys() | after.keys())
    return [path for path in paths if _differs(path, before.get(path, ""), after.get(path, ""))]


def meaning_mark(files: Mapping[str, str]) -> str:
    """A short text that is the same for versions which differ in comments and formatting only."""
    return mark({path: _meaning(path, text) for path, text in files.items()})


def mark(*parts: Any) -> str:
    """A short text that is the same for the same parts only, in whatever order mappings are.

    Args:
        parts: what JSON can hold.
    """
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _differs(path: str, before: str, after: str) -> bool:
    return before != after and _meaning(path, before) != _meaning(path, after)


def _meaning(path: str, text: str) -> list[str]:
    if path.endswith((".py", ".pyi")) and len(text) <= TOKENS_LIMIT:
        try:
            return list(_tokens(text))
        except (tokenize.TokenError, SyntaxError):
            pass  # not Python: its lines are compared
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _tokens(text: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in LAYOUT:
            yield f"\n{tokenize.tok_name[token.type]}"
        elif token.type not in IGNORED:
            yield token.string
