"""Open disks, memory, the kernel's log and the machine's other devices, or make them."""

import os
import stat
from pathlib import Path

from told import attempt

NAMES = ("mem", "kmem", "port", "kmsg", "sda", "vda", "nvme0n1", "loop0", "fuse", "kvm", "net/tun")
for name in (*NAMES, "vsock", "vhost-vsock", "input/event0", "fb0", "mapper/control"):
    attempt(name, lambda name=name: Path("/dev", name).open("rb").read(1))
for name, kind, major, minor in (
    ("disk", stat.S_IFBLK, 254, 0),
    ("sda", stat.S_IFBLK, 8, 0),
    ("memory", stat.S_IFCHR, 1, 1),
    ("log", stat.S_IFCHR, 1, 11),
):
    device = os.makedev(major, minor)
    attempt(name, lambda a=(name, kind | 0o666, device): os.mknod(*a))
    attempt(f"{name} opened", lambda name=name: Path(name).open("rb").read(1))
