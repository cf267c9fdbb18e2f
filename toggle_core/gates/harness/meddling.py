"""Find, by reading, where a project reaches into how its tests are run or judged.

One rule: a project leaves pytest, unittest, the import system, tracing and ``AssertionError`` as
they are. It may patch its own modules and the standard library's other parts, and use fixtures,
markers, options, and the hooks by which no test can vanish or pass.
"""

import ast
from collections.abc import Iterator, Mapping

from .names import Names
from .suite import Function, is_test_side

HARMLESS_HOOKS = frozenset(
    (
        *("pytest_addoption", "pytest_configure", "pytest_unconfigure", "pytest_generate_tests"),
        *("pytest_collection_modifyitems", "pytest_make_parametrize_id", "pytest_sessionstart"),
        *("pytest_sessionfinish", "pytest_runtest_setup", "pytest_runtest_teardown"),
        *("pytest_assertrepr_compare", "pytest_report_header", "pytest_terminal_summary"),
        *("pytest_report_teststatus", "pytest_exception_interact", "pytest_warning_recorded"),
        *("pytest_deselected", "pytest_plugins"),
    )
)
"""Hooks of pytest a project may have: by them alone no test vanishes unseen, and none passes."""

OWN_BUILTINS = frozenset(
    ("open", "input", "print", "__import__", "exit", "quit", "breakpoint", "help", "_")
)
"""Built-in names that tests replace by custom, to talk to the program; the others decide."""

