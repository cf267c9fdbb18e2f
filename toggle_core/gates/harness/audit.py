"""Hear of what Python does for the project's code, by an audit hook, which nothing can remove."""

import doctest
import sys
import sysconfig
from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest

from .program_code import ProgramCode

_SUSPECT = frozenset(
    (
        *("sys.settrace", "sys.setprofile", "sys.monitoring.register_callback"),
        *("gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys._current_frames"),
    )
)
_MODULE = "<module>"
_DOCTEST = doctest.DocTestRunner.run.__code__
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + "/"


class Audit:
    """Collects what speaks against believing the results.

    These are tracing, looking for objects by the garbage collector, other code for a function that
    exists, another class for a test, and a module of the program that is run from other code than
    that in its file.

    Attributes:
        found: what was heard, each once.
    """

    def __init__(self, program: ProgramCode, is_rewritten: Callable[[str], bool]) -> None:
        self.found: list[str] = []
        self._program = program
        self._is_rewritten = is_rewritten

    def install(self) -> None:
        """Begin to listen, for as long as the process lives."""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _SUSPECT and not _is_for_doctest(event):
            self._note(event)
        elif event == "object.__setattr__":
            self._hear_of_attribute(*arguments[:2])
        elif event == "exec" and type(arguments[0]) is CodeType:
            self._hear_of_code(arguments[0])

    def _hear_of_attribute(self, holder: object, name: object) -> None:
        if (name == "__code__" and not _is_of_python(holder)) or (
            name == "__class__" and issubclass(type(holder), pytest.Item | pytest.Collector)
        ):
            self._note(f"{type(holder).__name__}.{name} is set")

    def _hear_of_code(self, code: CodeType) -> None:
        path = self._program.path_of(code.co_filename) if code.co_name == _MODULE else None
        if path and code != self._program.whole(path) and not self._is_rewritten(path):
            self._note(f"{path} is run from other code than that in the file")

    def _note(self, what: str) -> None:
        if what not in self.found:
            self.found.append(what)


def _is_for_doctest(event: str) -> bool:
    """Tell whether doctest itself puts back the trace function that it found."""
    caller = sys._getframe(2).f_code  # noqa: SLF001  what called it, below the listener
    return event == "sys.settrace" and caller is _DOCTEST


def _is_of_python(function: object) -> bool:
    """Tell whether a function is the standard library's, which marks coroutines in this way."""
    code = getattr(function, "__code__", None)
    return isinstance(code, CodeType) and code.co_filename.startswith(_STANDARD_LIBRARY)
