"""The processes of one job, as ``/proc`` shows them: who they are, what they do and hold."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_TICK_SECONDS = 1 / (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)
_RUNNABLE, _ON_DISK = "R", "D"
_GONE = (FileNotFoundError, ProcessLookupError)
# Positions in ``/proc/<pid>/stat`` counted from its third field (``proc(5)``).
_STATE, _OWN, _REAPED, _BEGAN = 0, slice(11, 13), slice(13, 15), 19


@dataclass(frozen=True, slots=True)
class Process:
    """One process at one moment.

    Attributes:
        pid: its number.
        began: clock ticks from the machine's start to its own; with ``pid`` names it for good.
        own_seconds: processor time of all its threads, user and system.
        reaped_seconds: processor time of the descendants that ended and were waited for.
        threads: how many it has, at least one.
        runnable: whether a thread of it is on a processor, or waits for its turn on one.
        on_disk: whether a thread of it waits for the disk.
    """

    pid: int
    began: int
    own_seconds: float
    reaped_seconds: float
    threads: int
    runnable: bool
    on_disk: bool


def can_watch() -> bool:
    """Tell whether this kernel says whose child a process is (``CONFIG_PROC_CHILDREN``)."""
    return Path(f"/proc/self/task/{os.getpid()}/children").exists()


def process_tree(root: int) -> list[Process]:
    """Look at a process and all that descend from it, parents before their children.

    Those that end meanwhile are left out. Because a parent is read before its children, no
    processor time is counted twice: a child that has been waited for by then is gone.

    Args:
        root: number of the first process.
    """
    found: list[Process] = []
    waiting = [root]
    for pid in waiting:
        tasks = _tasks(pid)
        process = _read_process(pid, tasks)
        if process is not None:
            found.append(process)
        waiting += (child for task in tasks for child in _children(task))
    return found


def resident_bytes(processes: Sequence[Process], most: int) -> int:
    """Return the memory that processes hold together, in bytes.

    Pages that processes share are counted once, but only if counting them in each would exceed
    ``most``: the exact count is some hundred times slower.

    Args:
        processes: the processes.
        most: the limit the result will be compared with.
    """
    quick = sum(_resident(process.pid) for process in processes)
    if quick <= most:
        return quick
    return sum(_proportional(process.pid) for process in processes)


def _read_process(pid: int, tasks: Sequence[Path]) -> Process | None:
    fields = _stat(Path(f"/proc/{pid}/stat"))
    if fields is None:
        return None
    states = [fields[_STATE]]
    if len(tasks) > 1:
        states = [thread[_STATE] for task in tasks if (thread := _stat(task / "stat"))]
    return Process(
        pid=pid,
        began=int(fields[_BEGAN]),
        own_seconds=_seconds(fields[_OWN]),
        reaped_seconds=_seconds(fields[_REAPED]),
        threads=max(len(tasks), 1),
        runnable=_RUNNABLE in states,
        on_disk=_ON_DISK in states,
    )


def _stat(path: Path) -> list[str] | None:
    """Return the fields of a ``stat`` file from the third on; the second may hold anything."""
    try:
        return path.read_text(errors="replace").rpartition(")")[2].split()
    except _GONE:
        return None


def _seconds(ticks: Sequence[str]) -> float:
    return sum(map(int, ticks)) * _TICK_SECONDS


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except _GONE:
        return []


def _children(task: Path) -> list[int]:
    try:
        return list(map(int, (task / "children").read_text().split()))
    except _GONE:
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except _GONE:
        return 0


def _proportional(pid: int) -> int:
    """Return a process's share of its pages (Pss), or all of them where that is not readable."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except _GONE:
        return 0
    except PermissionError:
        return _resident(pid)
    return 0
