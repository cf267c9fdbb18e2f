"""Find files of other hosts that a page or a script needs: it fails without the internet."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from .web_page import read_page

_NEEDED_STYLE = re.compile(
    r"@import\s+(?:url\(\s*)?[\"']?((?:https?:)?//[^\"')\s;]+)", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?:https?:|wss?:)?//[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_TAG_OF_OTHER_HOST = re.compile(
    r"<(?:script|link)\b[^<>]{0,500}?(?:src|href)\s*=\s*[\"']?(?:https?:)?//[^<>]{0,500}>",
    re.IGNORECASE,
)
DISPENSABLE = frozenset(
    (
        *("fonts.googleapis.com", "fonts.gstatic.com", "fonts.bunny.net", "use.typekit.net"),
        *("www.googletagmanager.com", "www.google-analytics.com", "plausible.io"),
    )
)
"""Hosts of letter forms and of counters of visits: a page is read and used without them."""
_SHOWN_CHARACTERS = 200


@dataclass(slots=True)
class OtherHosts:
    """Addresses of other hosts, each as ``path:line: address``.

    Attributes:
        needed: scripts, modules and stylesheets.
        named: what a page goes on without.
    """

    needed: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def add(self, name: str, line: int, address: str, *, needed: bool = True) -> None:
        """Note an address, unless it is of the same site.

        Args:
            name: path of the file that has it.
            line: where, from 1.
            address: as written.
            needed: whether the page does not work without it.
        """
        host = host_of(address)
        if host:
            lines = self.needed if needed and host not in DISPENSABLE else self.named
            lines.append(f"{name}:{line}: {address.strip()[:_SHOWN_CHARACTERS]}")

    def add_styles(self, name: str, text: str) -> None:
        """Note the stylesheets that a stylesheet imports."""
        for match in _NEEDED_STYLE.finditer(text):
            self.add(name, text.count("\n", 0, match.start()) + 1, match[1])

    def add_python(self, files: Mapping[str, str]) -> None:
        """Note scripts and stylesheets in the texts of programs, tests aside."""
        for name, source in files.items():
            if not name.endswith(".py") or _is_test(name):
                continue
            for line, text in _texts(source):
                for tag in _TAG_OF_OTHER_HOST.findall(text):
                    page = read_page(f"{tag}</script>")
                    for address in (*(one.source for one in page.scripts), *page.stylesheets):
                        self.add(name, line, address)


def host_of(address: str) -> str:
    """Return the host an address names; empty for one on the same site or without a domain."""
    if not _ADDRESS.match(address.strip()):
        return ""
    try:
        return urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""


def _is_test(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith("test_") or path.stem.endswith("_test") or "tests" in path.parts


def _texts(source: str) -> Iterator[tuple[int, str]]:
    """Texts in a Python file that can hold a tag, with their lines; docstrings are left out."""
    if "//" not in source:
        return
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    passed_over = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = [piece for piece in node.values if isinstance(piece, ast.Constant)]
            passed_over.update(map(id, pieces))
            yield node.lineno, "".join(str(piece.value) for piece in pieces)
        elif id(node) in passed_over or not isinstance(node, ast.Constant):
            continue
        elif isinstance(node.value, str):
            yield node.lineno, node.value
