"""The parameters of a function, and what a call passes for them."""

import ast

from .bindings import names_in
from .sources import Function

_CLOSED_TYPES = frozenset(("int", "float", "bool", "date", "datetime", "Literal", "Enum"))


def parameters(function: Function) -> list[str]:
    """Return the names of a function's parameters."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    rest = [one for one in (arguments.vararg, arguments.kwarg) if one]
    return [one.arg for one in (*named, *rest)]


def is_closed_type(name: str, function: Function, classes: dict[str, ast.ClassDef]) -> bool:
    """Whether a parameter is annotated as a number, a date or one of a closed set of values."""
    arguments = function.args
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if one.arg == name and one.annotation is not None:
            words = names_in(one.annotation) - {"None", "Optional"}
            enums = {word for word in words if word in classes and _is_enum(classes[word])}
            return bool(words) and words <= _CLOSED_TYPES | enums
    return False


def _is_enum(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def passed_value(call: ast.Call, name: str, function: Function) -> ast.expr | None:
    """Return what a call passes for a parameter, its default, or None if that cannot be seen."""
    named = next((one.value for one in call.keywords if one.arg == name), None)
    if named is not None or any(one.arg is None for one in call.keywords):
        return named
    arguments = function.args
    if arguments.kwarg and arguments.kwarg.arg == name:
        return ast.Constant("")  # the names of keywords are written in the program
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if name not in positional:
        keywords = [one.arg for one in arguments.kwonlyargs]
        return arguments.kw_defaults[keywords.index(name)] if name in keywords else None
    method = positional[:1] in (["self"], ["cls"])
    place = positional.index(name) - method
    if place < 0:
        return None  # the object itself
    if place >= len(call.args):
        behind = len(positional) - positional.index(name)
        return arguments.defaults[-behind] if behind <= len(arguments.defaults) else None
    starred = any(isinstance(one, ast.Starred) for one in call.args[: place + 1])
    return None if starred else call.args[place]
