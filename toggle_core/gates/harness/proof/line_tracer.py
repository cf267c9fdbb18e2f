"""Record which lines of a project run, in the process that runs its tests.

``sys.settrace`` works alike from Python 3.11 to 3.14, also in threads.
"""

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

Lines = set[tuple[str, int]]


class LineTracer:
    """Collects lines; frames outside of the project cost one call each.

    Args:
        work: the folder of the project.
        names: paths of the traced files below it.

    Attributes:
        lines: path and number of each line that has run since it was last replaced.
    """

    def __init__(self, work: str, names: frozenset[str]) -> None:
        self.lines: Lines = set()
        self._work = Path(work)
        self._names = names
        self._known: dict[str, str | None] = {}

    def start(self) -> None:
        """Begin to trace this thread and those that are started later."""
        threading.settrace(self._call)
        sys.settrace(self._call)

    @staticmethod
    def stop() -> None:
        """End it."""
        threading.settrace(None)
        sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        try:
            name = self._known[file]
        except KeyError:
            name = self._known[file] = self._name(file)
        if name is None:
            return None
        self.lines.add((name, frame.f_lineno))

        def line(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                self.lines.add((name, frame.f_lineno))
            return line

        return line

    def _name(self, file: str) -> str | None:
        path = os.path.normpath(self._work / file).removeprefix(f"{self._work}/")
        return path if path in self._names else None


def grouped(lines: Lines) -> Mapping[str, list[int]]:
    """Return the numbers of lines by their file."""
    found: dict[str, list[int]] = {}
    for name, number in sorted(lines):
        found.setdefault(name, []).append(number)
    return found
