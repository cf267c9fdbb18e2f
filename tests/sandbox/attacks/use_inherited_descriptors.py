"""Use whatever descriptors were left open: a secret file, sockets, the report's channel."""

import fcntl
import os
import stat

from told import TARGET, reached, refused

found = []
for descriptor in range(3, 1024):
    try:
        kind = stat.S_IFMT(os.fstat(descriptor).st_mode)
    except OSError:
        continue
    found.append(descriptor)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_NONBLOCK)
    for action in (lambda d=descriptor: os.read(d, 4096), lambda d=descriptor: os.pread(d, 64, 0)):
        try:
            text = action().decode("utf-8", "replace")
        except OSError:
            continue
        if TARGET["secret_mark"] in text:
            reached(f"secret in {descriptor}")
    if stat.S_ISSOCK(kind):
        reached(f"socket {descriptor}")
reached(str(found)) if found else refused("no descriptor is left open")
for descriptor in (0, 1, 2):
    if os.isatty(descriptor):
        reached(f"terminal {descriptor}")
