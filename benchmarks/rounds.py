"""Measuring side by side: in each round every contestant has its turn."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def alternate(turns: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """What each contestant measured in each round.

    Every other round goes the other way round, so that nobody is always the one after the slowest.

    Args:
        turns: measures once, by the contestant's name.
        rounds: how many.
    """
    found: dict[str, list[T]] = {name: [] for name in turns}
    for number in range(rounds):
        order = list(turns) if number % 2 == 0 else list(reversed(turns))
        for name in order:
            found[name].append(turns[name]())
    return found


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """How values grow with sizes: 0 not at all, 1 as they do, 2 as their square.

    The slope of the straight line through the logarithms.
    """
    return statistics.linear_regression(
        [math.log(size) for size in sizes], [math.log(value) for value in values]
    ).slope