_FORBIDDEN = (
    *("sys.settrace", "sys.setprofile", "sys.monitoring", "sys.meta_path", "sys.path_hooks"),
    *("sys._current_frames", "threading.settrace", "threading.setprofile"),
    *("threading.settrace_all_threads", "threading.setprofile_all_threads", "ctypes.pythonapi"),
    *("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
)
_KEPT_WHOLE = ("pytest", "_pytest", "pluggy", "builtins", "unittest.TestCase", "unittest.case")
_OPTIONS_OF_UNITTEST = frozenset(("maxDiff", "longMessage"))
_INSIDE = ("_pytest", "pluggy", "harness")
_TYPES_FOR_ANNOTATIONS = frozenset(
    (
        *("MonkeyPatch", "CaptureFixture", "LogCaptureFixture", "FixtureRequest", "SubRequest"),
        *("TempPathFactory", "TempdirFactory", "WarningsRecorder", "Config", "Parser"),
    )
)
_HIDDEN_PARTS = frozenset(
    (
        *("add_hookcall_monitoring", "subset_hook_caller", "set_blocked"),
        *("_inner_hookexec", "_hookexec", "_hookimpls"),
    )
)
_FRAMES = frozenset(("f_back", "f_trace", "f_builtins", "tb_frame", "gi_frame", "cr_frame"))
_FRAME_FINDERS = ("sys._getframe", "inspect.currentframe", "inspect.stack", "inspect.trace")
_PARTS_OF_A_TEST = frozenset(("__class__", "__code__", "__builtins__", "runtest", "_obj"))
_ITEMS = frozenset(("item", "items", "node", "pyfuncitem", "metafunc", "definition"))
_SETTERS = frozenset(("setattr", "delattr", "__setattr__", "setitem", "delitem"))
_WAYS_TO_FILL_A_DICT = frozenset(
    ("update", "pop", "clear", "setdefault", "__setitem__", "__delitem__")
)
_DECIDING_NAMES = frozenset(("AssertionError", "__builtins__"))


def find_meddling(trees: Mapping[str, ast.Module]) -> list[str]:
    """Return where a project reaches into how its tests are run, as ``path:line: what``."""
    hidden = [
        f"{path} is hidden by {other}" for path in trees if (other := _package(path)) in trees
    ]
    return hidden + [
        f"{path}:{getattr(node, 'lineno', 1)}: {what}"
        for path, tree in trees.items()
        for node, what in _Reader(tree, tests=is_test_side(path, tree)).meddling()
    ]


def _package(path: str) -> str:
    """Return the package that Python imports in place of a module of the same name."""
    return f"{path.removesuffix('.py')}/__init__.py"


class _Reader:
    """Reads one file."""

    def __init__(self, tree: ast.Module, *, tests: bool) -> None:
        self._tree = tree
        self._tests = tests
        self._names = Names(tree)

    def meddling(self) -> Iterator[tuple[ast.AST, str]]:
        for node in ast.walk(self._tree):
            for what in (*self._used(node), *map(_changes, self._changed(node))):
                if what:
                    yield node, what

    def _used(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, Function):
            if node.name.startswith("pytest_") and node.name not in HARMLESS_HOOKS:
                yield f"defines the hook {node.name}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imports(node)
        elif isinstance(node, ast.Attribute | ast.Name | ast.Call):
            dotted = self._names.dotted(node)
            known = (*_FORBIDDEN, *_FRAME_FINDERS) if self._tests else _FORBIDDEN
            if dotted in known:
                yield f"uses {dotted}"
            last = dotted.rpartition(".")[2] or getattr(node, "attr", "")
            hidden = last in _HIDDEN_PARTS or dotted.endswith(".pluginmanager.unregister")
            if hidden or (self._tests and last in _FRAMES):
                yield f"uses {last}"
        elif isinstance(node, ast.Constant) and str(node.value).partition(".")[0] == "_pytest":
            yield "names the inside of pytest"

    def _changed(self, node: ast.AST) -> Iterator[str]:
        """Yield the dotted names that a node binds, sets, patches or deletes."""
        if isinstance(node, ast.Attribute | ast.Subscript) and _is_target(node):
            holder = node.value if isinstance(node, ast.Subscript) else node
            yield self._names.dotted(node) or f"{self._names.dotted(holder)}.?"
            if isinstance(node, ast.Attribute):
                yield from self._of_a_test(node)
        elif isinstance(node, ast.Call):
            yield from self._patched(node)
        elif _bound(node) in _DECIDING_NAMES:
            yield _bound(node)

    def _of_a_test(self, node: ast.Attribute) -> Iterator[str]:
        held = getattr(node.value, "id", getattr(node.value, "attr", ""))
        part = node.attr in _PARTS_OF_A_TEST or (node.attr == "obj" and held in _ITEMS)
        if node.attr == "f_lineno" or (self._tests and part):
            yield f"a test.{node.attr}"

    def _patched(self, call: ast.Call) -> Iterator[str]:
        """Yield what ``setattr``, ``monkeypatch`` and ``mock.patch`` are given to change."""
        called = getattr(call.func, "attr", getattr(call.func, "id", ""))
        way = self._names.dotted(call.func)
        if called in _WAYS_TO_FILL_A_DICT:
            holder, _, last = self._names.dotted(getattr(call.func, "value", call)).rpartition(".")
            if last == "__dict__":
                yield f"{holder}.?"
        elif call.args and (called in _SETTERS or "patch" in way.rpartition(".")[0] + called):
            first, second = (_text(call.args, position) for position in (0, 1))
            holder = self._names.dotted(call.args[0])
            yield first or (f"{holder}.{second or '?'}" if holder else "")
            if second in _PARTS_OF_A_TEST and self._tests:
                yield f"a test.{second}"


def _text(arguments: list[ast.expr], position: int) -> str:
    """Return the text that one of the arguments is, empty if it is none."""
    value = getattr(arguments[position], "value", "") if position < len(arguments) else ""
    return value if isinstance(value, str) else ""


def _changes(name: str) -> str:
    """Say what is wrong with changing what a dotted name stands for, empty if nothing is."""
    top, _, rest = name.partition(".")
    last = name.rpartition(".")[2]
    kept = any(name == whole or name.startswith(f"{whole}.") for whole in _KEPT_WHOLE)
    if (top == "builtins" and rest in OWN_BUILTINS) or (
        top == "unittest" and last in _OPTIONS_OF_UNITTEST
    ):
        kept = False
    kept = kept or last in _DECIDING_NAMES or name.startswith(("@", "a test."))
    return f"changes {name}" if kept else ""


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif node.module and {alias.name for alias in node.names} <= _TYPES_FOR_ANNOTATIONS:
        modules = []
    else:
        modules = [node.module or ""] if not node.level else []
    for module in modules:
        if module.partition(".")[0] in _INSIDE:
            yield f"imports {module}"


def _bound(node: ast.AST) -> str:
    """Return the name that a node binds, empty if none."""
    if isinstance(node, Function | ast.ClassDef | ast.ExceptHandler | ast.MatchAs):
        return node.name or ""
    if isinstance(node, ast.alias):
        return node.asname or node.name
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node, ast.Name) and _is_target(node) else ""


def _is_target(node: ast.Attribute | ast.Subscript | ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)
