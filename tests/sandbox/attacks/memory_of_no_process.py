"""Take memory that no process shows as its own."""

import ctypes
import os
from pathlib import Path

from told import TARGET, attempt, call

libc = ctypes.CDLL(None, use_errno=True)
call("shmget", libc.shmget(0, 1 << 20, 0o1600))
call("msgget", libc.msgget(0, 0o1600))
call("semget", libc.semget(0, 1, 0o1600))
attempt("memfd_create", lambda: os.memfd_create("hidden"))


def fill(folder: str) -> None:
    for number in range(TARGET["too_many_megabytes"] // 16):
        Path(folder, str(number)).write_bytes(bytes(16 * 1024 * 1024))


attempt("/dev/shm", lambda: fill("/dev/shm"))
attempt("/run", lambda: fill("/run"))
attempt("/dev", lambda: fill("/dev"))
attempt("/", lambda: fill("/"))
