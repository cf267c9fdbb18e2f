"""Places of a program that are left alone: what only speaks, starts or serves."""

import ast

MATTERS_OF_TASTE = frozenset(("indent", "timeout", "maxsize", "stacklevel"))
"""Names of arguments whose values nobody has to test."""

_SPOKEN = frozenset(("print", "input", "ArgumentParser", "help"))
_OF_ARGUMENTS = frozenset(
    ("add_argument", "add_parser", "add_subparsers", "add_argument_group", "ArgumentParser")
)
_SPEAKERS = frozenset(("log", "_log", "logger", "_logger", "logging", "warnings", "parser"))
_STREAMS = ("sys.stdout", "sys.stderr")
_NOT_RUN_BY_TESTS = ("__name__", "TYPE_CHECKING")
_NEVER_RETURNING = frozenset(("serve_forever", "server_close", "run_forever", "mainloop"))
_SERVING = frozenset(("app.run", "uvicorn.run", "web.run_app"))


def is_for_others(test: ast.expr) -> bool:
    """Tell whether a condition asks for something that is decided outside of the program."""
    return any(isinstance(n, ast.Name) and n.id in _NOT_RUN_BY_TESTS for n in ast.walk(test))


def is_one_call(body: list[ast.stmt]) -> bool:
    """Tell whether a block does nothing but call what starts the program."""
    return len(body) == 1 and isinstance(body[0], ast.Expr | ast.Raise)


def is_spoken(statement: ast.stmt) -> bool:
    """Tell whether a statement only says something, or serves until the program is ended."""
    return isinstance(statement, ast.Expr) and (
        is_talk(statement.value) or _is_serving(statement.value)
    )


def _is_serving(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in _NEVER_RETURNING or ast.unparse(node.func) in _SERVING


def is_talk(node: ast.expr) -> bool:
    """Tell whether a call prints, logs or describes arguments: what it is given are words."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Name):
        return called.id in _SPOKEN
    if not isinstance(called, ast.Attribute):
        return False
    owner = ast.unparse(called.value)
    return (
        called.attr in _OF_ARGUMENTS
        or owner.rpartition(".")[2] in _SPEAKERS
        or owner.startswith(_STREAMS)
    )
