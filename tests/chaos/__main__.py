"""``make chaos``: every fault at full scale, and a table of what came of it."""

import sys
import time

from tests.chaos.faults import FAULTS
from tests.chaos.result import Result
from tests.chaos.rig import FULL

HEAD = (
    "fault",
    "injections",
    "accepted",
    "failed",
    "lost",
    "twice",
    "stuck",
    "untold",
    "slowest recovery",
)
ROW = "{:34} {:>10} {:>9} {:>6} {:>5} {:>6} {:>6} {:>7} {:>17}"


def main(names: list[str]) -> int:
    """Inject the faults whose names begin with one of these, or all. Returns the exit code."""
    chosen = {
        name: fault
        for name, fault in FAULTS.items()
        if not names or any(name.startswith(begin) for begin in names)
    }
    if not chosen:
        sys.stderr.write(f"There is no such fault. There are: {', '.join(FAULTS)}.\n")
        return 2
    sys.stdout.write(ROW.format(*HEAD) + "\n")
    well = True
    for name, fault in chosen.items():
        began = time.monotonic()
        result = fault(FULL)
        sys.stdout.write(f"{_row(name, result)}   ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
        well = well and result.is_well
    sys.stdout.write("Nothing was lost.\n" if well else "The books do not balance.\n")
    return 0 if well else 1


def _row(name: str, result: Result) -> str:
    books = result.books
    numbers = (books.accepted, books.failed, books.lost, books.twice, books.stuck, books.untold)
    return ROW.format(name, result.injections, *numbers, f"{result.slowest:.1f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
