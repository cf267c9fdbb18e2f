"""Make copies of the tests that must fail: at their first line, or wherever they check."""

import ast
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import TypeGuard

from .suite import Function, WrittenTest, is_test_side, parse_all

_LINE_END = re.compile(rb"(?<=\n)|(?<=\r)(?!\n)")  # where Python's tokenizer ends a line
_COMPOUND = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar),
    *(ast.Match, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
)

_WHOLE_LINE = -1  # a compound statement begins its line


def make_failing(files: Mapping[str, str], tests: Iterable[WrittenTest]) -> dict[str, str]:
    """Put an assertion that fails before the first statement of each test.

    A test that passes all the same is not judged by what its code says. The line keeps its place
    where it can, so that line numbers stay.

    Args:
        files: text of each project file by its path.
        tests: the definitions to change.

    Returns:
        The files with another text, by their paths.
    """
    by_path: dict[str, list[Function]] = {}
    for test in tests:
        by_path.setdefault(test.path, []).append(test.function)
    return {path: _with_failures(files[path], found) for path, found in by_path.items()}


def replace_checks(files: Mapping[str, str], statement: str) -> dict[str, str]:
    """Put another statement in place of every assertion in the functions of the tests' files.

    Assertions are ``assert`` and statements that call a method named so, as ``unittest`` and mocks
    have them; those of helpers count too. Lines keep their numbers.

    Args:
        files: text of each project file by its path.
        statement: what to put there; line ends may be put behind its first bracket.

    Returns:
        The test side's Python files, by their paths.
    """
    trees = {path: tree for path, tree in parse_all(files).items() if is_test_side(path, tree)}
    return {path: _replaced(files[path], tree, statement) for path, tree in trees.items()}


def _replaced(text: str, tree: ast.Module, statement: str) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = _LINE_END.split(text.removeprefix(mark).encode())
    checks = {
        (node.lineno, node.col_offset): node
        for function in ast.walk(tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        if _is_check(node)
    }
    for (line, column), node in sorted(checks.items(), reverse=True):
        last, end = node.end_lineno or line, node.end_col_offset or column
        after = lines[last - 1][end:]
        kept = statement.replace("(", "(" + "\n" * (last - line), 1).encode()
        lines[line - 1 : last] = [lines[line - 1][:column] + kept + after, *[b""] * (last - line)]
    return mark + b"".join(lines).decode()


def _is_check(node: ast.AST) -> TypeGuard[ast.stmt]:
    if isinstance(node, ast.Assert):
        return True
    called = node.value if isinstance(node, ast.Expr) else None
    called = called.value if isinstance(called, ast.Await) else called
    function = called.func if isinstance(called, ast.Call) else None
    return getattr(function, "attr", "").lower().startswith("assert")


def _with_failures(text: str, functions: Iterable[Function]) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = _LINE_END.split(text.removeprefix(mark).encode())
    for line, column in sorted(map(_place, functions), reverse=True):
        whole = lines[line - 1]
        left = secrets.randbelow(1000)
        failure = f"assert {left} == {left + 1 + secrets.randbelow(1000)}".encode()
        if column is _WHOLE_LINE:
            indent = whole[: len(whole) - len(whole.lstrip())]
            lines[line - 1] = indent + failure + b"\n" + whole
        else:
            lines[line - 1] = whole[:column] + failure + b"; " + whole[column:]
    return mark + b"".join(lines).decode()


def _place(function: Function) -> tuple[int, int]:
    """Return the line of the first statement, and the column in bytes where another may precede."""
    first = function.body[0]
    if not isinstance(first, _COMPOUND):
        return first.lineno, first.col_offset
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    return min(part.lineno for part in (first, *decorators)), _WHOLE_LINE
