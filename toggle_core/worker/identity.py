"""Who a worker is, so that others can tell whether it is still alive.

An identity names the machine, its boot and process namespace, and the process with its start
time: enough for a worker on the same machine to see at once that another one is dead, and for
all others nothing more than a name.
"""

import platform
from pathlib import Path
from typing import Final
from uuid import uuid4

import psutil

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
PROCESS_NAMESPACE: Final = Path("/proc/self/ns/pid")


def new_identity() -> str:
    """An identity for a worker in this process."""
    process = psutil.Process()
    return f"{_place()}/{process.pid}/{process.create_time():.2f}/{uuid4().hex[:8]}"


def is_dead_here(identity: str) -> bool:
    """Whether this is a worker of this machine whose process is gone.

    Args:
        identity: made by :func:`new_identity`, anywhere.

    Returns:
        False also where nothing is known: another machine, container or boot.
    """
    place, pid, created, _ = identity.rsplit("/", 3)
    if place != _place():
        return False
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" != created
    except psutil.NoSuchProcess:
        return True


def _place() -> str:
    boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else str(int(psutil.boot_time()))
    namespace = PROCESS_NAMESPACE.readlink().name if PROCESS_NAMESPACE.is_symlink() else "-"
    return f"{platform.node()[:60]}/{boot}/{namespace}"
