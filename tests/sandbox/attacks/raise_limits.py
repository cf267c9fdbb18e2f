"""Raise this process's limits, or change those of others."""

import os
import resource

from told import TARGET, attempt

MORE = 1 << 40
for name in ("NPROC", "AS", "FSIZE", "NOFILE", "CPU", "CORE", "MEMLOCK"):
    which = getattr(resource, f"RLIMIT_{name}")
    attempt(name, lambda which=which: resource.setrlimit(which, (MORE, MORE)))
for pid in (1, os.getppid(), TARGET["pid"]):
    attempt(f"of {pid}", lambda pid=pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (0, 0)))
attempt("be more important", lambda: os.nice(-10))
