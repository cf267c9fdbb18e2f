"""User numbers for jobs that run as root's children."""

import random
from itertools import count

# Each job gets a user of its own, so that jobs at the same time do not share one process limit.
# The range is one that systemd's list of user numbers (UIDS-GIDS.md) leaves unused.
_FIRST, _HOW_MANY = 60_706, 478

_numbers = count(random.randrange(_HOW_MANY))


def next_user() -> int:
    """Return the user number for the next job; numbers come round after some hundred."""
    return _FIRST + next(_numbers) % _HOW_MANY
