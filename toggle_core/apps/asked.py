"""A browser's request, easier to ask about."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

import h11

MOST_FIELDS: Final = 8


class Asked:
    """A request.

    Args:
        request: its head.
    """

    def __init__(self, request: h11.Request) -> None:
        self.request = request
        self.target = request.target.decode("latin-1")
        self.path, _, self._query = self.target.partition("?")
        found: dict[bytes, list[bytes]] = {}
        for name, value in request.headers:
            found.setdefault(name, []).append(value)
        self._headers: Mapping[bytes, list[bytes]] = found

    def all(self, name: str) -> list[bytes]:
        """All values of a header."""
        return self._headers.get(name.encode(), [])

    def one(self, name: str) -> str:
        """The value of a header; empty without it, or where there are several."""
        values = self.all(name)
        return values[0].decode("latin-1") if len(values) == 1 else ""

    def query(self, name: str) -> str:
        """The first value of a field of the query; empty without it, or where there are many."""
        try:
            return parse_qs(self._query, max_num_fields=MOST_FIELDS).get(name, [""])[0]
        except ValueError:  # too many fields
            return ""

    @property
    def is_navigation(self) -> bool:
        """Whether a browser asks for a page to show."""
        return self.one("sec-fetch-mode") == "navigate"

    @property
    def is_page(self) -> bool:
        """Whether a person looks at the answer."""
        return self.is_navigation or (
            not self.one("sec-fetch-mode") and "text/html" in self.one("accept")
        )
