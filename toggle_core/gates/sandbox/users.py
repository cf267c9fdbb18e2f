"""User numbers for jobs that run as root's children."""

import random
from functools import cache
from pathlib import Path

# Each job gets a user of its own, so that jobs at the same time do not share one process limit: a
# browser has more threads than another job may have. Both ranges are among those that systemd's
# list of user numbers (UIDS-GIDS.md) leaves unused.
_MANY = range(65_536, 524_288)
_FEW = range(60_706, 61_184)
_UID_MAP = Path("/proc/self/uid_map")


def next_user() -> int:
    """Return the user number for the next job, drawn from so many that no two meet by chance.

    A container may map the numbers below 65,536 only; there it is drawn from some hundred.
    """
    return random.choice(_MANY if _maps_many() else _FEW)


@cache
def _maps_many() -> bool:
    """Tell whether this process's user namespace knows the numbers of the larger range."""
    rows = (list(map(int, line.split())) for line in _UID_MAP.read_text().splitlines())
    return any(first <= _MANY.start and first + count >= _MANY.stop for first, _, count in rows)
