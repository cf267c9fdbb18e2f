"""Who a worker is, so that others can tell whether it is still alive.

An identity names the machine, its boot and process namespace, and the process with its start
time: enough for a worker on the same machine to see at once that another one is dead, and for
all others nothing more than a name.

The start time counts from the boot where the system tells it so (proc_pid_stat(5), field 22): as a
time of day it would change whenever the clock is set, and the living would be taken for dead.
"""

import platform
from pathlib import Path
from typing import Final
from uuid import uuid4

import psutil

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
PROCESS_NAMESPACE: Final = Path("/proc/self/ns/pid")
STARTED_AFTER_NAME: Final = 22 - 3
"""Place of the start time among the fields that follow the program's name, which is the second."""


def new_identity() -> str:
    """An identity for a worker in this process."""
    process = psutil.Process()
    return f"{_place()}/{process.pid}/{_started(process)}/{uuid4().hex[:8]}"


def short_name(identity: str) -> str:
    """The part of an identity that no other one has."""
    return identity.rsplit("/", 1)[-1]


def is_dead_here(identity: str) -> bool:
    """Whether this is a worker of this machine whose process is gone.

    Args:
        identity: made by :func:`new_identity`, anywhere.

    Returns:
        False also where nothing is known: another machine, container or boot.
    """
    place, pid, started, _ = identity.rsplit("/", 3)
    if place != _place():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or _started(process) != started
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return True


def _started(process: psutil.Process) -> str:
    if not PROCESS_NAMESPACE.is_symlink():
        return f"{process.create_time():.2f}"
    # The name of the program, in parentheses, is the one field that may hold spaces.
    facts = Path(f"/proc/{process.pid}/stat").read_text()
    return facts.rpartition(")")[2].split()[STARTED_AFTER_NAME]


def _place() -> str:
    boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else str(int(psutil.boot_time()))
    namespace = PROCESS_NAMESPACE.readlink().name if PROCESS_NAMESPACE.is_symlink() else "-"
    return f"{platform.node()[:60]}/{boot}/{namespace}"
