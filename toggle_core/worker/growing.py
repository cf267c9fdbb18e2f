"""A model's answer as it comes in pieces, and when it is worth telling."""

import time
from typing import Final

from langchain_core.messages import BaseMessage

from toggle_core.builders.chat.growing import readable
from toggle_core.key_masking import without_keys

PAUSE_SECONDS: Final = 1.0
"""Between two tellings: pages look every two seconds."""

LONGEST: Final = 400_000
"""Characters that are collected of one answer."""


class GrowingAnswer:
    """Collects the pieces of the newest answer; a repeated request begins a new one.

    Attributes:
        told: whether any of it was told.
    """

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        """Begin with nothing.

        Args:
            secrets: keys of models, to be kept out of what is told.
        """
        self.told = False
        self._secrets = secrets
        self._message_id: str | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._last_told = time.monotonic()

    def add(self, piece: BaseMessage) -> None:
        """Add a piece."""
        if piece.id != self._message_id:
            self._message_id = piece.id
            self._pieces.clear()
            self._length = 0
        text = str(piece.text)
        if self._length < LONGEST:
            self._pieces.append(text)
            self._length += len(text)

    def worth_telling(self) -> str:
        """The answer so far in a readable form, or nothing where it is too soon."""
        now = time.monotonic()
        if now - self._last_told < PAUSE_SECONDS:
            return ""
        self._last_told = now
        text = readable(without_keys("".join(self._pieces), self._secrets))
        self.told = self.told or bool(text)
        return text
