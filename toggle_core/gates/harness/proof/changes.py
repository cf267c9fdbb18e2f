"""A small change to one file of the program, as a splice of its text."""

import ast
import copy
from collections.abc import Callable
from dataclasses import dataclass

Make = Callable[[ast.AST], ast.AST | None]

MUTATION = "mutation"
NEUTRAL = "neutral"
MODULE_LEVEL = "<module>"

_MOST_CHARACTERS = 120  # of a line as it is shown


@dataclass(frozen=True, slots=True)
class Change:
    """One change, ready to be applied.

    Attributes:
        kind: ``MUTATION`` or ``NEUTRAL``.
        path: the changed file.
        line: first line of what is replaced, from 1.
        last: its last line.
        function: qualified name of the function around it, or ``MODULE_LEVEL``.
        operator: name of the operator that made it.
        before: the changed line or expression, bounded.
        after: the same after the change.
        text: the whole file after the change.
    """

    kind: str
    path: str
    line: int
    last: int
    function: str
    operator: str
    before: str
    after: str
    text: str


class Text:
    """The text of a file, addressed by the positions of its syntax tree.

    Args:
        path: the file.
        source: its text.
    """

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source.removeprefix("\ufeff")
        self._bytes = self.source.encode()
        self._starts = [0]
        for line in self._bytes.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends, in bytes."""
        line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
        last, end = node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
        return self._starts[line - 1] + column, self._starts[last - 1] + end

    def segment(self, node: ast.AST) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self._bytes[start:end].decode()

    def splice(self, *parts: tuple[int, int, str]) -> str:
        """Return the whole text with some spans, given in bytes, replaced."""
        changed = self._bytes
        for start, end, text in sorted(parts, reverse=True):
            changed = changed[:start] + text.encode() + changed[end:]
        return changed.decode()

    def line(self, number: int) -> str:
        """Return a line by its number, without spaces around it."""
        return self._bytes.split(b"\n")[number - 1].decode().strip()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a change could be made.

    Attributes:
        node: what is replaced.
        operator: name of the operator.
        make: returns what to put in its place, from a copy; None where nothing fits.
        fstring: the outermost f-string around it. Positions inside one are unreliable before
            Python 3.12, so the whole f-string is replaced.
    """

    node: ast.expr | ast.stmt
    operator: str
    make: Make
    fstring: ast.JoinedStr | None = None

    @property
    def line(self) -> int:
        """First line of what is replaced."""
        return (self.fstring or self.node).lineno

    def change(self, text: Text, function: str) -> Change | None:
        """Make the change.

        Args:
            text: of the file.
            function: qualified name of the function around it.

        Returns:
            The change; None where the result is the same, or Python cannot compile it.
        """
        replaced: ast.expr | ast.stmt = self.fstring or self.node
        try:
            made = self._made()
            if made is None:
                return None
            new = ast.unparse(ast.fix_missing_locations(made))
            plain = isinstance(replaced, ast.stmt) or new.isalnum()
            start, end = text.span(replaced)
            changed = text.splice((start, end, new if plain else f"({new})"))
            if changed == text.source:
                return None
            compile(changed, text.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        before, after = self._shown(text, text.splice((start, end, new)), made)
        return Change(
            MUTATION,
            text.path,
            replaced.lineno,
            replaced.end_lineno or replaced.lineno,
            function,
            self.operator,
            before,
            after,
            changed,
        )

    def _made(self) -> ast.AST | None:
        if self.fstring is None:
            return self.make(copy.deepcopy(self.node))
        new = self.make(copy.deepcopy(self.node))
        return None if new is None else _replaced(self.fstring, self.node, new)

    def _shown(self, text: Text, changed: str, made: ast.AST) -> tuple[str, str]:
        """Return the line before and after, or the expression if it takes several lines.

        Args:
            text: of the file.
            changed: the same after the change, easy to read rather than exact.
            made: what is put in place.
        """
        replaced = self.fstring or self.node
        if isinstance(made, ast.Pass):
            return _short(ast.unparse(self.node)), "(deleted)"
        if replaced.lineno == replaced.end_lineno:
            line = Text(text.path, changed).line(replaced.lineno)
            return _short(text.line(replaced.lineno)), _short(line)
        return _short(ast.unparse(replaced)), _short(ast.unparse(made))


def _replaced(root: ast.AST, node: ast.AST, new: ast.AST) -> ast.AST:
    """Return a copy of a tree in which one node, found by identity, is another."""

    def walk(value: object) -> object:
        if value is node:
            return new
        if isinstance(value, ast.AST):
            fields = {name: walk(part) for name, part in ast.iter_fields(value)}
            return type(value)(**fields)
        return [walk(part) for part in value] if isinstance(value, list) else value

    made = walk(root)
    assert isinstance(made, ast.AST)  # noqa: S101  of the same kind as the root
    return made


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _MOST_CHARACTERS else f"{words[: _MOST_CHARACTERS - 1]}…"
