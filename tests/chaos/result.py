"""What came of a fault."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.books import Balance
from tests.chaos.rig import Rig, Scale


@dataclass(frozen=True)
class Result:
    """What came of a fault.

    Attributes:
        injections: how often it was injected.
        slowest: seconds of the slowest recovery.
        books: balanced at the end.
        may_fail: whether runs may end as failed, with a sentence that says why.
    """

    injections: int
    slowest: float
    books: Balance
    may_fail: bool = False

    @property
    def is_well(self) -> bool:
        """Whether the books balance, and no run failed that should not have."""
        failures = self.books.unexplained if self.may_fail else self.books.failed
        return self.books.holds and failures == 0


Fault = Callable[[Scale], Result]


def result_of(at: Rig, *, may_fail: bool = False) -> Result:
    """Wait for the end of all runs, and balance the books."""
    books = at.finish()
    return Result(at.injections, max(at.recoveries, default=0.0), books, may_fail)
