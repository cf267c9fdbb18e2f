"""Where the text of an expression comes from: the program itself, or somebody outside.

Read from the code alone: names are followed to what is assigned to them, parameters to the calls of
their function. What cannot be followed counts as open.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from .arguments import is_closed_type, parameters, passed_value
from .bindings import Bindings, comprehensions, read_bindings
from .expressions import assignments, called_name, is_self, parts_of
from .sources import Function, Source

_NUMBERS = frozenset(("len", "int", "float", "bool", "ord", "round", "abs", "hash", "id", "range"))
_QUOTERS = frozenset(("quote", "token_hex", "token_urlsafe", "uuid4", "strftime", "isoformat"))
_PASSED_ON = frozenset(("str", "list", "tuple", "set", "sorted", "reversed", "enumerate", "zip"))
_PASSED_ON |= {"dict", "frozenset", "iter", "next", "repr", "min", "max", "map", "dedent", "text"}
_PASSED_ON |= {"Template"}
_JOINERS = frozenset(("join", "format", "replace", "format_map", "substitute", "safe_substitute"))
_ASKERS = frozenset(("parse_args", "parse_known_args", "input", "getpass"))
_FROM_OUTSIDE = frozenset(("argv", "stdin", "environ", "getenv", "orig_argv"))
# Parameters for which the program's own calls decide, also in a function that others could call.
_OF_THE_PROGRAM = re.compile(
    r"table|col|field|order|sort|direction|clause|sql|query|statement|pragma|cmd|command|script"
)
_DEEPEST = 12
_MOST_STEPS = 2_000  # of one question; more than any program for which an answer is worth it


class Origin(IntEnum):
    """What is known of a text.

    ``FIXED``: the program's own. ``OPEN``: from outside, as a whole. ``JOINED``: made of parts, of
    which one is open.
    """

    FIXED = 0
    OPEN = 1
    JOINED = 2


@dataclass
class Origins:
    """Follows expressions of one project.

    Attributes:
        sources: its Python files.
    """

    sources: list[Source]
    _calls: dict[str, list[tuple[Source, ast.Call]]] = field(init=False, default_factory=dict)
    _functions: dict[str, list[tuple[Source, Function]]] = field(init=False, default_factory=dict)
    _attributes: dict[str, list[tuple[Source, ast.expr]]] = field(init=False, default_factory=dict)
    _classes: dict[str, ast.ClassDef] = field(init=False, default_factory=dict)
    _handed_on: set[str] = field(init=False, default_factory=set)
    _bound: dict[int, Bindings] = field(init=False, default_factory=dict)
    _steps: int = field(init=False, default=0)
    _indexed: bool = field(init=False, default=False)

    def of(self, node: ast.expr, source: Source) -> Origin:
        """Return where the text of an expression comes from."""
        if not self._indexed:
            self._index()
        self._steps = 0
        return self._of(node, source, frozenset())

    def texts(self, node: ast.expr, source: Source) -> str:
        """Return the program's own texts that an expression is made of, as one text."""
        return " ".join(self.pieces(node, source))

    def pieces(self, node: ast.expr, source: Source) -> list[str]:
        """Return the program's own texts that an expression is made of, and the names in it."""
        return [text for one in self._walk(node, source) if (text := _piece(one)) is not None]

    def names(self, node: ast.expr, source: Source) -> set[str]:
        """Return the names and attributes that an expression is made of, directly or not."""
        return {
            one.id if isinstance(one, ast.Name) else one.attr
            for one in self._walk(node, source)
            if isinstance(one, ast.Name | ast.Attribute)
        }

    def passed(self, name: str, function: Function) -> list[tuple[Source, ast.expr]]:
        """Return what the program's calls pass for a parameter, as far as that can be seen."""
        if not self._indexed:
            self._index()
        found = [
            (where, passed_value(call, name, function))
            for where, call in self._calls.get(function.name, [])
        ]
        return [(where, value) for where, value in found if value is not None]

    def bound(self, node: ast.Name, source: Source) -> list[ast.expr]:
        """Return what is assigned to a name where it is used, in its function or the module."""
        scope = source.function_of(node)
        found = self._bindings(scope).bound.get(node.id, []) if scope else []
        if found or (scope and node.id in parameters(scope)):
            return found
        return self._bindings(source.tree).bound.get(node.id, [])

    def _walk(self, node: ast.expr, source: Source) -> list[ast.AST]:
        if not self._indexed:
            self._index()
        self._steps = 0
        return list(self._parts(node, source, frozenset()))

    def _index(self) -> None:
        self._indexed = True
        for source in self.sources:
            if not source.is_test:
                for node in source.nodes:
                    self._note(source, node)

    def _note(self, source: Source, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            self._calls.setdefault(called_name(node), []).append((source, node))
        elif isinstance(node, Function):
            self._functions.setdefault(node.name, []).append((source, node))
        elif isinstance(node, ast.ClassDef):
            self._classes[node.name] = node
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            parent = source.parents.get(node)
            if not (isinstance(parent, ast.Call) and parent.func is node):
                self._handed_on.add(node.id if isinstance(node, ast.Name) else node.attr)
        for target, value in assignments(node):
            if isinstance(target, ast.Attribute):
                self._attributes.setdefault(target.attr, []).append((source, value))

    def _of(self, node: ast.expr, source: Source, seen: frozenset[int]) -> Origin:
        if id(node) in seen:
            return Origin.FIXED  # a name made of itself: its other parts decide
        self._steps += 1
        if len(seen) > _DEEPEST or self._steps > _MOST_STEPS:
            return Origin.OPEN
        seen |= {id(node)}
        return self._followed(node, source, seen)

    def _followed(self, node: ast.expr, source: Source, seen: frozenset[int]) -> Origin:
        match node:
            case ast.Call():
                return self._of_call(node, source, seen)
            case ast.Attribute():
                return self._of_attribute(node, source, seen)
            case ast.Name():
                return self._of_name(node, source, seen)
        parts = parts_of(node)
        if parts is None:
            return Origin.OPEN
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return min(self._of(one, source, seen) for one in parts)
        worst = self._worst(parts, source, seen)
        return Origin.JOINED if worst and isinstance(node, ast.JoinedStr | ast.BinOp) else worst

    def _worst(self, nodes: list[ast.expr], source: Source, seen: frozenset[int]) -> Origin:
        return max((self._of(one, source, seen) for one in nodes), default=Origin.FIXED)

    def _of_call(self, node: ast.Call, source: Source, seen: frozenset[int]) -> Origin:
        name = called_name(node)
        arguments = [*node.args, *(one.value for one in node.keywords)]
        if name in _NUMBERS or name in _QUOTERS or name == "fields":
            return Origin.FIXED
        if isinstance(node.func, ast.Attribute) and name not in _ASKERS:
            owner = self._of(node.func.value, source, seen)
            if name == "get":
                return max(owner, self._worst(node.args[1:], source, seen))
            if name in _JOINERS:
                rest = self._worst(arguments, source, seen)
                return Origin.JOINED if owner or rest else Origin.FIXED
            if owner is Origin.FIXED and name not in self._functions:
                return self._worst(arguments, source, seen)
        elif name in _PASSED_ON:
            return self._worst(arguments, source, seen)
        return self._of_result(name, seen)

    def _of_result(self, name: str, seen: frozenset[int]) -> Origin:
        found = self._functions.get(name, [])
        if len(found) != 1:
            return Origin.OPEN
        source, function = found[0]
        results = [one.value for one in ast.walk(function) if isinstance(one, ast.Return)]
        return (
            self._worst([one for one in results if one], source, seen) if results else Origin.OPEN
        )

    def _of_attribute(self, node: ast.Attribute, source: Source, seen: frozenset[int]) -> Origin:
        if node.attr in self._attributes and is_self(node.value):
            values = self._attributes[node.attr]
            return max(self._of(value, where, seen) for where, value in values)
        if isinstance(node.value, ast.Name) and node.value.id in self._classes:
            return self._of_class_value(self._classes[node.value.id], node.attr, source, seen)
        if is_self(node.value):
            owner = next((a for a in source.above(node) if isinstance(a, ast.ClassDef)), None)
            return self._of_class_value(owner, node.attr, source, seen) if owner else Origin.OPEN
        if node.attr in _FROM_OUTSIDE and isinstance(node.value, ast.Name):
            return Origin.OPEN
        return self._of(node.value, source, seen)

    def _of_class_value(
        self, owner: ast.ClassDef, name: str, source: Source, seen: frozenset[int]
    ) -> Origin:
        values = [
            value
            for one in owner.body
            for target, value in assignments(one)
            if isinstance(target, ast.Name) and target.id == name
        ]
        return self._worst(values, source, seen) if values else Origin.OPEN

    def _of_name(self, node: ast.Name, source: Source, seen: frozenset[int]) -> Origin:
        scopes = [one for one in source.above(node) if isinstance(one, Function)]
        if any(node.id in self._bindings(scope).guarded for scope in scopes[:1]):
            return Origin.FIXED
        for scope in (*comprehensions(node, source), *scopes, source.tree):
            values = self._bindings(scope).bound.get(node.id, [])
            parameter = isinstance(scope, Function) and node.id in parameters(scope)
            if not values and not parameter:
                continue
            found = self._worst(values, source, seen)
            if isinstance(scope, Function) and parameter:
                found = max(found, self._of_parameter(node.id, scope, seen))
            return found
        return self._of_import(node.id, source, seen)

    def _of_import(self, name: str, source: Source, seen: frozenset[int]) -> Origin:
        """A name from another module: of the project, followed there; of Python, its own."""
        if name in ("__file__", "__name__", "__doc__"):
            return Origin.FIXED
        imported = source.imports.get(name)
        if imported is None or imported.rpartition(".")[2] in _FROM_OUTSIDE:
            return Origin.OPEN
        if imported.partition(".")[0] in sys.stdlib_module_names:
            return Origin.FIXED
        for other in self.sources:
            if values := self._bindings(other.tree).bound.get(imported.rpartition(".")[2]):
                return self._worst(values, other, seen)
        return Origin.OPEN

    def _bindings(self, node: ast.AST) -> Bindings:
        if id(node) not in self._bound:
            self._bound[id(node)] = read_bindings(node)
        return self._bound[id(node)]

    def _of_parameter(self, name: str, function: Function, seen: frozenset[int]) -> Origin:
        """Look at what every call passes, where only the program itself can be meant to call."""
        if is_closed_type(name, function, self._classes):
            return Origin.FIXED
        if not function.name.startswith("_") and not _OF_THE_PROGRAM.search(name):
            return Origin.OPEN
        owner = (one.name for one in self._classes.values() if function in one.body)
        called = next(owner, "") if function.name == "__init__" else function.name
        calls = self._calls.get(called, [])
        if not calls or function.decorator_list or function.name in self._handed_on:
            return Origin.OPEN
        passed = [(where, passed_value(call, name, function)) for where, call in calls]
        if any(value is None for _, value in passed):
            return Origin.OPEN
        return max(self._of(value, where, seen) for where, value in passed if value is not None)

    def _given(
        self, name: str, scope: Function | ast.Module, source: Source
    ) -> Iterator[tuple[Source, ast.expr]]:
        """Yield what a scope assigns to a name, and what calls pass for it."""
        yield from ((source, value) for value in self._bindings(scope).bound.get(name, []))
        if isinstance(scope, Function) and name in parameters(scope):
            for where, call in self._calls.get(scope.name, []):
                if (value := passed_value(call, name, scope)) is not None:
                    yield where, value

    def _parts(self, node: ast.AST, source: Source, seen: frozenset[int]) -> Iterator[ast.AST]:
        """Yield the nodes of an expression, and those of what its names stand for."""
        self._steps += 1
        if id(node) in seen or len(seen) > _DEEPEST or self._steps > _MOST_STEPS:
            return
        seen |= {id(node)}
        for one in ast.walk(node):
            yield one
            for where, value in self._meanings(one, source):
                yield from self._parts(value, where, seen)

    def _meanings(self, node: ast.AST, source: Source) -> Iterator[tuple[Source, ast.expr]]:
        """Yield what a name stands for, and what a call of the program's functions returns."""
        if isinstance(node, ast.Name):
            for scope in (*source.above(node), source.tree):
                if isinstance(scope, Function | ast.Module):
                    yield from self._given(node.id, scope, source)
        elif isinstance(node, ast.Call):
            found = self._functions.get(called_name(node), [])
            for where, function in found if len(found) == 1 else ():
                for result in ast.walk(function):
                    if isinstance(result, ast.Return) and result.value:
                        yield where, result.value


def _piece(node: ast.AST) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) else None
