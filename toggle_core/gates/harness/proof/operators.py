"""Which small mistakes can be made at a node of a syntax tree.

Only mistakes that are likely to be wrong without a crash and that are more than a matter of words:
no texts, no messages, no ``return None``.
"""

import ast
from collections.abc import Iterator
from functools import partial

from .changes import Make

Operation = tuple[str, Make]

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_MOST_INTEGER = 3  # 10_000, time limits and widths are matters of taste
_NUMBERS = frozenset(("int", "float", "Decimal", "Fraction"))
_CONTAINERS = frozenset(("list", "dict", "set", "tuple", "frozenset"))
_EMPTY = frozenset(("", "()", "[]", "{}", "set()", "list()", "dict()", "tuple()", "frozenset()"))
_NEEDED = (ast.Yield, ast.YieldFrom, ast.Constant)


def of_expression(node: ast.expr) -> Iterator[Operation]:
    """Yield the mistakes that can be made in an expression, without those in its parts."""
    match node:
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.BoolOp():
            yield "and_or", _other_connective
            for index in range(len(node.values)):
                yield "dropped_operand", partial(_without_operand, index)
        case ast.UnaryOp() | ast.BinOp():
            yield from _of_arithmetic(node)
        case ast.Constant(value=value) if type(value) is int and value <= _MOST_INTEGER:
            yield "integer", partial(_constant, value + 1)
            if value:
                yield "integer", partial(_constant, value - 1)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for place, generator in enumerate(node.generators):
                for index in range(len(generator.ifs)):
                    yield "filter", partial(_without_filter, place, index)


def of_condition(node: ast.expr, *, loop: bool) -> Iterator[Operation]:
    """Yield the mistakes that can be made with a condition as a whole.

    Args:
        node: the condition.
        loop: whether it is that of a ``while``, which must not become endless.
    """
    if not isinstance(node, ast.Constant):
        if not isinstance(node, ast.Compare) or len(node.ops) > 1:
            yield "negated", _negation
        if not loop:
            yield "condition", partial(_constant, True)
    yield "condition", partial(_constant, False)


def of_statement(node: ast.stmt, annotation: str) -> Iterator[Operation]:
    """Yield the mistakes that can be made with a statement as a whole.

    Args:
        node: the statement.
        annotation: of what the function around it returns, empty without one.
    """
    match node:
        case ast.Return(value=ast.expr() as value):
            if (other := _other_value(value, annotation)) is not None:
                yield "returned_value", partial(_returning, other)
        case ast.Expr(value=value) if not isinstance(value, _NEEDED):
            yield "deleted", _pass
        case ast.AugAssign():
            yield "deleted", _pass
            if type(node.op) in _ARITHMETIC and not isinstance(node.value, ast.JoinedStr):
                yield "arithmetic", _other_arithmetic
        case ast.Assign() if all(
            isinstance(t, ast.Attribute | ast.Subscript) for t in node.targets
        ):
            yield "deleted", _pass
        case ast.Raise() | ast.Continue() | ast.Break() | ast.Delete():
            yield "deleted", _pass


def of_handler(node: ast.ExceptHandler) -> Iterator[tuple[ast.stmt, Operation]]:
    """Yield the mistakes that can be made with the body of an ``except``, each with its place."""
    first = node.body[0]
    if len(node.body) == 1 and not isinstance(first, ast.Pass):
        yield first, ("except_body", _pass)


def _of_arithmetic(node: ast.UnaryOp | ast.BinOp) -> Iterator[Operation]:
    match node:
        case ast.UnaryOp(op=ast.Not()):
            yield "negated", _operand
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            yield "arithmetic", _operand
        case ast.BinOp(op=operator) if type(operator) in _ARITHMETIC and not _is_text(node):
            yield "arithmetic", _other_arithmetic


def _of_comparison(node: ast.Compare) -> Iterator[Operation]:
    for index, operator in enumerate(node.ops):
        yield "comparison", partial(_compared, index, _FLIPPED[type(operator)]())
        if type(operator) in _BOUNDARY:
            yield "boundary", partial(_compared, index, _BOUNDARY[type(operator)]())


def _is_text(node: ast.BinOp) -> bool:
    """Tell whether one side is certainly no number: the mistake would only crash."""
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in (node.left, node.right)
    )


def _other_value(value: ast.expr, annotation: str) -> ast.expr | None:
    """Return another value of the same type, which a test of types alone does not notice."""
    if isinstance(value, ast.Constant) and value.value is None:
        return None
    kind = annotation.partition("[")[0].rpartition(".")[2]
    is_bool = isinstance(value, ast.Constant) and isinstance(value.value, bool)
    if kind == "bool" or isinstance(value, ast.Compare) or is_bool:
        return ast.UnaryOp(ast.Not(), value)
    if kind in _NUMBERS:
        return ast.BinOp(value, ast.Add(), ast.Constant(1))
    if kind == "str":
        empty = isinstance(value, ast.Constant) and value.value == ""
        return ast.Constant("x" if empty else "")
    if kind in _CONTAINERS and ast.unparse(value) not in _EMPTY:
        return ast.Call(ast.Name(kind, ast.Load()), [], [])
    return None


def _pass(_: ast.AST) -> ast.AST:
    return ast.Pass()


def _constant(value: int, _: ast.AST) -> ast.AST:
    return ast.Constant(value)


def _returning(value: ast.expr, _: ast.AST) -> ast.AST:
    return ast.Return(value)


def _negation(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    return ast.UnaryOp(ast.Not(), node) if isinstance(node, ast.expr) else None


def _operand(node: ast.AST) -> ast.AST | None:
    return node.operand if isinstance(node, ast.UnaryOp) else None


def _compared(index: int, operator: ast.cmpop, node: ast.AST) -> ast.AST:
    if isinstance(node, ast.Compare):
        node.ops[index] = operator
    return node


def _other_connective(node: ast.AST) -> ast.AST:
    if isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return node


def _without_operand(index: int, node: ast.AST) -> ast.AST:
    if isinstance(node, ast.BoolOp):
        del node.values[index]
        return node.values[0] if len(node.values) == 1 else node
    return node


def _other_arithmetic(node: ast.AST) -> ast.AST:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        node.op = _ARITHMETIC[type(node.op)]()
    return node


def _without_filter(place: int, index: int, node: ast.AST) -> ast.AST:
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        del node.generators[place].ifs[index]
    return node
