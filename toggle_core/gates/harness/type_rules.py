"""Which of the type checker's errors mean that the program goes wrong when it runs.

mypy also reports what Python does not mind: a list of mixed values, an attribute put on a server, a
name used for a second kind of value. Calibrated on idioms of good programs and on the standard
library's own modules; ``docs/sandbox.md`` has the numbers.
"""

import ast
import importlib
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from .findings import finding
from .sources import Source
from .type_places import Place, locate

_BUILT_IN = frozenset(
    ("str", "int", "float", "complex", "bool", "bytes", "bytearray", "list", "dict", "set")
) | {"tuple", "frozenset", "range", "date", "datetime", "time", "timedelta", "Path", "Decimal"}
_NUMBERS = frozenset(("int", "float", "complex", "bool", "Decimal", "Fraction"))
_SEQUENCES = frozenset(("list", "tuple", "set", "frozenset", "Iterable", "Sequence", "Collection"))
_FILLED = frozenset(("list", "dict", "set", "deque", "defaultdict", "Counter", "OrderedDict"))
_UNSURE = re.compile(r'"None"|"object"|\bNever\b|<nothing>|\bAny\b|overloaded function')
_QUOTED = re.compile(r'"([^"]*)"')
_NO_ATTRIBUTE = re.compile(r'"([^"]+)" has no attribute "(\w+)"')
_MODULE_LACKS = re.compile(r'Module(?: "([^"]+)")? has no attribute "(\w+)"')
_WRONG_ARGUMENT = re.compile(
    r'Argument (?:\d+|"\w+") to "[^"]+"(?: of "(?P<owner>[^"]+)")? '
    r'has incompatible type "(?P<got>[^"]+)"; expected "(?P<expected>[^"]+)"'
)
_WRONG_RESULT = re.compile(r'Incompatible return value type \(got "([^"]+)", expected "([^"]+)"\)')
_WRONG_KEY = re.compile(r'index type "([^"]+)" for "[^"]+"; expected type "([^"]+)"')
_NO_VARIANT = re.compile(
    r'No overload variant of "(?P<called>[^"]+)"(?: of "(?P<owner>[^"]+)")? '
    r'matches argument types? (?P<types>".*")'
)
_OPERATOR = re.compile(r"__(?!setitem|delitem)\w+__")
_WRONG_NUMBER = re.compile(r"Too many values to unpack|Need more than \d+ values|Tuple index")
_OF_WINDOWS = frozenset(("msvcrt", "winreg", "winsound", "nt", "_winapi", "nturl2path"))
_NOT_IMPORTED = frozenset(("antigravity", "this", "idlelib", "turtledemo", "test", "__main__"))
_OF_A_SYSTEM = re.compile(r"platform|os\.name|hasattr|windows|system", re.IGNORECASE)
_RESULT_UNUSED = re.compile(r"\b(?:sys\.exit|exit|SystemExit|return|lambda|run)\b")
_OTHER_CLASS = re.compile(r"\bcls\(|__class__\(|type\(self\)\(")
_STRICT_FUNCTIONS = frozenset(("int", "float", "sum", "min", "max", "range", "round"))


def keep_faults(found: list[Mapping[str, Any]], sources: list[Source]) -> list[dict[str, Any]]:
    """Return the errors that mean a fault, and those that kept mypy from reading, in its order.

    Args:
        found: mypy's lines, notes included.
        sources: the project's Python files.

    Returns:
        A finding for each, with mypy's code as its rule.
    """
    return [
        finding(
            item["file"].removeprefix("./"),
            item["line"],
            item["code"] or "syntax",
            item["message"],
        )
        for item, place in locate(found, sources)
        if place is None or _is_fault(place)
    ]


def _is_fault(place: Place) -> bool:
    rule = _RULES.get(place.code)
    if rule is None or place.source.is_test or _UNSURE.search(place.message) or place.is_caught:
        return False
    return rule(place)


def _attribute(place: Place) -> bool:
    """An attribute that nothing in the project defines, of a class whose attributes are known."""
    match = _NO_ATTRIBUTE.match(place.message)
    if match is None:
        return _module_attribute(place)
    owner, name = _head(match[1]).removeprefix("type["), match[2]
    if name in place.names.attributes or name.startswith("_") or name == "winerror":
        return False
    if owner in place.names.classes:
        return place.annotated or _is_whole_class(place)
    return owner in _BUILT_IN and (place.annotated or not _is_through_attribute(place))


def _is_whole_class(place: Place) -> bool:
    """In code without annotations a class may be a mix-in, whose other half has the attribute."""
    node = place.attribute
    if node is None or not isinstance(node.value, ast.Name):
        return False
    if node.value.id not in ("self", "cls"):
        return True
    owner = next((one for one in place.above if isinstance(one, ast.ClassDef)), None)
    return owner is not None and not owner.bases and not owner.name.endswith(("Mixin", "Base"))


def _is_through_attribute(place: Place) -> bool:
    """Whether the value is itself an attribute, whose type mypy guesses from one assignment."""
    return place.attribute is None or isinstance(place.attribute.value, ast.Attribute)


def _module_attribute(place: Place) -> bool:
    """A name that a module of the project or of Python does not have."""
    match = _MODULE_LACKS.match(place.message)
    if match is None or match[2].startswith("_") or match[2] in place.names.attributes:
        return False
    module = match[1] or _module_of(place)
    top = module.partition(".")[0]
    if top not in sys.stdlib_module_names:
        return bool(module)
    if top in _OF_WINDOWS | _NOT_IMPORTED or not match[2].islower():
        return False  # constants and classes that one system has
    return not _has(module, match[2]) and not _depends_on_system(place)


