"""Where the type checker's errors are in the code, and what is known of the code around them."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .sources import Function, Source

_CAUGHT = frozenset(("TypeError", "AttributeError", "NameError"))


@dataclass(frozen=True, slots=True)
class Names:
    """Names that the whole project defines.

    Attributes:
        attributes: everything that may be an attribute of something.
        classes: its classes.
        mixed: those with several base classes, whose constructor may be of any of them.
        plain: functions, methods and classes with one definition and no decorator.
    """

    attributes: frozenset[str]
    classes: frozenset[str]
    mixed: frozenset[str]
    plain: frozenset[str]


@dataclass(frozen=True, slots=True)
class Place:
    """An error in a file that mypy could read.

    Attributes:
        source: the file.
        names: of the project.
        line: number of the line.
        code: mypy's code of the error.
        message: mypy's sentence.
        begins: the expressions that begin there, the largest first; else the statement there.
        function: the function around it, None at the top of a file or class.
        several: whether mypy reports more errors of this code for the same expression, as it does
            for each pair of a union.
        notes: mypy's notes and hints on the same line.
    """

    source: Source
    names: Names
    line: int
    code: str
    message: str
    begins: tuple[ast.AST, ...]
    function: Function | None
    several: bool
    notes: str

    @property
    def node(self) -> ast.AST | None:
        """The largest expression that begins there, else the statement; None if there is none."""
        return self.begins[0] if self.begins else None

    @property
    def attribute(self) -> ast.Attribute | None:
        """The attribute that mypy names last, as it is read there."""
        names = re.findall(r'attribute "(\w+)"', self.message)
        found = (one for one in self.begins if isinstance(one, ast.Attribute))
        return next((one for one in found if one.attr in names), None)

    @property
    def subscript(self) -> ast.Subscript | None:
        """The subscript that begins there or whose index is there."""
        around = (*self.begins, *self.above)
        return next((one for one in around if isinstance(one, ast.Subscript)), None)

    @property
    def annotated(self) -> bool:
        """Whether the code says which types it uses."""
        if self.function is None:
            return True
        arguments = self.function.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        return self.function.returns is not None or any(one.annotation for one in every)

    @property
    def above(self) -> Iterator[ast.AST]:
        """The nodes around it, from inside to outside."""
        return self.source.above(self.node) if self.node is not None else iter(())

    @property
    def operation(self) -> ast.AST:
        """The whole expression it is in."""
        node = self.node or self.source.tree
        for one in self.above:
            if not isinstance(one, ast.expr) or isinstance(one, ast.Lambda):
                break
            node = one
        return node

    @property
    def in_class_body(self) -> bool:
        """Whether it is in a class, but in no function of it."""
        return self.function is None and any(isinstance(one, ast.ClassDef) for one in self.above)

    @property
    def is_caught(self) -> bool:
        """Whether the code around it catches what would be raised."""
        caught = {
            name.id
            for one in self.above
            if isinstance(one, ast.Try)
            for handler in one.handlers
            if handler.type is not None
            for name in ast.walk(handler.type)
            if isinstance(name, ast.Name)
        }
        return bool(caught & _CAUGHT)

    @property
    def is_sure(self) -> bool:
        """Whether the types of the values there are known, in code without annotations too.

        There mypy takes an attribute, or a name with several values, for what it was first.
        """
        if self.annotated:
            return True
        if self.node is None or self.function is None:
            return False
        bound = Counter(
            one.id
            for one in ast.walk(self.function)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        )
        used = {one.id for one in ast.walk(self.operation) if isinstance(one, ast.Name)}
        return not used & {"self", "cls"} and all(bound[name] <= 1 for name in used)


def locate(
    found: list[Mapping[str, Any]], sources: list[Source]
) -> Iterator[tuple[Mapping[str, Any], Place | None]]:
    """Yield each error with its place, None where mypy could not read on.

    Args:
        found: mypy's lines, notes included.
        sources: the project's Python files.
    """
    by_path = {source.name: source for source in sources}
    names = _names(sources)
    spots = Counter(map(_spot, found))
    notes: dict[tuple[str, int], str] = {}
    for item in found:
        line = (item["file"], item["line"])
        told = item["message"] if item["severity"] == "note" else item["hint"] or ""
        notes[line] = f"{notes.get(line, '')}\n{told}"
    for item in found:
        if item["severity"] != "error":
            continue
        source = by_path.get(item["file"].removeprefix("./"))
        if source is None or item["code"] in (None, "syntax"):
            yield item, None
            continue
        begins = _nodes_at(source, item["line"], item["column"])
        yield (
            item,
            Place(
                source=source,
                names=names,
                line=item["line"],
                code=item["code"],
                message=item["message"],
                begins=begins,
                function=source.function_of(begins[0]) if begins else None,
                several=spots[_spot(item)] > 1,
                notes=notes.get((item["file"], item["line"]), ""),
            ),
        )


def _spot(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return item["file"], item["line"], item["column"], item["code"]


def _nodes_at(source: Source, line: int, column: int) -> tuple[ast.AST, ...]:
    """Return the expressions that begin at a place, else the innermost statement around it."""
    begins: list[ast.AST] = []
    around: tuple[ast.AST, ...] = ()
    for node in source.nodes:
        if isinstance(node, ast.expr) and (node.lineno, node.col_offset) == (line, column):
            begins.append(node)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            around = (node,)
    return tuple(begins) or around


def _names(sources: list[Source]) -> Names:
    nodes = [node for source in sources for node in source.nodes]
    defined = [node for node in nodes if isinstance(node, Function | ast.ClassDef)]
    classes = [node for node in defined if isinstance(node, ast.ClassDef)]
    how_often = Counter(node.name for node in defined)
    return Names(
        attributes=frozenset(name for node in nodes for name in _attributes(node)),
        classes=frozenset(node.name for node in classes),
        mixed=frozenset(node.name for node in classes if len(node.bases) > 1),
        plain=frozenset(
            node.name
            for node in defined
            if how_often[node.name] == 1 and not _is_changed(node) and not _has_odd_base(node)
        ),
    )


def _is_changed(node: Function | ast.ClassDef) -> bool:
    """Whether a decorator may make something else of it."""
    return any("dataclass" not in ast.unparse(one) for one in node.decorator_list)


def _has_odd_base(node: Function | ast.ClassDef) -> bool:
    """Whether a class takes its constructor from elsewhere: calls of it say little."""
    if not isinstance(node, ast.ClassDef):
        return False
    own = any(isinstance(one, Function) and one.name == "__init__" for one in node.body)
    return not own and bool(node.bases or node.keywords)


def _attributes(node: ast.AST) -> Iterable[str]:
    """Yield the names that a node makes attributes of something."""
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        yield node.attr
    elif isinstance(node, Function | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.Constant) and str(node.value).isidentifier():
        yield str(node.value)  # setattr, hasattr, fields of a named tuple
