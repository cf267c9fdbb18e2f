"""Which variables of the environment some code reads, and what it does where one is not set."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

COMPUTED = "<computed>"
"""Stands for a default that the program makes up by itself, such as a random key."""

_ENVIRONMENTS = frozenset(("environ", "env", "environment"))
_LOOKUPS = frozenset(("get", "pop", "setdefault"))
_MAKING = ("secrets.", "token_", "uuid", "random", "generate", "new_", "make_", "create_", "hash")


@dataclass(slots=True)
class Variable:
    """A variable of the environment.

    Attributes:
        default: what is used without it, ``COMPUTED`` for what is made up; None where nothing is.
        direct: it is read from what is the environment by its name, not by some function.
    """

    default: str | None = None
    direct: bool = False


def read_variables(
    trees: Iterable[ast.Module], constants: Mapping[str, str]
) -> dict[str, Variable]:
    """Return the variables that some modules read.

    Args:
        trees: the modules.
        constants: the text of names that stand for one.
    """
    reader = _Reader(constants)
    for tree in trees:
        reader.visit(tree)
    return reader.found


def dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for such an expression, an empty text for any other."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def text_of(node: ast.AST | None) -> str | None:
    """Return the text that a constant is, None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


class _Reader(ast.NodeVisitor):
    def __init__(self, constants: Mapping[str, str]) -> None:
        self.found: dict[str, Variable] = {}
        self._constants = constants
        self._noted: list[str] = []
        self._targets: dict[str, list[str]] = {}
        self._fallback: str | None = None

    def visit_Subscript(self, node: ast.Subscript) -> None:
        direct = _last(node.value) in _ENVIRONMENTS
        if direct or self._is_named_like_a_variable(node.slice):
            stored = isinstance(node.ctx, ast.Store)
            self._note(node.slice, COMPUTED if stored else None, direct=direct)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _last(node.func)
        holder = _last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        direct = "env" in name.lower() or (name in _LOOKUPS and holder in _ENVIRONMENTS)
        if node.args and (direct or self._is_named_like_a_variable(node.args[0])):
            given = (*node.args[1:2], *(each.value for each in node.keywords))
            default = next((found for each in given if (found := _default(each))), None)
            self._note(node.args[0], default, direct=direct)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        last = _default(node.values[-1]) if isinstance(node.op, ast.Or) else None
        with self._falling_back_to(last):
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        for used, other in ((node.body, node.orelse), (node.orelse, node.body)):
            with self._falling_back_to(_default(other)):
                self.visit(used)

    def visit_Try(self, node: ast.Try) -> None:
        caught = [each for each in node.handlers if each.type and "KeyError" in _names(each.type)]
        filled = any(_fillings(statement) for each in caught for statement in each.body)
        with self._falling_back_to(COMPUTED if filled else None):
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        before = len(self._noted)
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._targets.setdefault(target.id, []).extend(self._noted[before:])

    def visit_If(self, node: ast.If) -> None:
        """A variable whose value is replaced where it is empty has a default."""
        filled = {name for statement in node.body for name in _fillings(statement)}
        for name in _names(node.test) & filled:
            for variable in self._targets.get(name, ()):
                self.found[variable].default = self.found[variable].default or COMPUTED
        self.generic_visit(node)

    @contextmanager
    def _falling_back_to(self, default: str | None) -> Iterator[None]:
        outer, self._fallback = self._fallback, default or self._fallback
        yield
        self._fallback = outer

    def _note(self, name: ast.AST, default: str | None, *, direct: bool) -> None:
        text = self._constants.get(name.id) if isinstance(name, ast.Name) else text_of(name)
        if text:
            variable = self.found.setdefault(text, Variable())
            variable.default = variable.default or default or self._fallback
            variable.direct = variable.direct or direct
            self._noted.append(text)

    def _is_named_like_a_variable(self, node: ast.AST) -> bool:
        text = text_of(node) or ""
        return "_" in text and text.isascii() and text.isupper() and text.isidentifier()


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _fillings(statement: ast.stmt) -> list[str]:
    """Names that a statement gives a default to; ``return`` for what a function returns."""
    if isinstance(statement, ast.Return) and statement.value and _default(statement.value):
        return ["return"]
    if not isinstance(statement, ast.Assign) or not _default(statement.value):
        return []
    return [each.id for each in statement.targets if isinstance(each, ast.Name)]


def _default(node: ast.AST) -> str | None:
    """Return a default, None for an empty one and for what only looks somewhere else."""
    if isinstance(node, ast.Constant):
        return str(node.value) if node.value else None
    if isinstance(node, ast.Name):
        return COMPUTED
    made = ast.unparse(node).lower()
    elsewhere = "environ" in made or "getenv" in made
    return COMPUTED if not elsewhere and any(word in made for word in _MAKING) else None
