"""The parts of an expression that decide about its text, and what a node assigns."""

import ast
from collections.abc import Iterator, Mapping

# The expressions that one is made of, or of which one is the value.
_PARTS: Mapping[type[ast.expr], tuple[str, ...]] = {
    ast.Constant: (),  # a text of the program, as numbers are
    ast.Compare: (),
    ast.UnaryOp: (),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value",),
    ast.BinOp: ("left", "right"),
    ast.BoolOp: ("values",),
    ast.IfExp: ("body", "orelse"),
    ast.NamedExpr: ("value",),
    ast.Starred: ("value",),
    ast.Subscript: ("value",),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Dict: ("keys", "values"),
    ast.ListComp: ("elt",),
    ast.SetComp: ("elt",),
    ast.GeneratorExp: ("elt",),
}


def parts_of(node: ast.expr) -> list[ast.expr] | None:
    """Return the expressions that decide about a text, None if that is not known."""
    fields = _PARTS.get(type(node))
    if fields is None:
        return None
    found = [getattr(node, name) for name in fields]
    return [
        one
        for part in found
        for one in (part if isinstance(part, list) else [part])
        if isinstance(one, ast.expr)
    ]


def called_name(node: ast.Call) -> str:
    """Return the name of what is called, without its owner; empty where it has none."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def is_self(node: ast.expr) -> bool:
    """Whether an expression is the object or the class that a method belongs to."""
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the targets that a node assigns to, each with its value."""
    match node:
        case ast.Assign():
            yield from ((part, node.value) for one in node.targets for part in _parts(one))
        case ast.AnnAssign(value=ast.expr() as value):
            yield node.target, value
        case ast.AugAssign():
            yield node.target, ast.BinOp(ast.Constant(""), node.op, node.value)
        case ast.NamedExpr():
            yield node.target, node.value
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            yield from ((part, node.iter) for part in _parts(node.target))
        case ast.withitem(optional_vars=ast.expr() as target):
            yield from ((part, node.context_expr) for part in _parts(target))


def _parts(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for one in target.elts:
            yield from _parts(one)
    else:
        yield target.value if isinstance(target, ast.Starred) else target
