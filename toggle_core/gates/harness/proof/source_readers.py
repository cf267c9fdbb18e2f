"""Notice tests that read the program's code instead of running it.

Such a test fails for every change that it recognises, whatever the program does.
"""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

_IMPORTING = frozenset(("exec_module", "get_code", "_get_code_from_file"))
_SHOWING = frozenset(("traceback", "warnings", "logging", "_pytest", "shutil", "pdb"))
_LOOKING_INSIDE = "dis"
_OPEN, _ATTRIBUTE = "open", "object.__getattr__"


class SourceReaders:
    """Finds in events of the interpreter which file of the tests reads code of the program.

    Args:
        work: the folder of the project.
        names: paths of the program's files below it.
    """

    def __init__(self, work: str, names: frozenset[str]) -> None:
        self._work = f"{work}/"
        self._names = names

    def reader(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        """Return the path of the file that reads, None if an event is something else.

        Imports, tracebacks and copies of whole files do not count.

        Args:
            event: name of an audit event.
            arguments: of the event.
        """
        if event == _OPEN and self._below(arguments[0]) in self._names:
            return self._test_behind(sys._getframe(1))  # noqa: SLF001  the only way to the caller
        if event == _ATTRIBUTE and arguments[1] == "__code__":
            return self._test_behind(sys._getframe(1), only=_LOOKING_INSIDE)  # noqa: SLF001
        return None

    def _test_behind(self, frame: FrameType | None, only: str = "") -> str | None:
        """Return the file of the project that is behind a frame, if it is none of the program.

        Args:
            frame: the innermost frame.
            only: module of the one part of Python that may stand in between; empty for any.
        """
        while frame is not None:
            name = self._below(frame.f_code.co_filename)
            if name:
                return None if name in self._names else name
            module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
            if frame.f_code.co_name in _IMPORTING or module in _SHOWING:
                return None
            if only and module not in (only, "harness"):
                return None
            frame = frame.f_back
        return None

    def _below(self, path: object) -> str:
        """Return a path below the project's folder, empty if it is elsewhere."""
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        full = os.path.normpath(Path.cwd() / os.fsdecode(path))
        return full.removeprefix(self._work) if full.startswith(self._work) else ""
