"""How many processors this process may use: those it is bound to, within its container's quota."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUPS = Path("/proc/self/cgroup")


def usable_cores() -> int:
    """Return how many processors this process may use at one time, at least 1.

    A quota of a part of a processor counts as a whole one.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min([bound or 1, *(max(math.ceil(quota), 1) for quota in _quotas())])


def _quotas() -> Iterator[float]:
    """Name the quotas, in processors, of this process's control group and of all above it."""
    for folder in _folders():
        yield from _of_version_2(folder / "cpu.max")
        yield from _of_version_1(folder)


def _folders() -> Iterator[Path]:
    """Name the folders of the control groups. In a container the paths are the host's, and only
    the root of the mounted tree is there: it is the container's own."""
    try:
        lines = _OWN_CGROUPS.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = _CGROUPS / controllers if controllers else _CGROUPS
        own = root / path.strip("/")
        yield own
        yield from (folder for folder in own.parents if folder.is_relative_to(root))


def _of_version_2(file: Path) -> Iterator[float]:
    quota, period = (_words(file) or ["max", "1"])[:2]
    if quota != "max":
        yield int(quota) / int(period)


def _of_version_1(folder: Path) -> Iterator[float]:
    quota, period = (_words(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    if quota and period and int(quota[0]) > 0:
        yield int(quota[0]) / int(period[0])


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []
