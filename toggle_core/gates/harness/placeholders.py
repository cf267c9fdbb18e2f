"""Find functions that are called and do nothing yet."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .fill_ins import python_comments
from .sources import parse_file
from .suite import is_test_file

_ON_PURPOSE = re.compile(
    r"no.?op|noop|nothing|ignor|skip|silen|null|dummy|empty|quiet|intentional|by default|subclass"
    r"|overrid|hook|optional|never called|placeholder for subclasses",
    re.IGNORECASE,
)
_SAYS_STUB = re.compile(
    r"\bnot\s+(?:yet\s+)?implemented\b|\bunimplemented\b|\bto\s+be\s+implemented\b"
    r"|\bTODO\b|\bstub\b|\bcoming\s+soon\b|\bimplement\s+(?:me|this)\b"
    r"|\bnot\s+(?:yet\s+)?(?:done|supported|written)\s+yet\b"
    r"|\bnot\s+yet\s+(?:supported|written)\b",
    re.IGNORECASE,
)
_OPEN_DECORATORS = re.compile(r"abstract|overload|hookspec|hookimpl|fixture|singledispatch")
_LATER = re.compile(
    r"\bTODO\b|\bFIXME\b|\bplaceholder\b|\b(?:later|future)\s+version\b|\breal\s+(?:app|application"
    r"|implementation|program|project)\b|\bfor\s+now\b|\bdummy\b|\bstub\b|not\s+implemented"
    r"|\bpretend|\bsimulate",
    re.IGNORECASE,
)
_CALLED_BY_SERVER = re.compile(r"do_(?:GET|POST|PUT|PATCH|DELETE)")
_OPEN_BASES = frozenset(("Protocol", "ABC", "TypedDict", "NamedTuple", "Enum"))


@dataclass(frozen=True, slots=True)
class _Function:
    """A function of the project.

    Attributes:
        path: of its file.
        node: its definition.
        owner: the class it is a method of, None for a function.
        comments: the comments in its lines.
        imports: where the names come from that its file imports, by name.
    """

    path: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    owner: ast.ClassDef | None
    comments: str
    imports: Mapping[str, str]


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
        if path.endswith(".py") and not _is_for_tests(path) and (tree := parse_file(text))
    }
    project = _read(trees, files)
    return [
        f"{one.path}:{one.node.lineno}: {one.node.name} {what}"
        for one in project.functions
        if (_is_used(one, project) or _is_called_by_server(one))
        and (what := _stub(one))
        and not _is_open(one, project, loud=what in (_RAISES, _POSTPONED))
    ]


@dataclass(frozen=True, slots=True)
class _Project:
    """What is known of a project's functions.

    Attributes:
        functions: all of them.
        names: every name that is read somewhere.
        attributes: every attribute that is read somewhere.
        written: names of functions that have a body somewhere.
        extended: names of classes that another class of the project extends.
    """

    functions: tuple[_Function, ...]
    names: frozenset[str]
    attributes: frozenset[str]
    written: frozenset[str]
    extended: frozenset[str]


def _read(trees: Mapping[str, ast.Module], files: Mapping[str, str]) -> _Project:
    functions = tuple(
        one for path, tree in trees.items() for one in _functions(path, tree, files[path])
    )
    used = [node for tree in trees.values() for node in _used(tree)]
    return _Project(
        functions=functions,
        names=frozenset(node.id for node in used if isinstance(node, ast.Name)),
        attributes=frozenset(node.attr for node in used if isinstance(node, ast.Attribute)),
        written=frozenset(one.node.name for one in functions if _stub(one) is None),
        extended=frozenset(name for tree in trees.values() for name in _extended(tree)),
    )


_RAISES = "is called and only says that it is not implemented"
_EMPTY = "is called and has no body yet"
_POSTPONED = "is called and leaves its work for later"


def _is_for_tests(path: str) -> bool:
    return is_test_file(path) or "tests" in path.split("/") or path.endswith("conftest.py")


def _functions(path: str, tree: ast.Module, text: str) -> Iterator[_Function]:
    """All functions but those inside another, iteratively: code may be nested deeply."""
    comments = dict(python_comments(text))
    imports = _imports(tree)
    waiting: list[tuple[ast.AST, ast.ClassDef | None]] = [(tree, None)]
    while waiting:
        node, owner = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = range(child.lineno, (child.end_lineno or child.lineno) + 1)
                inside = " ".join(comments[line] for line in lines if line in comments)
                yield _Function(path, child, owner, inside, imports)
            elif isinstance(child, ast.stmt | ast.excepthandler):
                waiting.append((child, child if isinstance(child, ast.ClassDef) else owner))


def _imports(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            before = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            found |= {alias.asname or alias.name: before + alias.name for alias in node.names}
    return found


def _used(tree: ast.AST) -> Iterator[ast.Name | ast.Attribute]:
    # Who asks for the type of a function does not call it.
    typed = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "type"
        for argument in node.args
    }
    for node in ast.walk(tree):
        if id(node) in typed or not isinstance(node, ast.Name | ast.Attribute):
            continue
        if isinstance(node.ctx, ast.Load):
            yield node


def _is_used(one: _Function, project: _Project) -> bool:
    """Whether a function may be called; a method's name alone, without an object, calls nothing."""
    name = one.node.name
    return name in project.attributes or (one.owner is None and name in project.names)


