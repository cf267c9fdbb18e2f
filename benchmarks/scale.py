"""How much is measured: enough to be believed by default, a taste of it in quick mode."""

import argparse
import signal
import sys
from dataclasses import dataclass

from benchmarks.database import SIZES


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Attributes:
        rounds: of each contestant, one after the other; medians are told.
        runs: of a round.
        in_flight: runs that are executed while their builder waits.
        sizes: of the history, names of ``SIZES``.
    """

    rounds: int = 5
    runs: int = 300
    in_flight: int = 500
    sizes: tuple[str, ...] = tuple(SIZES)


def read_scale(name: str, about: str | None, arguments: list[str] | None = None) -> Scale:
    """The scale that the command line asks for.

    From then on the process ends at SIGTERM as it does at Ctrl-C: what it has started is stopped.

    Args:
        name: of the benchmark's module.
        about: what it does.
        arguments: of the command line, None: the process's.
    """
    usual = Scale()
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description=about)
    parser.add_argument("--rounds", type=int, default=usual.rounds, help="default: 5")
    parser.add_argument("--runs", type=int, default=usual.runs, help="of a round; default: 300")
    parser.add_argument("--in-flight", type=int, default=usual.in_flight, help="default: 500")
    parser.add_argument("--sizes", default=",".join(usual.sizes), help="default: 10k,100k,1m")
    chosen = parser.parse_args(arguments)
    if arguments is None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sizes = tuple(chosen.sizes.split(","))
    if unknown := set(sizes) - set(SIZES):
        parser.error(f"no size: {', '.join(sorted(unknown))}; there are {', '.join(SIZES)}")
    return Scale(chosen.rounds, chosen.runs, chosen.in_flight, sizes)
