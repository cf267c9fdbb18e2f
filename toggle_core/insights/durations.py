"""Durations in buckets, so that those of many days can be added up and still have a median.

The buckets of DDSketch (Masson, Rim, Lee: "DDSketch", PVLDB 12, 2019, section 2): each is a little
wider than the one below it, so that a quantile is off by at most ``ACCURACY`` of itself.
"""

import math
from typing import Final

ACCURACY: Final = 0.02
"""How far a quantile may be off, as a share of it."""

_GAMMA: Final = (1 + ACCURACY) / (1 - ACCURACY)

LOG_GAMMA: Final = math.log(_GAMMA)
"""Bucket ``b`` holds durations up to ``exp(b * LOG_GAMMA)`` seconds."""

SHORTEST_SECONDS: Final = 0.001
"""Shorter durations are counted as this long."""


def seconds_of(bucket: int) -> float:
    """The duration that stands for a bucket.

    Args:
        bucket: its number.
    """
    return 2 * _GAMMA**bucket / (_GAMMA + 1)
