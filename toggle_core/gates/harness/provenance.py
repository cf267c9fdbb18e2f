"""Notice whether what the tests import is the program, as it is written in its files."""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from .expected import SuiteReader
from .names import Names
from .outcomes import base_name
from .program_code import ProgramCode
from .suite import statements


class Provenance:
    """Compares the program's modules in memory with its files.

    Functions are compared once, when all tests are collected: a test may replace them later, to
    stand in for what it does not want to run.
    """

    def __init__(self, program: ProgramCode) -> None:
        self._program = program
        self._names = {
            name: str(program.folder / path)
            for name, path in program.modules.items()
            if name not in sys.modules
        }

    def strangers(self) -> list[str]:
        """Name the modules that stand in for one of the program under its name."""
        return [
            f"the module {name} does not come from its file"
            for name, place in self._names.items()
            if name in sys.modules and getattr(sys.modules[name], "__file__", None) != place
        ]

    def faults(self, items: Sequence[pytest.Item]) -> list[str]:
        """Name the modules and functions of the program that are others than those in its files.

        Args:
            items: the tests; looked at is what their modules imported, too.
        """
        tests = {id(module): module for item in items if (module := _module(item))}
        found = self.strangers()
        for module in self._loaded(tests.values()):
            found += self._changed_functions(module)
        for test in tests.values():
            found += self._strange_imports(test)
        found += self._replaced_tests(items)
        return sorted(set(found))

    def _replaced_tests(self, items: Iterable[pytest.Item]) -> Iterator[str]:
        """Yield the tests without a decorator that are not the functions found by reading."""
        reader = SuiteReader(self._program.trees)
        places: dict[str, set[str]] = {}
        known = [(test.id, test.definition, test.plain) for test in reader.expected()]
        known += [(test.id, test.definition, test.plain) for test in reader.tests()]
        for name, definition, plain in known:
            place = f"{self._program.folder}/{definition}" if plain else ""
            places.setdefault(name, set()).add(place)
        for item in items:
            own = places.get(base_name(item.nodeid), {""})
            if type(item) is not pytest.Function or "" in own:
                continue
            code = getattr(getattr(item.obj, "__func__", item.obj), "__code__", None)
            if code is None or f"{code.co_filename}:{code.co_firstlineno}" not in own:
                yield f"the test {item.nodeid} is another function than the one in its file"

    def _loaded(self, tests: Iterable[ModuleType]) -> Iterator[Any]:
        """Yield the program's modules: those that are registered, and those that tests hold."""
        held = (value for test in tests for value in vars(test).values())
        modules = {id(module): module for module in (*sys.modules.values(), *held)}
        for module in modules.values():
            if isinstance(module, ModuleType) and self._path_of(module):
                yield module

    def _path_of(self, module: ModuleType) -> str | None:
        place = vars(module).get("__file__")
        return self._program.path_of(place) if isinstance(place, str) else None

    def _changed_functions(self, module: ModuleType) -> Iterator[str]:
        path = self._path_of(module) or ""
        for name, code in self._program.functions(path).items():
            holder: Any = module
            *classes, last = name.split(".")
            for each in classes:
                holder = vars(holder).get(each)
                if not isinstance(holder, type):
                    break
            else:
                if last in vars(holder) and not _is(vars(holder)[last], code):
                    yield f"{name} is another function than the one in {path}"

    def _strange_imports(self, test: ModuleType) -> Iterator[str]:
        """Yield what a test's module imported from the program and that is something else."""
        place = Path(vars(test).get("__file__") or "/")
        below = place.is_relative_to(self._program.folder)
        path = place.relative_to(self._program.folder).as_posix() if below else ""
        tree = self._program.trees.get(path)
        if tree is None:
            return
        for name, alias in _imported_modules(tree):
            value = vars(test).get(alias)
            if value is None or name not in self._names:
                continue
            if getattr(value, "__file__", None) != self._names[name]:
                yield f"{alias} in {path} is not the module {name} of the program"
        for name, origin in Names(tree).imported():
            module, _, function = origin.rpartition(".")
            if module in self._names:
                code = self._program.functions(self._program.modules[module]).get(function)
                value = vars(test).get(name)
                if code is not None and value is not None and not _is(value, code):
                    yield f"{origin} is another function than the one in the program"


def _imported_modules(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Modules that a file imports as a whole, with the name each has there."""
    for statement in statements(tree.body):
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname or "." not in alias.name:
                    yield alias.name, alias.asname or alias.name


def _module(item: pytest.Item) -> ModuleType | None:
    module = getattr(item, "module", None)
    return module if isinstance(module, ModuleType) else None


def _is(value: object, code: CodeType) -> bool:
    function = getattr(value, "__func__", value)
    return type(function) is FunctionType and function.__code__ == code
