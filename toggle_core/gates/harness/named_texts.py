"""Texts of a program that have a name: assigned to it, passed as it, compared with it."""

import ast
from collections.abc import Iterator

from .sources import Source

_ENVIRONMENT = ("os.environ.get", "os.getenv", "environ.get", "getenv")


def named_texts(source: Source) -> Iterator[tuple[ast.AST, str, ast.Constant]]:
    """Yield texts that are given a name or compared with it: the node, the name, the text."""
    for node in source.nodes:
        for name, value in _pairs(node):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield node, name, value


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    match node:
        case ast.Assign():
            for target in node.targets:
                key = target.slice if isinstance(target, ast.Subscript) else target
                yield ast.unparse(key), node.value
        case ast.AnnAssign():
            yield ast.unparse(node.target), node.value
        case ast.keyword():
            yield node.arg or "", node.value
        case ast.Dict():
            for one, value in zip(node.keys, node.values, strict=True):
                yield str(one.value) if isinstance(one, ast.Constant) else "", value
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()]):
            yield ast.unparse(node.left), node.comparators[0]
        case ast.arguments():
            yield from _defaults(node)
        case ast.Call():
            yield from _passed(node)


def _defaults(node: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    named = [*node.posonlyargs, *node.args][::-1]
    yield from ((one.arg, value) for one, value in zip(named, node.defaults[::-1], strict=False))
    for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        yield one.arg, value


def _passed(node: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the default of a setting, and the password with which a program logs in."""
    match node:
        case ast.Call(args=[ast.Constant(value=str() as name), default, *_]):
            if ast.unparse(node.func) in _ENVIRONMENT:
                yield name, default
    match node:
        case ast.Call(func=ast.Attribute(attr="login"), args=[ast.Constant(), password]):
            yield "login", password
