"""What pytest, unittest and Python are made of before any code of the project ran."""

import builtins
import importlib
import sys
import threading
import unittest.case
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import is_
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import _pytest
import pluggy
from _pytest.config import default_plugins

from .meddling import OWN_BUILTINS

_OWN_PACKAGE = __name__.partition(".")[0]
_WHOLE = ("_pytest", "pluggy", "pytest", "unittest", _OWN_PACKAGE)
_OF_PYTEST = ("runner", "skipping", "python", "reports", "nodes", "unittest", "approx", "raises")
_DECIDING = frozenset(
    ("pytest", unittest.case.__name__, *(f"_pytest.{name}" for name in _OF_PYTEST))
)
_BY_PYTEST_ITSELF = frozenset(("_pytest.config.Config._getini_unknown_type",))  # legacypath.py
_PARTS = (FunctionType, property, classmethod, staticmethod, type)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A name that decides about results, where it is kept, and what it stood for.

    Attributes:
        name: to report it by.
        holder: what a module or a class keeps its names in.
        key: in the holder.
        value: what it stood for.
    """

    name: str
    holder: Mapping[str, object]
    key: str
    value: object

    @property
    def changed(self) -> bool:
        """Whether it stands for something else. Other code for the same function is heard of by
        the audit hook."""
        return self.holder.get(self.key) is not self.value


def load_plugins() -> None:
    """Load every module that pytest itself loads, so that nothing of it is loaded later."""
    for name in default_plugins:
        importlib.import_module(f"_pytest.{name}")


class Snapshot:
    """Remembers the parts that decide about results, to compare with later.

    Attributes:
        codes: numbers (``id``) of the code of every function of pytest, pluggy and the harness.
    """

    def __init__(self) -> None:
        modules = [
            module
            for name, module in tuple(sys.modules.items())
            if name.partition(".")[0] in _WHOLE and isinstance(module, ModuleType)
        ]
        of_python = [
            _Slot(f"builtins.{name}", vars(builtins), name, value)
            for name, value in vars(builtins).items()
            if name not in OWN_BUILTINS
        ]
        slots = [slot for module in modules for slot in _slots(module)]
        self._all = [*of_python, *(slot for slot in slots if slot.name not in _BY_PYTEST_ITSELF)]
        self._deciding = [
            *of_python,
            *(
                slot
                for module in modules
                if module.__name__ in _DECIDING
                for slot in _slots(module)
            ),
        ]
        self._holders = list({id(slot.holder): slot.holder for slot in self._deciding}.values())
        self._kept = self._contents()
        self._finders = list(sys.meta_path), list(sys.path_hooks)
        self._folder = Path.cwd()
        self.codes = frozenset(id(code) for slot in self._all if (code := code_of(slot.value)))

    def changes(self, *, everything: bool) -> list[str]:
        """Name what is another thing than it was.

        Args:
            everything: compare all that is remembered, rather than what decides most directly.
        """
        changed: list[str] = []
        if everything or not self._is_as_kept():
            slots = self._all if everything else self._deciding
            changed = [slot.name for slot in slots if slot.changed]
            self._kept = self._kept if changed else self._contents()
        return [*changed, *_tracers(), *self._strange_finders()]

    def _contents(self) -> list[list[object]]:
        return [list(holder.values()) for holder in self._holders]

    def _is_as_kept(self) -> bool:
        """Tell quickly whether all that decides holds the very objects it held before."""
        return all(
            len(holder) == len(kept) and all(map(is_, holder.values(), kept))
            for holder, kept in zip(self._holders, self._kept, strict=True)
        )

    def _strange_finders(self) -> Iterator[str]:
        """Finders of modules that the project put in; an installed package may bring its own."""
        lists: tuple[tuple[str, list[Any], list[Any]], ...] = (
            ("sys.meta_path", sys.meta_path, self._finders[0]),
            ("sys.path_hooks", sys.path_hooks, self._finders[1]),
        )
        for name, now, before in lists:
            if any(each not in now for each in before):
                yield name
            for each in now:
                if each not in before and _comes_from(each, self._folder):
                    yield name


def _slots(module: ModuleType) -> Iterator[_Slot]:
    for key, value in tuple(vars(module).items()):
        if isinstance(value, _PARTS):
            yield _Slot(f"{module.__name__}.{key}", vars(module), key, value)
            if isinstance(value, type) and value.__module__ == module.__name__:
                inside = vars(value)
                for inner, part in tuple(inside.items()):
                    if isinstance(part, _PARTS):
                        yield _Slot(f"{module.__name__}.{key}.{inner}", inside, inner, part)


def code_of(value: object) -> CodeType | None:
    """Return the code of a function or method, None for anything else."""
    function = getattr(value, "__func__", value)
    return function.__code__ if isinstance(function, FunctionType) else None


def _tracers() -> Iterator[str]:
    if sys.gettrace() is not None or threading.gettrace() is not None:
        yield "sys.settrace"
    if sys.getprofile() is not None or threading.getprofile() is not None:
        yield "sys.setprofile"


def _comes_from(finder: object, folder: Path) -> bool:
    """Tell whether the code of a finder lies in a folder, or nowhere that can be named."""
    function = finder.__func__ if isinstance(finder, MethodType) else finder
    owner = function if isinstance(function, FunctionType | type) else type(finder)
    module = sys.modules.get(owner.__module__)
    place = getattr(module, "__file__", None)
    return place is None or Path(place).is_relative_to(folder)


PYTEST_FOLDER = Path(_pytest.__file__).parent
MULTICALL = pluggy._callers._multicall  # noqa: SLF001  what runs every hook
