"""Record which lines of a project run in a program that its tests start.

Python imports this module by itself where its folder is on ``PYTHONPATH``. Each process appends to
a file of its own, a line at a time: a server is usually killed and never comes to its end.
"""

import contextlib
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

A_COPY = 0
"""In the place of a line: what ran was a copy of the file."""


class _Recorder:
    """Writes each line of the project once, also where a copy of the project runs.

    Args:
        work: the folder of the project.
        folder: where the records are.
    """

    def __init__(self, work: str, folder: str) -> None:
        self._work = f"{work}/"
        self._begun = Path.cwd()
        self._seen: set[tuple[str, int]] = set()
        self._known: dict[str, str] = {}
        path = Path(folder, f"{os.getpid()}.{threading.get_native_id()}")
        self._output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def call(self, frame: FrameType, _event: str, _: object) -> Any:
        file = frame.f_code.co_filename
        if file not in self._known:
            self._known[file] = self._name(file)
        if not self._known[file]:
            return None
        self._note(self._known[file], frame.f_lineno)
        return self._line

    def _line(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            self._note(self._known[frame.f_code.co_filename], frame.f_lineno)
        return self._line

    def _name(self, file: str) -> str:
        full = os.path.normpath(self._begun / file)
        if full.startswith(self._work):
            return full.removeprefix(self._work)
        name = self._name_of_original(full)
        if name:
            self._note(name, A_COPY)
        return name

    def _name_of_original(self, full: str) -> str:
        """Return the path of the file of the project that another file is a copy of, or none."""
        parts = Path(full).parts[1:]
        for start in range(len(parts)):
            name = "/".join(parts[start:])
            with contextlib.suppress(OSError):
                if Path(self._work, name).read_bytes() == Path(full).read_bytes():
                    return name
        return ""

    def _note(self, name: str, number: int) -> None:
        if (name, number) not in self._seen:
            self._seen.add((name, number))
            with contextlib.suppress(OSError):
                os.write(self._output, f"{number} {name}\n".encode())


def _trace(work: str, folder: str) -> None:
    if work and Path(folder).is_dir():
        with contextlib.suppress(OSError):
            call = _Recorder(work, folder).call
            threading.settrace(call)
            sys.settrace(call)


_trace(os.environ.get("TRACED_WORK", ""), os.environ.get("TRACED_LINES", ""))