def _extended(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from (ast.unparse(base).rpartition(".")[2] for base in node.bases)


def _is_called_by_server(one: _Function) -> bool:
    return one.owner is not None and bool(_CALLED_BY_SERVER.fullmatch(one.node.name))


def _stub(one: _Function) -> str | None:
    """Return what is wrong with a function without a body of its own, None if it has one."""
    body = [statement for statement in one.node.body if not _is_text(statement)]
    if len(body) > 1:
        return None
    only = body[0] if body else ast.Pass()
    if isinstance(only, ast.Pass) or ast.unparse(only) == "...":
        return _EMPTY
    if (_returns_nothing(only) or _says_a_text(only)) and _LATER.search(one.comments):
        return _POSTPONED
    return _RAISES if _says_stub(only) else None


def _returns_nothing(statement: ast.stmt) -> bool:
    """Whether a statement returns a constant, or an empty list or mapping."""
    if not isinstance(statement, ast.Return):
        return False
    value = statement.value
    empty = (
        isinstance(value, ast.List | ast.Tuple | ast.Dict)
        and not list(ast.iter_child_nodes(value))[1:]
    )
    return value is None or isinstance(value, ast.Constant) or empty


def _says_a_text(statement: ast.stmt) -> bool:
    """Whether a statement only calls something with constants: prints a text, writes a file."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    call = statement.value
    return all(isinstance(one, ast.Constant) for one in call.args) and not call.keywords


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
    if one.owner is not None and _is_open_method(one, one.owner, project, loud=loud):
        return True
    about = f"{one.node.name} {ast.get_docstring(one.node) or ''}"
    return not loud and (
        one.node.name in project.written
        or one.node.name.startswith(("__", "on_", "before_", "after_"))
        or bool(_ON_PURPOSE.search(about))
    )


def _is_open_method(one: _Function, owner: ast.ClassDef, project: _Project, *, loud: bool) -> bool:
    bases = {ast.unparse(base).rpartition(".")[2] for base in owner.bases}
    if one.node.name in project.written or bases & _OPEN_BASES or owner.name in project.extended:
        return True
    if not bases:
        return False
    inherited = not loud and not _is_called_by_server(one) and _may_inherit(one)
    return _is_refusal(one.node) or inherited


def _is_refusal(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a method of a base class raises that its class cannot do it, and says why."""
    last = function.body[-1]
    if not isinstance(last, ast.Raise) or not isinstance(last.exc, ast.Call) or not last.exc.args:
        return False
    return not _SAYS_STUB.search(ast.unparse(last.exc.args[0]))


def _may_inherit(one: _Function) -> bool:
    """Whether a base class may have the method."""
    bases = one.owner.bases if one.owner else []
    return any(_may_have(ast.unparse(base), one) for base in bases)


def _may_have(base: str, one: _Function) -> bool:
    """Whether a class may have the method: one of Python's own is asked, of others all may."""
    first, _, rest = base.partition(".")
    module, _, name = (one.imports.get(first, "") + (f".{rest}" if rest else "")).rpartition(".")
    if not module or module.partition(".")[0] not in sys.stdlib_module_names:
        return True
    try:
        known = getattr(importlib.import_module(module), name, None)
    except Exception:  # some need a display or a library that is not here
        return True
    return known is None or hasattr(known, one.node.name)
