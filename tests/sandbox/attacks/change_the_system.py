"""Change the system, the interpreter, the tools or the harness under everybody's feet."""

import json
import os
import sys
from pathlib import Path

from told import attempt

FOLDERS = (
    "/",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/etc",
    "/sys",
    "/proc/sys/kernel",
    "/dev",
    "/boot",
)
for folder in (*FOLDERS, "/python", "/tools", "/sandbox/harness", "/var/tmp", "/run"):
    attempt(folder, lambda folder=folder: Path(folder, "planted").write_text("x"))
for name in (
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
    "/proc/sysrq-trigger", "/proc/self/oom_score_adj", "/proc/1/oom_score_adj",
    "/sys/fs/cgroup/release_agent", "/sys/kernel/uevent_helper", "/etc/ld.so.preload",
    "/etc/passwd", "/sandbox/harness/launch.py", json.__file__, os.__file__, sys.executable,
):  # fmt: skip
    if name != "/proc/self/oom_score_adj":
        attempt(name, lambda name=name: Path(name).open("r+b"))
