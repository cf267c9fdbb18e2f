"""What a job writes to one of its output streams, bounded."""

import os

from toggle_core.gates.sandbox.limits import Limits

_READ_BYTES = 65_536


class Stream:
    """Keeps the beginning of a stream and counts the rest.

    Attributes:
        seen: bytes that were written so far.
        flooded: more was written than a job may write at all.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept = bytearray()
        self.seen = 0

    @property
    def flooded(self) -> bool:
        """Whether the job has to be ended for what it writes."""
        return self.seen > self._limits.flood_bytes

    def read(self, descriptor: int) -> bool:
        """Read what there is; return False at the end of the stream."""
        piece = os.read(descriptor, _READ_BYTES)
        room = self._limits.output_bytes - len(self._kept)
        self._kept += piece[: max(room, 0)]
        self.seen += len(piece)
        return bool(piece)

    def text(self) -> str:
        """Return what was kept, with a last line that says so if something was dropped."""
        text = self._kept.decode("utf-8", "replace")
        dropped = self.seen - len(self._kept)
        if not dropped:
            return text
        return f"{text}\n[cut here: {dropped} more bytes were written]\n"
