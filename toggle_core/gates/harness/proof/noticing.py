"""Whether a test itself found a mistake, or merely crashed on it."""

import ast
from collections.abc import Set
from functools import cache
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

_EXPECTING = ("aises", "arns")  # raises, assertRaises, warns, assertWarnsRegex
_ANY_ERROR = frozenset(("", "Exception", "BaseException"))
_MOST_NESTED = 20


class Noticing:
    """Judges exceptions by where they come from.

    Args:
        work: the folder of the project.
        tests: paths below it of the files that belong to the tests.
    """

    def __init__(self, work: str, tests: Set[str]) -> None:
        self._prefix = f"{work}/"
        self._tests = tests

    def noticed(self, error: BaseException, trace: TracebackType | None) -> bool:
        """Tell whether the last frame of the project is in a test, or a test expected an error.

        Where a test catches any error to fail in its stead, the program crashed. Of a group of
        exceptions, its first member decides.
        """
        for _ in range(_MOST_NESTED):
            if not isinstance(error, BaseExceptionGroup):
                break
            error = error.exceptions[0]
            trace = error.__traceback__ or trace
        frames = [
            (path, number)
            for frame, number in walk_tb(trace)
            if (path := frame.f_code.co_filename).startswith(self._prefix)
        ]
        if not frames:
            return False
        if self._is_test(frames[-1][0]):
            return frames[-1][1] not in _rescuing_lines(frames[-1][0])
        in_tests = [one for one in frames if self._is_test(one[0])]
        return bool(in_tests) and in_tests[-1][1] in _expecting_lines(in_tests[-1][0])

    def _is_test(self, path: str) -> bool:
        return path.removeprefix(self._prefix) in self._tests


@cache
def _expecting_lines(path: str) -> frozenset[int]:
    """Return the lines of a test file in which an exception is expected."""
    found: set[int] = set()
    for node in _nodes(path):
        if isinstance(node, ast.With | ast.AsyncWith):
            if any(_expects(item.context_expr) for item in node.items):
                found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        elif isinstance(node, ast.Call) and _expects(node):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(found)


@cache
def _rescuing_lines(path: str) -> frozenset[int]:
    """Return the lines of a test file that run where any error whatever was caught."""
    return frozenset(
        line
        for node in _nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (ast.unparse(node.type) if node.type else "") in _ANY_ERROR
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    )


def _nodes(path: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(Path(path).read_bytes())))
    except (OSError, SyntaxError, ValueError, RecursionError):
        return []


def _expects(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).rpartition(".")[2]
    return any(word in name for word in _EXPECTING)
