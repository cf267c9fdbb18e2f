"""Find checks in tests whose failure is caught and comes to nothing."""

import ast
from collections.abc import Iterator, Mapping

from .suite import Function, is_test_side

_CATCHING = frozenset(("AssertionError", "Exception", "BaseException"))
_SAYS = frozenset(("print", "sleep", "debug", "info", "warning", "error", "exception", "log"))


def swallowed_checks(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Say which tests catch the failure of their own check and do nothing about it.

    Left alone is a handler that checks, fails, raises or keeps something, and one in a loop, which
    may try again.

    Args:
        trees: every Python file of the project.
    """
    for path, tree in trees.items():
        if not is_test_side(path, tree):
            continue
        for function in ast.walk(tree):
            if isinstance(function, Function):
                for line in sorted(_swallowing_lines(function)):
                    yield (
                        f"{path}::{function.name} catches the failure of its own check in line "
                        f"{line}: let the assert fail, or use pytest.raises"
                    )


def _swallowing_lines(function: Function) -> set[int]:
    found: set[int] = set()
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function | ast.ClassDef | ast.For | ast.AsyncFor | ast.While):
            continue
        swallows = (isinstance(node, ast.Try) and _try_swallows(node)) or (
            isinstance(node, ast.With) and _suppresses(node)
        )
        if swallows:
            found.add(getattr(node, "lineno", 0))
        waiting += ast.iter_child_nodes(node)
    return found


def _try_swallows(node: ast.Try) -> bool:
    caught = next((each for each in node.handlers if _catches(each.type)), None)
    return caught is not None and _checks(node.body) and all(map(_does_nothing, caught.body))


def _suppresses(node: ast.With) -> bool:
    return _checks(node.body) and any(
        isinstance(item.context_expr, ast.Call)
        and ast.unparse(item.context_expr.func).rpartition(".")[2] == "suppress"
        and any(map(_catches, item.context_expr.args))
        for item in node.items
    )


def _catches(kind: ast.expr | None) -> bool:
    """Tell whether a handler gets the error of a check that fails."""
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(isinstance(one, ast.Name) and one.id in _CATCHING for one in kinds)


def _checks(body: list[ast.stmt]) -> bool:
    """Tell whether statements check something, outside of functions in them."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assert):
            return True
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr.startswith("assert"):
            return True
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return False


def _does_nothing(statement: ast.stmt) -> bool:
    """Tell whether a statement of a handler leaves the test as it is, but for words."""
    match statement:
        case ast.Pass() | ast.Return(value=None) | ast.Return(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))):
            return name in _SAYS
    return False
