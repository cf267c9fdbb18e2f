"""Read JavaScript by its grammar: what a browser would refuse, and the names that are used."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import tree_sitter
import tree_sitter_javascript

_LANGUAGE = tree_sitter.Language(tree_sitter_javascript.language())
_FUNCTIONS = frozenset(
    (
        *("function_declaration", "generator_function_declaration", "function_expression"),
        *("generator_function", "arrow_function", "method_definition", "class_static_block"),
    )
)
_ASSIGNMENTS = frozenset(("assignment_expression", "augmented_assignment_expression"))
_NAMED = (
    *("variable_declarator", "function_declaration", "generator_function_declaration"),
    *("class_declaration", "function_expression", "class", "generator_function"),
)
_BINDING_FIELDS = {
    **dict.fromkeys(_NAMED, "name"),
    **dict.fromkeys(_ASSIGNMENTS, "left"),
    "arrow_function": "parameter",
    "catch_clause": "parameter",
    "for_in_statement": "left",
}
_BINDING_NODES = frozenset(
    (
        *("formal_parameters", "import_clause", "import_specifier", "namespace_import"),
        "shorthand_property_identifier_pattern",
    )
)
_NAMES = frozenset(("identifier", "shorthand_property_identifier_pattern"))
_MODULE_STATEMENTS = frozenset(("import_statement", "export_statement"))
_LEXICAL = frozenset(("lexical_declaration", "class_declaration"))
_BLOCKS = frozenset(("program", "statement_block"))
_GLOBAL_OBJECTS = frozenset((b"window", b"globalThis", b"self"))
_RAW_LINE_BREAK = re.compile(rb"(?<!\\)\r?\n")
_MOST_FAULTS = 20
_LONG_LINE = 1_000  # characters; people write no such lines


@dataclass(slots=True)
class ScriptNames:
    """What was found in one script.

    Attributes:
        faults: line and sentence of what no browser accepts.
        declared: every name the script defines or assigns to, in any scope.
        shared: those that other scripts of the page and handlers see.
        used: every name it reads, with the line of the first use.
        guarded: names it only uses after asking for their type.
        has_jsx: whether it holds JSX, which no browser runs.
        imports: modules it imports, by their written address.
        is_module: whether it imports or exports at its top.
        is_minified: whether it is the output of a tool.
    """

    faults: list[tuple[int, str]] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    used: dict[str, int] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    has_jsx: bool = False
    imports: list[str] = field(default_factory=list)
    is_module: bool = False
    is_minified: bool = False

    @property
    def free(self) -> dict[str, int]:
        """Names it reads and does not define, with the line of the first use."""
        own = self.declared | self.guarded
        return {name: line for name, line in self.used.items() if name not in own}


def read_script(text: str) -> ScriptNames:
    """Read one script.

    Args:
        text: JavaScript, with or without JSX.
    """
    source = text.encode("utf-8", "replace")
    tree = tree_sitter.Parser(_LANGUAGE).parse(source)
    found = ScriptNames(is_minified=any(len(line) > _LONG_LINE for line in text.split("\n")))
    for place in _places(tree.root_node):
        node = place.node
        if node.is_error or node.is_missing:
            _add_fault(found, node, _explain(node))
        elif node.type == "string" and _RAW_LINE_BREAK.search(node.text or b""):
            _add_fault(found, node, "a text in quotes goes over the end of its line")
        elif not found.is_minified:
            _read_names(place, found)
    return found


class _Place(NamedTuple):
    """A node and where it stands."""

    node: tree_sitter.Node
    around: str
    in_function: bool


def _places(root: tree_sitter.Node) -> Iterator[_Place]:
    """All nodes in order, without recursion: code may be nested deeper than Python goes.

    What is inside an error is left out: it is read as something that it is not.
    """
    waiting = [_Place(root, "", in_function=False)]
    while waiting:
        place = waiting.pop()
        yield place
        node = place.node
        if not node.is_error:
            inner = place.in_function or node.type in _FUNCTIONS
            waiting += [_Place(child, node.type, inner) for child in reversed(node.children)]


def _read_names(place: _Place, found: ScriptNames) -> None:
    node = place.node
    kind = node.type
    if kind == "shorthand_property_identifier" or (kind == "identifier" and _is_read(place)):
        found.used.setdefault(_text(node), _line(node))
    elif kind == "call_expression":
        _read_import_call(node, found)
    elif kind == "unary_expression" and node.children[0].type == "typeof":
        found.guarded.update(_text(inner) for inner in node.children if inner.type == "identifier")
    found.has_jsx |= kind.startswith("jsx_")
    if kind in _MODULE_STATEMENTS:
        _read_module_statement(node, found)
    if kind in _BLOCKS:
        _find_repeated_names(node, found)
    _read_bindings(place, found)


def _read_bindings(place: _Place, found: ScriptNames) -> None:
    kind = place.node.type
    if kind in _BINDING_NODES:
        _declare(place.node, place, found)
    elif kind in _BINDING_FIELDS:
        _declare(place.node.child_by_field_name(_BINDING_FIELDS[kind]), place, found)


def _declare(target: tree_sitter.Node | None, place: _Place, found: ScriptNames) -> None:
    if target is None or target.type == "subscript_expression":
        return
    if target.type == "member_expression":
        owner, name = (target.child_by_field_name(part) for part in ("object", "property"))
        if owner is not None and name is not None and owner.text in _GLOBAL_OBJECTS:
            found.declared.add(_text(name))
            found.shared.add(_text(name))
        return
    names = {_text(inner.node) for inner in _places(target) if inner.node.type in _NAMES}
    # Whoever assigns to a name that is declared nowhere makes a global one.
    implicit = place.node.type in _ASSIGNMENTS and not names <= found.declared
    found.declared |= names
    if implicit or not place.in_function:
        found.shared |= names


def _is_read(place: _Place) -> bool:
    """Tell whether an identifier is a value. In JSX one in lower case is an element of HTML."""
    if place.around == "export_specifier":
        return False
    if not place.around.startswith("jsx_") or place.around == "jsx_expression":
        return True
    return not _text(place.node)[:1].islower()


def _read_module_statement(node: tree_sitter.Node, found: ScriptNames) -> None:
    found.is_module = True
    source = node.child_by_field_name("source")
    if source is not None:
        found.imports.append(_text(source).strip("'\""))


def _read_import_call(node: tree_sitter.Node, found: ScriptNames) -> None:
    function, arguments = (node.child_by_field_name(part) for part in ("function", "arguments"))
    if function is None or arguments is None:
        return
    if function.type == "import" or function.text == b"importScripts":
        found.imports += [
            _text(inner).strip("'\"") for inner in arguments.children if inner.type == "string"
        ]


def _find_repeated_names(block: tree_sitter.Node, found: ScriptNames) -> None:
    """Find names that one block declares twice with let, const or class: a browser refuses it."""
    seen: set[str] = set()
    for statement in block.children:
        if statement.type not in _LEXICAL:
            continue
        parts = [statement] if statement.type == "class_declaration" else statement.named_children
        for part in parts:
            name = part.child_by_field_name("name")
            if name is None or name.type != "identifier":
                continue
            if _text(name) in seen:
                _add_fault(found, name, f"{_text(name)} is declared twice in the same block")
            seen.add(_text(name))


def _explain(node: tree_sitter.Node) -> str:
    if node.is_missing:
        return f"{node.type} is missing"
    begins = " ".join((node.text or b"").decode("utf-8", "replace").split())[:40]
    return f"unexpected {begins}" if begins else "unexpected end"


def _add_fault(found: ScriptNames, node: tree_sitter.Node, sentence: str) -> None:
    if len(found.faults) < _MOST_FAULTS:
        found.faults.append((_line(node), sentence))


def _line(node: tree_sitter.Node) -> int:
    return int(node.start_point[0]) + 1


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
