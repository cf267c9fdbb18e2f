"""The processes of one job, as ``/proc`` shows them: who they are, and what memory they hold."""

import os
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Tree:
    """A process and all that descend from it.

    Attributes:
        pids: their numbers, parents before children.
        threads: how many threads they have together, at least one each.
    """

    pids: list[int]
    threads: int


def can_watch() -> bool:
    """Tell whether this kernel says whose child a process is (``CONFIG_PROC_CHILDREN``)."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


def process_tree(root: int) -> Tree:
    """Look at a process and all that descend from it; those that end meanwhile are left out."""
    found = [root]
    threads = 0
    for pid in found:
        tasks = _tasks(pid)
        threads += len(tasks)
        found += (child for task in tasks for child in _children(task))
    return Tree(found, threads)


def resident_bytes(pids: list[int], most: int) -> int:
    """Return the memory that processes hold together, in bytes.

    Pages that processes share are counted once, but only if counting them in each would exceed
    ``most``: the exact count is some hundred times slower.

    Args:
        pids: the processes.
        most: the limit the result will be compared with.
    """
    quick = sum(_resident(pid) for pid in pids)
    return quick if quick <= most else sum(_proportional(pid) for pid in pids)


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []


def _children(task: Path) -> list[int]:
    try:
        return list(map(int, (task / "children").read_text().split()))
    except (FileNotFoundError, ProcessLookupError):
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _proportional(pid: int) -> int:
    """Return a process's share of its pages (Pss), or all of them where that is not readable."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except PermissionError:
        return _resident(pid)
    return 0
