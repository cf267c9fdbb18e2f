"""End a page that fills the memory before the whole browser is ended for it."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

_MOST_BYTES = 400 * 1024 * 1024  # of one renderer; a fine page takes some 60 MB
_EVERY = 0.2  # seconds
_RENDERER = b"--type=renderer"


class MemoryGuard:
    """Looks at the browser's renderers now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def look(self) -> None:
        """Kill each renderer that holds too much, at most five times a second."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY
        for process in Path("/proc").iterdir():
            if process.name.isdecimal() and _private_bytes(process) > _MOST_BYTES:
                with suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)


def _private_bytes(process: Path) -> int:
    """Return the memory of a renderer that is its own; 0 for other processes."""
    with suppress(OSError, ValueError, IndexError):
        if _RENDERER not in (process / "cmdline").read_bytes():
            return 0
        _, resident, shared, *_ = map(int, (process / "statm").read_text().split())
        return (resident - shared) * os.sysconf("SC_PAGE_SIZE")
    return 0
