"""Which addresses of a site to ask for next: those that its pages lead to, each once."""

import re
from collections import Counter
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from .markup import PART, Document, Link

_MOST_PARTS = 40
_MOST_ALIKE = 3  # pages such as /item/1, /item/2 before the others are asked for
_MOST_QUERY_CHARACTERS = 2_000
_SAFE = "/%:@!$&'()*+,;=~-._?"
# Following these would change what the next page shows; people press them, crawlers do not.
CHANGES_THINGS = re.compile(
    r"\b(?:delete|remove|destroy|erase|wipe|purge|clear|reset|shutdown|unsubscribe)\b"
    r"|\b(?:log|sign)[ _-]?(?:out|off)\b"
)


class Step(NamedTuple):
    """An address to ask for.

    Attributes:
        path: on the site, percent-encoded, with its query.
        kind: how the page it was found on uses it, see ``markup``.
        found_on: the path of that page.
    """

    path: str
    kind: str
    found_on: str


class Frontier:
    """What was found and not asked for yet.

    Attributes:
        left_out: how many addresses were found that are never asked for, because there were
            too many of their kind.
    """

    def __init__(self, port: int, hosts: set[str]) -> None:
        """Begin with nothing but the front page, which is known.

        Args:
            port: where the site is.
            hosts: names that stand for this machine.
        """
        self.left_out = 0
        self._port = port
        self._hosts = hosts
        self._known = {"/"}
        self._waiting: list[Step] = []
        self._shapes = Counter[str]()
        self._parts = 0

    def __len__(self) -> int:
        """How many addresses wait."""
        return len(self._waiting)

    def add(self, document: Document, found_on: str) -> None:
        """Add what a page leads to on its site, but for what would change something."""
        for link in document.links:
            path = self.local(link.address, found_on, document.base)
            if path is not None and self.learn(path):
                self._add(path, link, found_on)

    def next(self) -> Step:
        """Take the next address: of many that are alike the first few, before all of the rest."""
        few = (
            place
            for place, step in enumerate(self._waiting)
            if self._shapes[_shape(step.path)] < _MOST_ALIKE
        )
        step = self._waiting.pop(next(few, 0))
        self._shapes[_shape(step.path)] += 1
        return step

    def learn(self, path: str) -> bool:
        """Note that an address is taken care of; return whether it was not before."""
        is_new = path not in self._known
        self._known.add(path)
        return is_new

    def local(self, address: str, found_on: str, base: str = "") -> str | None:
        """Return the path of an address on this site, None for any other place.

        Args:
            address: as it is written on a page, or in a redirect.
            found_on: path of the page.
            base: what the page says that addresses begin with.
        """
        page = f"http://127.0.0.1:{self._port}{found_on}"
        try:
            parts = urlsplit(urljoin(urljoin(page, base), address))
            ours = parts.scheme == "http" and (parts.port or 80) == self._port
        except ValueError:
            return None
        if not ours or parts.hostname not in self._hosts:
            return None
        path = quote(parts.path or "/", _SAFE)
        query = quote(parts.query, _SAFE)[:_MOST_QUERY_CHARACTERS]
        return f"{path}?{query}" if query else path

    def _add(self, path: str, link: Link, found_on: str) -> None:
        acts = f"{path} {link.words}".lower().replace("_", " ")
        if link.kind == PART:
            self._parts += 1
        elif CHANGES_THINGS.search(acts):
            return
        if link.kind == PART and self._parts > _MOST_PARTS:
            self.left_out += 1
        else:
            self._waiting.append(Step(path, link.kind, found_on))


def _shape(path: str) -> str:
    return re.sub(r"\d+", "#", path.partition("?")[0])
