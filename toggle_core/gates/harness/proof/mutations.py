"""Find every place of a program where a small mistake could be planned."""

import ast
import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..suite import Function, parse
from .changes import MODULE_LEVEL, Change, Spot, Text
from .left_alone import MATTERS_OF_TASTE, is_for_others, is_one_call, is_spoken, is_talk
from .operators import Operation, of_condition, of_expression, of_handler, of_statement


@dataclass
class FunctionSpots:
    """A function, and the places in it where a mistake can be made.

    Attributes:
        text: of its file.
        name: its qualified name, or ``MODULE_LEVEL``.
        line: its first line.
        last: its last line.
        source: its text, which seeds what is drawn from it.
        spots: the places.
    """

    text: Text
    name: str
    line: int
    last: int
    source: str
    spots: list[Spot] = field(default_factory=list)

    @property
    def seed(self) -> int:
        """A number that changes only when the function itself changes."""
        return int.from_bytes(hashlib.sha256(self.source.encode()).digest()[:8])

    def drawn(self) -> Iterator[Change]:
        """Yield its changes in a random order that its seed decides, spread over its lines."""
        spots = list(self.spots)
        random.Random(self.seed).shuffle(spots)
        times: dict[int, int] = {}
        order: list[tuple[int, int, Spot]] = []
        for place, spot in enumerate(spots):
            times[spot.line] = times.get(spot.line, 0) + 1
            order.append((times[spot.line], place, spot))
        seen: set[str] = set()
        for _, _, spot in sorted(order, key=lambda one: one[:2]):
            change = spot.change(self.text, self.name)
            if change is not None and change.text not in seen:
                seen.add(change.text)
                yield change


def find_functions(files: Mapping[str, str]) -> list[FunctionSpots]:
    """Return the functions with a place for a mistake; without any, modules that have one.

    Args:
        files: text of each file of the program by its path.
    """
    functions: list[FunctionSpots] = []
    modules: list[FunctionSpots] = []
    for path in sorted(files):
        text = Text(path, files[path])
        if "\r" in text.source.replace("\r\n", ""):
            continue  # Python takes it for the end of a line, which shifts all positions
        try:
            tree = parse(text.source)
            functions += _functions_in(text, tree.body, "")
            modules.append(_module(text, tree))
        except (RecursionError, ValueError):
            continue
    return [one for one in functions if one.spots] or [one for one in modules if one.spots]


def draw(functions: list[FunctionSpots], most: int) -> list[Change]:
    """Draw changes evenly: no function has its next turn before all others had theirs.

    Args:
        functions: those of the program.
        most: how many to draw.
    """
    turns = [one.drawn() for one in sorted(functions, key=lambda one: (one.seed, one.name))]
    drawn: list[Change] = []
    while turns and len(drawn) < most:
        waiting: list[Iterator[Change]] = []
        for turn in turns:
            if len(drawn) < most and (change := next(turn, None)) is not None:
                drawn.append(change)
                waiting.append(turn)
        turns = waiting
    return drawn


def seed_of(functions: list[FunctionSpots]) -> str:
    """Return a short text that stands for what was drawn from."""
    seeds = sorted(one.seed for one in functions)
    return hashlib.sha256(repr(seeds).encode()).hexdigest()[:12]


def _functions_in(
    text: Text, body: list[ast.stmt], prefix: str, *, inner: bool = False
) -> Iterator[FunctionSpots]:
    """Yield each function of a scope, nested ones and methods too, and the lambdas of modules.

    Args:
        text: of the file.
        body: of the scope.
        prefix: of the names in it.
        inner: whether it is in a function, to which its lambdas belong.
    """
    for statement in body:
        if isinstance(statement, Function):
            name = f"{prefix}{statement.name}"
            annotation = ast.unparse(statement.returns) if statement.returns else ""
            last = statement.end_lineno or statement.lineno
            source = text.segment(statement)
            spots = list(_Reader(annotation).of_body(statement.body))
            yield FunctionSpots(text, name, statement.lineno, last, source, spots)
            yield from _functions_in(text, statement.body, f"{name}.", inner=True)
        elif isinstance(statement, ast.ClassDef):
            yield from _functions_in(
                text, statement.body, f"{prefix}{statement.name}.", inner=inner
            )
        else:
            if not inner:
                yield from _lambdas_in(text, statement, prefix)
            yield from _functions_in(text, _inner(statement), prefix, inner=inner)


