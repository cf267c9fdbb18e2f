"""The table: a line for each measurement, with its ratio and its goal."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PRESSURE: Final = Path("/proc/pressure/cpu")


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement.

    Attributes:
        what: was measured.
        value: with its unit.
        ratio: and to what; empty: it has none.
        goal: in words; empty: it has none.
        met: whether the goal is; None: it has none.
    """

    what: str
    value: str
    ratio: str = ""
    goal: str = ""
    met: bool | None = None


def show(title: str, lines: Iterable[Line]) -> None:
    """Print a part of the table, and how busy the machine was."""
    print(f"\n{title}   ({load()})")
    for line in lines:
        told = {None: "", True: "met", False: "NOT MET"}[line.met]
        goal = f"goal {line.goal}: {told}" if line.goal else ""
        print(f"  {line.what:44} {line.value:>26}  {line.ratio:34} {goal}".rstrip(), flush=True)


def load() -> str:
    """How busy the machine is, others on it included."""
    one, five, _ = os.getloadavg()
    told = f"load {one:.1f} in the last minute, {five:.1f} in five, {os.cpu_count()} cores"
    if PRESSURE.exists():
        share = PRESSURE.read_text().split("avg60=")[1].split()[0]
        told += f", {share} % of the minute somebody waited for one"
    return told
