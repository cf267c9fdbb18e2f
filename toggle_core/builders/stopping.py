"""How a builder learns, in the middle of a long call, that nobody waits for it any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from toggle_core.errors import RunInterrupted

_asked: ContextVar[Callable[[], bool]] = ContextVar("_asked", default=lambda: False)


@contextmanager
def stoppable(asked: Callable[[], bool]) -> Iterator[None]:
    """Let what is called inside the block find out whether it should stop.

    Args:
        asked: tells it; called from this thread only.
    """
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)


def check_stop() -> None:
    """Stop here if the run this thread works for was cancelled, is overdue or was taken over.

    A builder that takes long calls this now and then; one that does not is heard out to its end.

    Raises:
        RunInterrupted: not to be caught by builders.
    """
    if _asked.get()():
        raise RunInterrupted
