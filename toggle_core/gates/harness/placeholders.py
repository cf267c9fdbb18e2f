"""Find functions that are called and do nothing yet."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .suite import is_test_file

_ON_PURPOSE = re.compile(
    r"no.?op|noop|nothing|ignor|skip|silen|null|dummy|empty|quiet|intentional|by default|subclass"
    r"|overrid|hook|optional|never called|placeholder for subclasses",
    re.IGNORECASE,
)
_SAYS_STUB = re.compile(
    r"\bnot\s+(?:yet\s+)?implemented\b|\bunimplemented\b|\bto\s+be\s+implemented\b"
    r"|\bTODO\b|\bstub\b|\bimplement\s+(?:me|this)\b",
    re.IGNORECASE,
)
_OPEN_DECORATORS = re.compile(r"abstract|overload|hookspec|hookimpl|fixture|singledispatch")
_OPEN_BASES = frozenset(("Protocol", "ABC", "TypedDict", "NamedTuple", "Enum"))


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of the project.

    Attributes:
        path: of its file.
        node: its definition.
        owner: the class it is a method of, None for a function.
    """

    path: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    owner: ast.ClassDef | None


def find_stubs(files: Mapping[str, str]) -> list[str]:
    """Return the stubs of a project that its code calls, as ``path:line: sentence``.

    A stub is a function whose whole body is ``pass``, ``...``, a docstring, or an error or a text
    that says that it is not implemented. What is left open on purpose does not count: abstract
    methods, protocols, overloads, methods that another class defines, empty overrides of a base
    class from elsewhere, and functions that say they do nothing.

    Args:
        files: text of each project file by its path.
    """
    trees = {
        path: tree
        for path, text in sorted(files.items())
        if path.endswith(".py") and not _is_for_tests(path) and (tree := _parse(text))
    }
    project = _read(trees)
    return [
        f"{one.path}:{one.node.lineno}: {one.node.name} {what}"
        for one in project.functions
        if one.node.name in project.used
        and (what := _stub(one.node))
        and not _is_open(one, project, loud=what == _RAISES)
    ]


@dataclass(frozen=True, slots=True)
class _Project:
    """What is known of a project's functions.

    Attributes:
        functions: all of them.
        used: every name that is read somewhere.
        written: names of functions that have a body somewhere.
        extended: names of classes that another class of the project extends.
    """

    functions: tuple[_Function, ...]
    used: frozenset[str]
    written: frozenset[str]
    extended: frozenset[str]


def _read(trees: Mapping[str, ast.Module]) -> _Project:
    functions = tuple(one for path, tree in trees.items() for one in _functions(path, tree))
    return _Project(
        functions=functions,
        used=frozenset(name for tree in trees.values() for name in _used_names(tree)),
        written=frozenset(one.node.name for one in functions if _stub(one.node) is None),
        extended=frozenset(name for tree in trees.values() for name in _extended(tree)),
    )


_RAISES = "is called and only says that it is not implemented"
_EMPTY = "is called and has no body yet"


def _is_for_tests(path: str) -> bool:
    return is_test_file(path) or "tests" in path.split("/") or path.endswith("conftest.py")


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _functions(path: str, tree: ast.Module) -> Iterator[_Function]:
    """All functions but those inside another, iteratively: code may be nested deeply."""
    waiting: list[tuple[ast.AST, ast.ClassDef | None]] = [(tree, None)]
    while waiting:
        node, owner = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield _Function(path, child, owner)
            elif isinstance(child, ast.stmt | ast.excepthandler):
                waiting.append((child, child if isinstance(child, ast.ClassDef) else owner))


def _used_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr


def _extended(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (ast.unparse(base).rpartition(".")[2] for base in node.bases)


def _stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Return what is wrong with a function without a body of its own, None if it has one."""
    body = [statement for statement in function.body if not _is_text(statement)]
    if not body:
        return _EMPTY
    if len(body) > 1:
        return None
    [only] = body
    if isinstance(only, ast.Pass) or (
        isinstance(only, ast.Expr)
        and isinstance(only.value, ast.Constant)
        and only.value.value is ...
    ):
        return _EMPTY
    return _RAISES if _says_stub(only) else None


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _says_stub(statement: ast.stmt) -> bool:
    """Tell whether one statement raises, returns or prints that something is not implemented."""
    if isinstance(statement, ast.Raise):
        raised = ast.unparse(statement.exc) if statement.exc else ""
        return raised.startswith("NotImplementedError") or bool(_SAYS_STUB.search(raised))
    said: ast.expr | None = None
    if isinstance(statement, ast.Return):
        said = statement.value
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        said = call.args[0] if len(call.args) == 1 and ast.unparse(call.func) == "print" else None
    return (
        isinstance(said, ast.Constant)
        and isinstance(said.value, str)
        and bool(_SAYS_STUB.search(said.value))
    )


def _is_open(one: _Function, project: _Project, *, loud: bool) -> bool:
    """Tell whether a function is left open on purpose.

    Args:
        one: the function.
        project: what it belongs to.
        loud: whether it says that it is not implemented, in place of doing nothing.
    """
    if any(_OPEN_DECORATORS.search(ast.unparse(item)) for item in one.node.decorator_list):
        return True
    if one.owner is not None:
        bases = {ast.unparse(base).rpartition(".")[2] for base in one.owner.bases}
        if one.node.name in project.written or bases & _OPEN_BASES:
            return True
        if one.owner.name in project.extended:
            return True
        if bases and not loud:
            return True
    if loud:
        return False
    about = f"{one.node.name} {ast.get_docstring(one.node) or ''}"
    return (
        one.node.name in project.written
        or one.node.name.startswith(("__", "on_", "before_", "after_"))
        or bool(_ON_PURPOSE.search(about))
    )
