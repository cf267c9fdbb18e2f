"""Leave the sandbox's root folder by chroot and pivot_root."""

import ctypes
import os
from pathlib import Path

from told import attempt, call

libc = ctypes.CDLL(None, use_errno=True)
Path("new").mkdir()
attempt("chroot", lambda: os.chroot("new"))
attempt("chroot here", lambda: os.chroot("."))
call("pivot_root", libc.syscall(155, b"new", b"new"))