def _module_of(place: Place) -> str:
    """Return the module whose attribute is read, by the imports of the file."""
    spelled = ast.unparse(place.attribute.value) if place.attribute is not None else ""
    for one in place.source.nodes:
        if isinstance(one, ast.Import | ast.ImportFrom):
            before = f"{one.module}." if isinstance(one, ast.ImportFrom) else ""
            for alias in one.names:
                if spelled == (alias.asname or alias.name):
                    return before + alias.name
    return ""


def _has(module: str, name: str) -> bool:
    """Whether a module of Python's own has a name; one that cannot be loaded here may have it."""
    try:
        return hasattr(importlib.import_module(module), name)
    except Exception:  # some refuse to be loaded without a display or a library
        return True


def _depends_on_system(place: Place) -> bool:
    tests = (one.test for one in place.above if isinstance(one, ast.If | ast.IfExp))
    return any(_OF_A_SYSTEM.search(ast.unparse(test)) for test in tests)


def _argument(place: Place) -> bool:
    match = _WRONG_ARGUMENT.match(place.message)
    if match is None or place.in_class_body or _head(match["owner"] or "") in _FILLED:
        return False
    return place.is_sure and _clash(match["got"], match["expected"], place)


def _result(place: Place) -> bool:
    match = _WRONG_RESULT.match(place.message)
    return match is not None and _clash(match[1], match[2], place)


def _clash(got: str, expected: str, place: Place) -> bool:
    """Whether a value of one type cannot stand for the other: both are plain, and apart."""
    have, heads = _head(got), [_head(one.strip()) for one in expected.split(" | ")]
    if "|" in got or "Literal" in heads or not all(re.fullmatch(r"[\w.]+", one) for one in heads):
        return False
    if have in heads and not (len(heads) == 1 and have in _SEQUENCES):
        return False
    if have in _NUMBERS and _NUMBERS & set(heads):
        return False
    if len(heads) == 1 and have in _SEQUENCES and heads[0] in _SEQUENCES:
        return _elements_clash(got, expected)
    if have in _BUILT_IN:
        return have != "Path" or "str" not in heads
    return have in place.names.classes and all(one in _BUILT_IN for one in heads)


def _elements_clash(got: str, expected: str) -> bool:
    inner = {one.partition("[")[2].removesuffix("]") for one in (got, expected)}
    return len(inner) > 1 and inner <= _BUILT_IN and not inner <= _NUMBERS


def _head(name: str) -> str:
    return name.partition("[")[0]


def _call(place: Place) -> bool:
    """A call with too many, too few or misspelt arguments."""
    if place.in_class_body or _OTHER_CLASS.search(place.source.line(place.line)):
        return False
    if place.names.mixed & set(_QUOTED.findall(place.message)):
        return False
    return place.annotated or (
        isinstance(place.node, ast.Call) and _is_plain_function(place, place.node.func)
    )


def _is_plain_function(place: Place, called: ast.expr) -> bool:
    """Whether what is called is one function of Python's own, or one that the project defines."""
    if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        imports = (one for one in place.source.nodes if isinstance(one, ast.Import))
        modules = {alias.asname or alias.name for one in imports for alias in one.names}
        if called.value.id in modules:
            return True
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in place.names.plain and not name.startswith("_")


def _operator(place: Place) -> bool:
    """Two plain values that no operator joins; a union has a branch for which it works."""
    if place.several or "operand" in place.notes or not place.is_sure:
        return False
    if place.message.startswith("No overload"):
        return _overload(place)
    names = [_head(name) for name in _QUOTED.findall(place.message)]
    if "not callable" in place.message:
        return bool(names) and names[0] in _BUILT_IN
    return bool(names) and set(names) <= _BUILT_IN and len(set(names)) == len(names)


def _index(place: Place) -> bool:
    """A key of the wrong type that is read, or an index into what has none."""
    if place.subscript is None or not isinstance(place.subscript.ctx, ast.Load):
        return False
    if not place.is_sure:
        return False
    if place.message.startswith("Value of type"):
        name = _head("".join(_QUOTED.findall(place.message)[:1]))
        return name in _BUILT_IN or name in place.names.classes
    match = _WRONG_KEY.search(place.message)
    return match is not None and _clash(match[1], match[2], place)


def _overload(place: Place) -> bool:
    """A call that no variant of a built-in function takes, all values being plain."""
    match = _NO_VARIANT.match(place.message)
    if match is None or not place.is_sure:
        return False
    operator = _OPERATOR.fullmatch(match["called"]) and _head(match["owner"] or "") in _BUILT_IN
    if not operator and match["called"] not in _STRICT_FUNCTIONS:
        return False
    return all(_head(name) in _BUILT_IN for name in _QUOTED.findall(match["types"]))


def _various(place: Place) -> bool:
    """What mypy has no code of its own for."""
    if "not callable" in place.message:
        return _operator(place)
    if 'forget the "self"' in place.message:
        return f".{getattr(place.node, 'name', '')}(" in place.source.text
    return place.annotated and bool(_WRONG_NUMBER.match(place.message))


def _nothing_returned(place: Place) -> bool:
    return place.annotated and not _RESULT_UNUSED.search(place.source.line(place.line))


_RULES: Mapping[str, Callable[[Place], bool]] = {
    "abstract": lambda place: place.annotated,
    "arg-type": _argument,
    "attr-defined": _attribute,
    "call-arg": _call,
    "call-overload": _overload,
    "func-returns-value": _nothing_returned,
    "index": _index,
    "misc": _various,
    "operator": _operator,
    "return": lambda place: place.annotated,
    "return-value": _result,
    "str-format": lambda place: place.is_sure,
    "typeddict-item": lambda place: "has no key" in place.message,
}
