"""Waiting without guessing: ask again until it is true or the time is up."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(ask: Callable[[], T], *, seconds: float = 120.0, pause: float = 0.02) -> T:
    """The first true answer. Fails with the last one when the time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s; the last answer was {answer!r}")
        time.sleep(pause)
    return answer
