"""Find tests by reading the code, before any of it runs."""

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import PurePosixPath

_TEST_FILES = ("test_*.py", "*_test.py")


def find_tests(files: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of the test functions in each test file, ``Class::method`` for methods.

    Args:
        files: text of each project file by its path.

    Returns:
        By path, in the order of the paths; test files without a test have an empty list.
    """
    return {
        name: list(_tests_in(_read(files[name])))
        for name in sorted(files)
        if any(fnmatch(PurePosixPath(name).name, pattern) for pattern in _TEST_FILES)
    }


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
