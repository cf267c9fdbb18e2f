"""Find tests by reading the code, before any of it runs."""

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import PurePosixPath

_TEST_FILES = ("test_*.py", "*_test.py")
_CHECKING_WORDS = ("assert", "raises", "warns", "fail", "expect", "verify", "check")

HARMLESS_HOOKS = frozenset(
    (
        *("pytest_addoption", "pytest_configure", "pytest_unconfigure", "pytest_generate_tests"),
        *("pytest_collection_modifyitems", "pytest_make_parametrize_id", "pytest_sessionstart"),
        *("pytest_runtest_setup", "pytest_runtest_teardown", "pytest_assertrepr_compare"),
        *("pytest_report_header", "pytest_terminal_summary", "pytest_plugins"),
    )
)
"""Hooks of pytest a project may have: by them alone no failure becomes a success."""


def find_tests(files: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of the test functions in each test file, ``Class::method`` for methods.

    Args:
        files: text of each project file by its path.

    Returns:
        By path, in the order of the paths; test files without a test have an empty list.
    """
    return {
        name: list(_tests_in(_read(files[name]))) for name in sorted(files) if is_test_file(name)
    }


def is_test_file(name: str) -> bool:
    """Tell whether pytest takes a file for tests, by its path."""
    return any(fnmatch(PurePosixPath(name).name, pattern) for pattern in _TEST_FILES)


def find_meddling(files: Mapping[str, str]) -> list[str]:
    """Return where the project reaches into how its tests are run, as ``path: what``."""
    return [
        f"{name}: {what}"
        for name in sorted(files)
        if name.endswith(".py")
        for node in _nodes(files[name])
        for what in _meddling(node)
    ]


def count_checks(files: Mapping[str, str]) -> int:
    """Return how many places in the test files check something, by the look of them."""
    tests = (text for name, text in files.items() if is_test_file(name))
    return sum(_checks(node) for text in tests for node in _nodes(text))


def _nodes(text: str) -> Iterator[ast.AST]:
    for statement in _read(text):
        yield from ast.walk(statement)


def _checks(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    called = ast.unparse(node.func).lower() if isinstance(node, ast.Call) else ""
    return any(word in called for word in _CHECKING_WORDS)


def _meddling(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        if node.name.startswith("pytest_") and node.name not in HARMLESS_HOOKS:
            yield node.name
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if _is_inner(alias.name))
    elif isinstance(node, ast.ImportFrom) and _is_inner(node.module or ""):
        yield node.module or ""


def _is_inner(module: str) -> bool:
    """Tell whether a module is one that decides about results: pytest's inside, or this package."""
    return module.partition(".")[0] in ("_pytest", "pluggy", "harness")


def _read(text: str) -> list[ast.stmt]:
    """Parse a file; one that cannot be parsed holds no test, and pytest will say why."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _tests_in(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            if statement.name.startswith("test") and not _is_fixture(statement):
                yield statement.name
        elif isinstance(statement, ast.ClassDef):
            yield from (f"{statement.name}::{name}" for name in _tests_in(statement.body))


def _is_fixture(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)
