"""See and signal processes outside, and learn what they are."""

import os
from pathlib import Path

from told import TARGET, attempt, reached, refused

pid = TARGET["pid"]
for name in ("cmdline", "environ", "status", "maps", "root", "cwd/target.json"):
    attempt(name, lambda name=name: Path(f"/proc/{pid}/{name}").open("rb").read())
attempt("signal", lambda: os.kill(pid, 0))
attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, pid, 19))
attempt("session", lambda: os.getsid(pid) == os.getsid(0) or os.kill(pid, 0))
seen = [name for name in os.listdir("/proc") if name.isdigit()] if os.path.exists("/proc/1") else []
reached(f"{seen}") if len(seen) > 10 else refused(f"{len(seen)} processes to be seen")
