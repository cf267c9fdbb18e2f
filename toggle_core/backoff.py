"""Pauses between attempts that keep failing: each is twice as long as the one before."""

from dataclasses import dataclass


@dataclass
class Backoff:
    """The pauses of one series of attempts.

    Attributes:
        first: seconds of the first pause.
        longest: seconds that no pause exceeds.
    """

    first: float
    longest: float

    def __post_init__(self) -> None:
        self._next = self.first

    def reset(self) -> None:
        """Begin with the first pause again, after an attempt that succeeded."""
        self._next = self.first

    def pause(self, lasted: float = 0) -> float:
        """The next pause.

        Args:
            lasted: seconds that the attempt went on before it failed. If this is more than the
                longest pause, it counts as a success.

        Returns:
            Seconds to wait before the next attempt.
        """
        if lasted > self.longest:
            self.reset()
        seconds = self._next
        self._next = min(seconds * 2, self.longest)
        return seconds
