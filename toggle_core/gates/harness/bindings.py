"""What a function, a module or a loop of a comprehension binds, and which names it checks."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .expressions import assignments
from .sources import Function, Source

_GUARDS = frozenset(("isidentifier", "isdigit", "isdecimal", "isnumeric", "isalnum", "isalpha"))
_MATCHES = frozenset(("match", "fullmatch"))
_FILLING = frozenset(("append", "extend", "insert", "add", "update", "setdefault"))


@dataclass(frozen=True, slots=True)
class Bindings:
    """A function, module or loop of a comprehension.

    Attributes:
        bound: what is assigned to each name or filled into it.
        guarded: names that are compared with what is allowed, or with a pattern.
    """

    bound: dict[str, list[ast.expr]]
    guarded: frozenset[str]


def read_bindings(scope: ast.AST) -> Bindings:
    """Return what a function, a module or a loop of a comprehension binds and checks."""
    bound: dict[str, list[ast.expr]] = {}
    guarded: set[str] = set()
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        for target, value in assignments(node):
            name = target.value if isinstance(target, ast.Subscript) else target
            if isinstance(name, ast.Name):
                bound.setdefault(name.id, []).append(value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and node.func.attr in _FILLING:
                bound.setdefault(owner.id, []).extend(node.args)
        guarded |= _guarded(node)
        # A comprehension has names of its own, but what it checks holds around it, too.
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, Function | ast.ClassDef)
            and not (isinstance(child, ast.comprehension) and child is not scope)
        ]
        waiting += [
            test
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.comprehension)
            for test in child.ifs
        ]
    return Bindings(bound, frozenset(guarded))


def comprehensions(node: ast.AST, source: Source) -> Iterator[ast.AST]:
    """Yield the loops of the comprehensions around a node, within its function."""
    for one in source.above(node):
        if isinstance(one, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            yield from one.generators
        elif isinstance(one, Function):
            return


def _guarded(node: ast.AST) -> set[str]:
    """Return the name that a node compares with a list of what is allowed, or with a pattern."""
    tested: ast.expr | None = None
    if isinstance(node, ast.Compare):
        if any(isinstance(one, ast.In | ast.NotIn) for one in node.ops):
            tested = node.left
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in _GUARDS:
            tested = node.func.value
        elif node.func.attr in _MATCHES and node.args:
            tested = node.args[-1]
    names = names_in(tested) if tested is not None else set()
    return names if len(names) == 1 else set()


def names_in(node: ast.expr) -> set[str]:
    """Return the names that are part of an expression."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
