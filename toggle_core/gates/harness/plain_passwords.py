"""Recognise a password that is stored, or looked for, as it was typed."""

import ast
import re
from collections.abc import Iterator

from .arguments import parameters
from .expressions import assignments, called_name
from .origins import Origins
from .sources import Source

_TYPED = re.compile(r"(?:\w+_)?(?:password|passwd|passphrase|pwd|pw)", re.IGNORECASE)
_NOT_TYPED = re.compile(r"hash|digest|crypt|salt|_id|protected|secure|_len|confirm|repeat|again")
_PEOPLE = re.compile(r"users?|accounts?|members?|logins?|customers?|people", re.IGNORECASE)
_NO_RECORDS = re.compile(
    r"self|cls|args|options|settings|config|cfg|env\w*|request|form\w*|data|payload|body|params"
    r"|values|fields|cleaned_data|json|app|os"
)
_TRIMS = frozenset(("strip", "rstrip", "lstrip", "decode"))
_INSERT = re.compile(r"\binto\s+[\w\".\[\]`]+\s*\(([^()]*)\)\s*values\s*\(([^()]*)\)", re.I)
_SET = re.compile(r"\b(?:password|passwd|pwd)\s*=\s*(\?|%s|:\w+)", re.IGNORECASE)
_PLACE = re.compile(r"\?|%s")
_DEEPEST = 3


def is_kept_as_it_is(node: ast.AST, source: Source, origins: Origins) -> bool:
    """Tell whether a node stores a password as it was typed, or compares it with a stored one.

    Args:
        node: any node of the program.
        source: the file with it.
        origins: of the program's values.
    """
    if isinstance(node, ast.Call):
        return any(_is_typed(one, source, origins, _DEEPEST) for one in _stored(node))
    if isinstance(node, ast.Assign):
        return any(
            _is_typed(one, source, origins, _DEEPEST)
            for target, value in assignments(node)
            if isinstance(target, ast.Subscript) and _PEOPLE.search(_last_name(target.value))
            for one in _records(value)
        )
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
        sides = (node.left, node.comparators[0])
        return any(
            _is_record(one) and _is_typed(other, source, origins, _DEEPEST)
            for one, other in (sides, sides[::-1])
        )
    return False


def _stored(node: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call stores as a password, or looks for as one."""
    name = called_name(node)
    if name == "execute" and len(node.args) > 1 and isinstance(node.args[0], ast.Constant):
        yield from _sql_values(str(node.args[0].value), node.args[1])
    elif (
        name in ("append", "add", "insert")
        and isinstance(node.func, ast.Attribute)
        and _PEOPLE.fullmatch(_last_name(node.func.value))
    ):
        yield from (value for one in node.args for value in _records(one, only_named=True))


def _sql_values(query: str, values: ast.expr) -> Iterator[ast.expr]:
    """Yield what is passed for the column of passwords."""
    named = _SET.search(query)
    if isinstance(values, ast.Dict):
        for key, value in zip(values.keys, values.values, strict=True):
            if isinstance(key, ast.Constant) and _is_column(str(key.value)):
                yield value
        return
    if not isinstance(values, ast.Tuple | ast.List):
        return
    place: int | None = None
    if named is not None:
        place = len(_PLACE.findall(query[: named.start(1)]))
    elif found := _INSERT.search(query):
        columns = [one.strip().strip('"`[]') for one in found[1].split(",")]
        marks = [one.strip() for one in found[2].split(",")]
        for at, column in enumerate(columns[: len(marks)]):
            if _is_column(column) and _PLACE.fullmatch(marks[at]):
                place = sum(bool(_PLACE.fullmatch(one)) for one in marks[:at])
    if place is not None and place < len(values.elts):
        yield values.elts[place]


def _is_column(name: str) -> bool:
    return name.lower() in ("password", "passwd", "pwd")


def _records(node: ast.expr, *, only_named: bool = False) -> Iterator[ast.expr]:
    """Yield what may be a password in what is kept of a person."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and _is_column(str(key.value)):
                yield value
    elif not only_named:
        yield node


def _is_record(node: ast.expr) -> bool:
    """Whether an expression reads the password of somebody who is known."""
    if isinstance(node, ast.Call) and called_name(node) == "get":
        return bool(_PEOPLE.fullmatch(_last_name(node.func)))
    if isinstance(node, ast.Subscript):
        key = node.slice
        named = isinstance(key, ast.Constant) and _is_column(str(key.value))
        owner = _last_name(node.value)
        return (named and not _NO_RECORDS.fullmatch(owner)) or bool(_PEOPLE.fullmatch(owner))
    if isinstance(node, ast.Attribute) and _is_column(node.attr):
        return not _NO_RECORDS.fullmatch(_last_name(node.value))
    return False


def _is_typed(node: ast.expr, source: Source, origins: Origins, depth: int) -> bool:
    """Whether an expression is a password as somebody typed it."""
    match node:
        case ast.Call():
            return _is_typed_in_call(node, source, origins, depth)
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return _called_password(key)
        case ast.Subscript():
            return _is_typed(node.value, source, origins, depth)
        case ast.Attribute():
            return _called_password(node.attr)
        case ast.Name() if depth and _called_password(node.id):
            return _stands_for_typed(node, source, origins, depth - 1)
    return False


def _is_typed_in_call(node: ast.Call, source: Source, origins: Origins, depth: int) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[ast.Constant(value=key), *_]):
            return _called_password(str(key))
        case ast.Call(func=ast.Attribute(attr=name, value=owner)) if name in _TRIMS:
            return _is_typed(owner, source, origins, depth)
    return called_name(node) == "getpass"


def _stands_for_typed(node: ast.Name, source: Source, origins: Origins, depth: int) -> bool:
    """Whether all that a name may stand for is a password as somebody typed it."""
    values = [(source, one) for one in origins.bound(node, source)]
    function = source.function_of(node)
    if function is not None and node.id in parameters(function):
        values += origins.passed(node.id, function)
    elif not values:
        return False
    return all(
        _is_typed(one, where, origins, depth)
        or (isinstance(one, ast.Call) and called_name(one) == "input")
        for where, one in values
    )


def _called_password(name: str) -> bool:
    return bool(_TYPED.fullmatch(name)) and not _NOT_TYPED.search(name)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return node.slice.value
        return _last_name(node.value)
    if isinstance(node, ast.Attribute):
        return _last_name(node.value) if node.attr == "get" else node.attr
    return node.id if isinstance(node, ast.Name) else ""