def _lambdas_in(text: Text, statement: ast.stmt, prefix: str) -> Iterator[FunctionSpots]:
    """Yield the lambdas in the expressions of a statement, such as those of a table."""
    for expression in _expressions(statement):
        for node in ast.walk(expression):
            if isinstance(node, ast.Lambda):
                spots = list(_of_expression(node.body, None))
                last = node.end_lineno or node.lineno
                source = text.segment(node)
                yield FunctionSpots(text, f"{prefix}<lambda>", node.lineno, last, source, spots)


def _module(text: Text, tree: ast.Module) -> FunctionSpots:
    last = text.source.count("\n") + 1
    spots = list(_Reader("", module=True).of_body(tree.body))
    return FunctionSpots(text, MODULE_LEVEL, 1, last, text.source, spots)


def _inner(statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements in the blocks of one statement."""
    found: list[ast.stmt] = []
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.stmt):
            found.append(node)
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            found += node.body
    return found


class _Reader:
    """Reads the places of one function, without those of functions in it.

    Args:
        annotation: of what the function returns.
        module: whether it is a module, of which only statements in blocks count.
    """

    def __init__(self, annotation: str, *, module: bool = False) -> None:
        self._annotation = annotation
        self._module = module

    def of_body(self, body: list[ast.stmt]) -> Iterator[Spot]:
        for statement in body:
            yield from self._of_statement(statement)

    def _of_statement(self, statement: ast.stmt) -> Iterator[Spot]:
        if isinstance(statement, Function | ast.ClassDef) or is_spoken(statement):
            return
        if isinstance(statement, ast.If) and is_for_others(statement.test):
            if self._module and not is_one_call(statement.body):
                yield from self.of_body(statement.body)
            return
        if not self._module or not isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from _spots(statement, of_statement(statement, self._annotation))
        if isinstance(statement, ast.Raise):
            return
        for node in ast.iter_child_nodes(statement):
            if isinstance(node, ast.ExceptHandler):
                for place, operation in of_handler(node):
                    if not is_spoken(place):
                        yield Spot(place, *operation)
        yield from self._of_parts(statement)

    def _of_parts(self, statement: ast.stmt) -> Iterator[Spot]:
        if isinstance(statement, ast.If | ast.While):
            loop = isinstance(statement, ast.While)
            yield from _spots(statement.test, of_condition(statement.test, loop=loop))
        for expression in _expressions(statement):
            yield from _of_expression(expression, None)
        yield from self.of_body(_inner(statement))


def _expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions that a statement itself evaluates; no targets and no annotations."""
    skipped = ("targets", "target", "annotation", "type_params")
    for name, value in ast.iter_fields(statement):
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.expr) and name not in skipped:
                yield part
            elif isinstance(part, ast.withitem):
                yield part.context_expr
            elif isinstance(part, ast.match_case) and part.guard is not None:
                yield part.guard


def _of_expression(node: ast.expr, fstring: ast.JoinedStr | None) -> Iterator[Spot]:
    if is_talk(node):
        return
    yield from _spots(node, of_expression(node), fstring)
    if isinstance(node, ast.IfExp):
        yield from _spots(node.test, of_condition(node.test, loop=False), fstring)
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _of_expression(value.value, fstring or node)
        return
    for part in _parts(node):
        yield from _of_expression(part, fstring)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions that one is made of."""
    if type(node).__name__ == "TemplateStr":
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.keyword) and child.arg not in MATTERS_OF_TASTE:
            yield child.value
        elif isinstance(child, ast.comprehension):
            yield child.iter
            yield from child.ifs


def _spots(
    node: ast.expr | ast.stmt,
    operations: Iterator[Operation],
    fstring: ast.JoinedStr | None = None,
) -> Iterator[Spot]:
    for operator, make in operations:
        yield Spot(node, operator, make, fstring)
