"""How many tokens an answer took, by the counts its server sends along with the pieces.

Servers count in four ways: once, with the last piece; the total so far, with each piece; the total,
again and again; or each piece's own tokens. The counts themselves do not say which it is.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

CHARACTERS_PER_TOKEN: Final = 4
"""LangChain's approximation, ``count_tokens_approximately``."""

ADDING_UP: Final = frozenset({"anthropic", "google_genai"})
"""Providers whose counts LangChain turns into those of each piece."""


class Usage:
    """Counts of one answer."""

    def __init__(self, provider: str) -> None:
        self._adds_up = provider in ADDING_UP
        self._read = 0
        self._sum = 0
        self._most = 0
        self._last = 0
        self._falls = False

    def take(self, counted: Mapping[str, Any]) -> None:
        """Take what came with one piece."""
        self._read = max(self._read, _number(counted.get("input_tokens")))
        written = _number(counted.get("output_tokens"))
        if written:
            self._falls = self._falls or written < self._last
            self._sum += written
            self._most = max(self._most, written)
            self._last = written

    @property
    def read(self) -> int:
        """Tokens of the request: the same in every count, or in the first one only."""
        return self._read

    def written(self, characters: int) -> int:
        """Tokens of the answer.

        Args:
            characters: of the answer, to choose between what its counts may mean.
        """
        if self._adds_up or self._most == self._sum:
            return self._sum
        if self._last == self._sum - self._last:
            return self._last  # each piece's own, and the total at the end
        if self._falls:
            return self._sum
        expected = max(1, characters / CHARACTERS_PER_TOKEN)
        return min((self._most, self._sum), key=lambda count: abs(math.log(count / expected)))


def _number(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
