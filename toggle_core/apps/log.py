"""What a web program has printed since it was started, as far as it is kept."""

from typing import Final

KEPT_BYTES: Final = 64 * 1024


class Log:
    """The last output of a program."""

    def __init__(self) -> None:
        self._kept = b""
        self._end = 0

    @property
    def text(self) -> str:
        """What is kept."""
        return self._kept.decode("utf-8", "replace")

    def take(self, start: int, output: bytes) -> None:
        """Take note of what was printed last; it may overlap with what is known.

        Args:
            start: how many bytes were printed before.
            output: what was printed after them.
        """
        if start + len(output) <= self._end:
            return
        if start > self._end:
            self._kept = output
        else:
            self._kept += output[self._end - start :]
        self._kept = self._kept[-KEPT_BYTES:]
        self._end = start + len(output)

    def since(self, position: int) -> tuple[bytes, int, bool]:
        """What was printed after a position.

        Args:
            position: bytes that are known already.

        Returns:
            What is kept of it, the position after it, and whether some of it is lost.
        """
        first = self._end - len(self._kept)
        return self._kept[max(position - first, 0) :], self._end, first > position
