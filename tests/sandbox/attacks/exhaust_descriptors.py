"""Open files and sockets until no more are allowed."""

import os

from told import attempt

held = []


def hold() -> int:
    for _ in range(100_000):
        held.append(os.pipe())
    return len(held)


attempt("descriptors", hold)
