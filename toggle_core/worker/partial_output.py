"""A model's output as it is streamed, and when to record it."""

import time
from typing import Final

from langchain_core.messages import BaseMessage

from toggle_core.builders.chat.growing import readable
from toggle_core.key_masking import without_keys

PAUSE_SECONDS: Final = 1.0
"""Between two records: pages look every two seconds."""

LONGEST: Final = 400_000
"""Characters that are collected of one output."""


class PartialOutput:
    """Collects the pieces of the newest output; a repeated request begins a new one.

    Attributes:
        recorded: whether any of it was returned to be recorded.
    """

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        """Start empty.

        Args:
            secrets: keys of models, to be masked.
        """
        self.recorded = False
        self._secrets = secrets
        self._message_id: str | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._last_recorded = time.monotonic()

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

    def due(self) -> str:
        """The output so far in a readable form, or nothing before the pause is over."""
        now = time.monotonic()
        if now - self._last_recorded < PAUSE_SECONDS:
            return ""
        self._last_recorded = now
        text = readable(without_keys("".join(self._pieces), self._secrets))
        self.recorded = self.recorded or bool(text)
        return text
