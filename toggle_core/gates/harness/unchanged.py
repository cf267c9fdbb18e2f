"""Notice whether the project's code changes how pytest runs its tests, while they run.

It shares a process with pytest, so this is no wall: it sees what a test suite would do that wants
to be green, not what is written against this very module. ``docs/sandbox.md`` says what remains.
"""

import ast
import importlib
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, MethodType

import pytest

_MODULES = ("python", "runner", "reports", "nodes", "unittest", "main", "fixtures", "skipping")
_ATTRIBUTES = (FunctionType, property, classmethod, staticmethod, type)

Snapshot = dict[str, tuple[object, CodeType | None]]


class Watch:
    """Remembers pytest's inside and each collected test, to compare with later."""

    def __init__(self) -> None:
        self._inside = _inside_of_pytest()
        self._codes: dict[str, CodeType | None] = {}
        self._strange: set[str] = set()
        self._called: set[str] = set()

    def collected(self, item: pytest.Item) -> None:
        """Remember the function of a test as it was found."""
        code = self._codes[item.nodeid] = _code_of_test(item)
        if code and not _is_as_written(item.path, item.nodeid, code):
            self._strange.add(item.nodeid)

    def called(self, item: pytest.Item) -> None:
        """Note that pytest itself is about to call a test, if it is still the one found."""
        if _code_of_test(item) is self._codes.get(item.nodeid):
            self._called.add(item.nodeid)

    def changes(self, item: pytest.Item) -> list[str]:
        """What was changed for a test that has ended.

        Returns:
            Names of changed parts of pytest, or the test itself; empty where all is as it was.
        """
        now = _inside_of_pytest()
        changed = [name for name, value in self._inside.items() if now.get(name) != value]
        own = "runtest" in vars(item) or type(item).__module__.partition(".")[0] != "_pytest"
        same = _code_of_test(item) is self._codes.get(item.nodeid)
        # Tests of unittest's kind are run by unittest, not by the hook that notes calls.
        seen = type(item) is not pytest.Function or item.nodeid in self._called
        if own or not same or not seen or item.nodeid in self._strange:
            changed.append(f"the test {item.nodeid}")
        return changed


def _inside_of_pytest() -> Snapshot:
    found: Snapshot = {}
    for name in _MODULES:
        module = importlib.import_module(f"_pytest.{name}")
        for key, value in tuple(vars(module).items()):
            found |= _one(f"{name}.{key}", value)
            if isinstance(value, type) and value.__module__ == module.__name__:
                for inner, part in tuple(vars(value).items()):
                    found |= _one(f"{name}.{key}.{inner}", part)
    return found


def _one(name: str, value: object) -> Snapshot:
    if not isinstance(value, _ATTRIBUTES):
        return {}
    return {name: (value, value.__code__ if isinstance(value, FunctionType) else None)}


def _code_of_test(item: pytest.Item) -> CodeType | None:
    if not isinstance(item, pytest.Function):
        return None
    function = item.obj.__func__ if isinstance(item.obj, MethodType) else item.obj
    return getattr(function, "__code__", None)


def _is_as_written(path: Path, nodeid: str, code: CodeType) -> bool:
    """Whether the code of a test is the one in its file; of decorated ones nobody knows."""
    written = _lines_of_plain_functions(path)
    name = nodeid.partition("[")[0].rpartition("::")[2]
    if name not in written:
        return True
    here = code.co_name == name and code.co_firstlineno in written[name]
    return here and Path(code.co_filename).name == path.name


@cache
def _lines_of_plain_functions(path: Path) -> dict[str, list[int]]:
    """Where functions begin that are written once and have no decorator, by their names."""
    found: dict[str, list[int]] = {}
    decorated: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.setdefault(node.name, []).append(node.lineno)
            if node.decorator_list:
                decorated.add(node.name)
    return {name: lines for name, lines in found.items() if name not in decorated}
