"""Tell a program that reads its own saved file from one that loads what others send."""

import ast

from .sources import Source

_LOADERS = frozenset(("load", "loads", "Unpickler"))
_OPENERS = frozenset(("open", "fdopen"))


def is_of_own_file(source: Source, line: int) -> bool:
    """Tell whether what is unpickled in a line comes from a file that the same function opens.

    A program that keeps its data in a pickle reads what it wrote; what comes as an argument, from
    a request or a socket is another matter.

    Args:
        source: the file with the line.
        line: number of the line, the first is 1.
    """
    calls = [
        node
        for node in source.nodes
        if isinstance(node, ast.Call)
        and node.lineno == line
        and node.args
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in _LOADERS
    ]
    return bool(calls) and all(_is_from_file(call, source) for call in calls)


def _is_from_file(call: ast.Call, source: Source) -> bool:
    around = source.function_of(call) or source.tree
    files = {
        item.optional_vars.id
        for node in ast.walk(around)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name) and _opens(item.context_expr)
    }
    value = call.args[0]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if value.func.attr == "read_bytes":
            return True
        value = value.func.value if value.func.attr == "read" else value
    return _opens(value) or (isinstance(value, ast.Name) and value.id in files)


def _opens(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return getattr(called, "attr", getattr(called, "id", "")) in _OPENERS
