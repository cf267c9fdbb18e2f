"""How the pages of a history grow with it: the exponent over its sizes.

python -m benchmarks.growth --sizes 10k,100k,1m
"""

import argparse
import statistics

from benchmarks.database import SIZES, history
from benchmarks.history import time_views
from benchmarks.rounds import exponent
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

GOAL_MS = 20
FLAT = 0.2
"""An exponent up to this: ten times the runs take at most 1.6 times as long."""


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    medians: dict[str, dict[str, float]] = {}
    for size in scale.sizes:
        print(f"\nHistory of {size} runs, at the database")
        with history(argparse.Namespace(runs=size, folder=None)) as database:
            medians[size] = time_views(database)
    show("History: pages at the database, ms", _lines(scale.sizes, medians))


def _lines(sizes: tuple[str, ...], medians: dict[str, dict[str, float]]) -> list[Line]:
    lines = []
    for view in medians[sizes[-1]]:
        found = [medians[size][view] for size in sizes]
        told = " / ".join(f"{each:.1f}" for each in found)
        power = exponent([SIZES[size] for size in sizes], found) if len(sizes) > 1 else 0.0
        ratio = f"exponent {power:.2f}" if len(sizes) > 1 else ""
        met = found[-1] < GOAL_MS
        lines.append(Line(view, told, ratio, f"p50 < {GOAL_MS} ms", met))
    largest = statistics.median(medians[sizes[-1]].values())
    lines.append(Line("median of all views, largest history", f"{largest:.1f}"))
    return lines


if __name__ == "__main__":
    measure(read_scale("benchmarks.growth", __doc__))
