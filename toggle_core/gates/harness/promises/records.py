"""What is noted of each step that is carried out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .expectations import Check

MOST_SENT = 500
"""Characters of what was sent."""

MOST_CAME_BACK = 1_500
"""Characters of what came back."""

_LEAST_PRINTED = 600  # of them, for what the program printed meanwhile


@dataclass(slots=True)
class StepRecord:
    """One step as it was carried out.

    Attributes:
        step: what was done, such as ``run: add, red tulip`` or ``POST /items``.
        sent: what was sent.
        came_back: what came back, bounded.
        expected: what was expected, in words; empty where nothing was.
        held: whether it was so.
    """

    step: str
    sent: str = ""
    came_back: str = ""
    expected: str = ""
    held: bool = True

    def add_printed(self, printed: str) -> None:
        """Add the end of what the program printed, which may say what went wrong."""
        if printed:
            room = max(MOST_CAME_BACK - len(self.came_back), _LEAST_PRINTED)
            kept = self.came_back[: MOST_CAME_BACK - room]
            self.came_back = f"{kept}\nThe program printed: {printed[-room + 30 :]}"

    def why(self, failed: Sequence[Check]) -> str:
        """Return in a sentence which expectations do not hold."""
        words = "; ".join(check.words for check in failed)
        return f"After “{self.step[:120]}” this was expected, and is not so: {words[:400]}."

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON values that can be stored and shown."""
        return {
            name: storable(value) if isinstance(value, str) else value
            for name, value in asdict(self).items()
        }


class StepBroken(Exception):
    """A step does not hold; the message says why, in one plain sentence."""


def storable(text: str) -> str:
    """Return a text without characters that cannot be stored or shown."""
    readable = text.encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in readable)
