"""Changes after which a program does the same: an honest test cannot notice one.

A suite that compares the program's text with a stored copy, or that fails whenever anything
changed, would look as if it noticed every mistake. It fails for these as well.
"""

import ast
import random
from collections.abc import Callable, Iterator, Mapping, Set

from ..suite import Function, parse
from .changes import NEUTRAL, Change, Text
from .mutations import FunctionSpots

_SCOPES = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Global, ast.Nonlocal),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr),
    *(ast.ExceptHandler, ast.Match, ast.Import, ast.ImportFrom),
)
_READS_NAMES = frozenset(("locals", "vars", "dir", "eval", "exec", "globals"))
_MOST_FUNCTIONS = 30  # that are looked at; each takes its file to be parsed
_SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr)

Splice = tuple[int, int, str]
Make = Callable[[Text, Function, Set[int], random.Random], Iterator[tuple[ast.AST, list[Splice]]]]


def draw_neutral(
    functions: list[FunctionSpots], covered: Mapping[str, Set[int]], most: int
) -> list[Change]:
    """Draw neutral changes in lines that tests run, spread over functions and kinds.

    Args:
        functions: those of the program.
        covered: the lines of each file that tests run.
        most: how many to draw.
    """
    kinds: list[tuple[str, Make]] = [
        ("renamed_local", _renamed),
        ("result_by_local", _by_local),
        ("no_operation", _no_operation),
    ]
    drawn: list[Change] = []
    reached = [one for one in functions if _is_covered(one, covered)]
    turns = sorted(reached, key=lambda one: (one.seed, one.name))[:_MOST_FUNCTIONS]
    for step in range(len(turns) * len(kinds)):
        if len(drawn) == most:
            break
        turn, place = divmod(step, len(turns))
        one = turns[place]
        kind, make = kinds[(turn + place) % len(kinds)]
        if change := _change(one, kind, make, covered.get(one.text.path, frozenset())):
            drawn.append(change)
    return drawn


def _is_covered(one: FunctionSpots, covered: Mapping[str, Set[int]]) -> bool:
    lines = covered.get(one.text.path, frozenset())
    return any(line in lines for line in range(one.line, one.last + 1))


def _change(one: FunctionSpots, kind: str, make: Make, lines: Set[int]) -> Change | None:
    """Make one change of a kind in a function, None where there is no place for it."""
    source = random.Random(one.seed)
    function = _find(one)
    if function is None or _reads_names(function):
        return None
    places = list(make(one.text, function, lines, source))
    if not places:
        return None
    node, splices = source.choice(places)
    try:
        changed = one.text.splice(*splices)
        compile(changed, one.text.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    first: int = node.lineno  # type: ignore[attr-defined]
    last: int = node.end_lineno  # type: ignore[attr-defined]
    before, after = one.text.line(first), Text(one.text.path, changed).line(first)
    return Change(NEUTRAL, one.text.path, first, last, one.name, kind, before, after, changed)


def _find(one: FunctionSpots) -> Function | None:
    """Return the syntax tree of a function."""
    for node in ast.walk(parse(one.text.source)):
        if isinstance(node, Function) and node.lineno == one.line and node.end_lineno == one.last:
            return node
    return None


def _reads_names(function: Function) -> bool:
    return any(isinstance(n, ast.Name) and n.id in _READS_NAMES for n in ast.walk(function))


def _renamed(
    text: Text, function: Function, lines: Set[int], source: random.Random
) -> Iterator[tuple[ast.AST, list[Splice]]]:
    """A local variable has another name."""
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    if any(isinstance(node, _SCOPES) for node in nodes):
        return
    names = [node for node in nodes if isinstance(node, ast.Name)]
    parameters = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    stored = {node.id for node in names if isinstance(node.ctx, ast.Store)} - parameters
    for name in sorted(stored):
        places = [node for node in names if node.id == name]
        if places[0].lineno in lines:
            new = f"{name}_{source.getrandbits(20):05x}"
            yield places[0], [(*text.span(place), new) for place in places]


def _by_local(
    text: Text, function: Function, lines: Set[int], source: random.Random
) -> Iterator[tuple[ast.AST, list[Splice]]]:
    """A result is kept in a variable before it is returned."""
    for node in _own(function):
        if isinstance(node, ast.Return) and node.value is not None and node.lineno in lines:
            name = f"result_{source.getrandbits(20):05x}"
            value = text.segment(node.value)
            yield node, [(*text.span(node), f"{name} = ({value}); return {name}")]


def _no_operation(
    text: Text, function: Function, lines: Set[int], _: random.Random
) -> Iterator[tuple[ast.AST, list[Splice]]]:
    """A statement is followed by one that does nothing."""
    for node in _own(function):
        remark = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, _SIMPLE) and not remark and node.lineno in lines:
            yield node, [(*text.span(node), f"{text.segment(node)}; pass")]


def _own(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function that are in no function or class within it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
