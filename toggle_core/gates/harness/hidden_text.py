"""Find characters that make code look like other code than it is (CVE-2021-42574)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from .findings import finding

_SOURCES = frozenset(
    (".py", ".pyi", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".css", ".html", ".htm", ".sh")
) | {".json", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".sql", ".bat", ".cmd", ".ps1", ".env", ""}
# Written as escapes: this file must not hold what it looks for.
_REORDERING = "\u202a-\u202e\u2066-\u2069"
_UNSEEN = (
    "\u200b\u2060-\u2064\u00ad\u180e\u3164\u115f\u1160\uffa0\U000e0100-\U000e01ef"
    "\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f"
)
_TAGS = "(?<!\U0001f3f4)(?<![\U000e0020-\U000e007f])[\U000e0001-\U000e007f]"  # not in emoji flags
_HIDDEN = re.compile(f"[{_REORDERING}{_UNSEEN}]|\ufeff|{_TAGS}")
_REORDERS = re.compile(f"[{_REORDERING}]")


def find_hidden(files: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the lines of source files that hold a character nobody sees.

    Written as an escape (``\\u202e``) it is seen, and fine.

    Args:
        files: text of each project file by its path.
    """
    for name, text in sorted(files.items()):
        if PurePosixPath(name).suffix.lower() not in _SOURCES:
            continue
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
            if match := _HIDDEN.search(line):
                code = f"U+{ord(match[0]):04X}"
                reorders = _REORDERS.match(match[0])
                kind = "reorders the text around it" if reorders else "cannot be seen"
                message = f"the character {code} {kind}: write it as an escape"
                yield finding(name, number, "hidden", message)
