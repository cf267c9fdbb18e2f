"""Enter the namespaces of other processes."""

import ctypes
import os
from pathlib import Path

from told import TARGET, attempt, call, refused

libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, os.getppid(), TARGET["pid"]):
    for name in ("mnt", "pid", "net", "user", "ipc", "uts"):
        try:
            place = os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY)
        except OSError as error:
            refused(f"{pid} {name}: {error}")
        else:
            call(f"{pid} {name}", libc.setns(place, 0))
attempt("pidfd", lambda: libc.setns(os.pidfd_open(TARGET["pid"]), 0x20000000) + Path("/x").stat())
