"""Make a copy of the tests in which every one must fail."""

import ast
import re
import secrets
from collections.abc import Iterable, Mapping

from .suite import Function, WrittenTest

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
