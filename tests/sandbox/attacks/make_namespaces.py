"""Make namespaces, to be root in one of them."""

import ctypes
import platform
import signal

from told import call, reached, refused

libc = ctypes.CDLL(None, use_errno=True)
FLAGS = {
    "user": 0x10000000, "mount": 0x00020000, "pid": 0x20000000, "net": 0x40000000,
    "ipc": 0x08000000, "uts": 0x04000000, "cgroup": 0x02000000, "time": 0x00000080,
}  # fmt: skip
for name, flag in FLAGS.items():
    call(f"unshare {name}", libc.unshare(flag))
CLONE = {"x86_64": 56, "aarch64": 220}[platform.machine()]
for name, flag in FLAGS.items():
    result = libc.syscall(CLONE, flag | signal.SIGCHLD, 0, 0, 0, 0)
    if result == 0:
        libc._exit(0)
    refused(f"clone {name}") if result == -1 else reached(f"clone {name}")
