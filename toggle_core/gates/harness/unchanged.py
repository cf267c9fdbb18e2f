"""Notice whether the project's code changes how pytest runs its tests, while they run.

It shares a process with pytest, so this is no wall: it sees what a test suite would do that wants
to be green, not what is written against this very module. ``docs/sandbox.md`` says what remains.
"""

import builtins
from dataclasses import dataclass
from types import CodeType, FunctionType, MethodType

import pytest
from _pytest.unittest import TestCaseFunction

from .meddling import HARMLESS_HOOKS
from .snapshot import MULTICALL, Snapshot, code_of

_KINDS = (pytest.Function, TestCaseFunction)


@dataclass(frozen=True, slots=True)
class _Collected:
    """The function of a test as it was found, with its code; None where it has none."""

    function: FunctionType | None
    code: CodeType | None


class Watch:
    """Remembers pytest's inside and each collected test, to compare with later.

    Attributes:
        manager: pytest's plugin manager, once it is known.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.manager: pytest.PytestPluginManager | None = None
        self._snapshot = snapshot
        self._own_hooks: dict[tuple[tuple[str, int], ...], list[tuple[str, object]]] = {}
        self._found: dict[str, _Collected] = {}
        self._called: set[str] = set()

    def collected(self, item: pytest.Item) -> None:
        """Remember the function of a test as it was found."""
        function = _function(item)
        self._found[item.nodeid] = _Collected(function, function.__code__ if function else None)

    def called(self, item: pytest.Item) -> list[str]:
        """Note that pytest itself is about to call a test; return what is changed."""
        self._called.add(item.nodeid)
        return self._changes(item)

    def ended(self, item: pytest.Item) -> list[str]:
        """Return what is changed when the call of a test has ended, or was passed over."""
        # Tests of unittest's kind are run by unittest, not by the hook that notes calls.
        passed_over = type(item) is pytest.Function and item.nodeid not in self._called
        return [*self._changes(item), *([f"the test {item.nodeid}"] if passed_over else [])]

    def everything(self) -> list[str]:
        """Return what is changed of all that is remembered."""
        return [*self._snapshot.changes(everything=True), *self._strange_hooks()]

    def is_rewritten(self, path: str) -> bool:
        """Tell whether the project asked pytest to rewrite the assertions in one of its files."""
        hook = self.manager.rewrite_hook if self.manager else None
        asked: set[str] = getattr(hook, "_must_rewrite", set())
        name = path.removeprefix("src/").removesuffix(".py").replace("/", ".")
        return any(f"{name}.".startswith(f"{each}.") for each in asked)

    def _changes(self, item: pytest.Item) -> list[str]:
        changed = [*self._snapshot.changes(everything=False), *self._strange_hooks()]
        return [*changed, *([] if self._is_as_found(item) else [f"the test {item.nodeid}"])]

    def _is_as_found(self, item: pytest.Item) -> bool:
        found, function = self._found.get(item.nodeid), _function(item)
        if type(item) not in _KINDS or found is None or function is not found.function:
            return False
        # What stands in the item itself goes before the methods of its class.
        own = any(callable(getattr(type(item), name, None)) for name in vars(item))
        if own or function is None:
            return not own
        return (
            function.__code__ is found.code
            and "AssertionError" not in function.__globals__
            and getattr(function, "__builtins__", None) is vars(builtins)
        )

    def _strange_hooks(self) -> list[str]:
        """Name the hooks that decide about results and that are not pytest's own functions."""
        if self.manager is None:
            return []
        hooks = [
            (name, each.function)
            for name, caller in vars(self.manager.hook).items()
            if name not in HARMLESS_HOOKS and name.startswith("pytest_")
            for each in caller.get_hookimpls()
        ]
        # By identity: what a project registers may be equal to whatever it is compared with.
        key = tuple((name, id(function)) for name, function in hooks)
        if key not in self._own_hooks:
            codes = self._snapshot.codes
            strange = {name for name, function in hooks if id(code_of(function)) not in codes}
            if strange:
                return sorted(strange)
            self._own_hooks[key] = hooks  # which keeps them, so that no id is used anew
        replaced = self.manager._inner_hookexec is not MULTICALL  # noqa: SLF001  no other name
        return ["the call of every hook"] if replaced else []


def _function(item: pytest.Item) -> FunctionType | None:
    if not isinstance(item, pytest.Function):
        return None
    function = item.obj.__func__ if isinstance(item.obj, MethodType) else item.obj
    return function if type(function) is FunctionType else None
