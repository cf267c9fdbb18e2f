"""Find tests that draw random values without a seed and assert on them, by reading."""

import ast
from collections.abc import Collection, Iterator, Mapping

from ..suite import Function, parse, written_tests

_DRAWING = frozenset(
    ("random", "randint", "randrange", "choice", "choices", "sample", "shuffle", "uniform", "gauss")
)
_DRAWING |= {"getrandbits", "randbytes", "token_hex", "token_urlsafe", "token_bytes", "randbelow"}
_DRAWING |= {"uuid4"}
_OWNERS = frozenset(("random", "secrets", "uuid"))


def find_unseeded(files: Mapping[str, str], tests: Collection[str]) -> list[str]:
    """Return the names of such tests.

    Args:
        files: text of each file by its path.
        tests: paths of the files of the tests.
    """
    trees = {path: parse(files[path]) for path in sorted(tests) if path in files}
    seeded = {path for path, tree in trees.items() if any(map(_is_seed, ast.walk(tree)))}
    if any(path.rpartition("/")[2] == "conftest.py" for path in seeded):
        return []
    return [
        test.id
        for test in written_tests(trees)
        if test.path not in seeded and _asserts_on_drawn(test.function, _drawers(trees[test.path]))
    ]


def _drawers(tree: ast.Module) -> frozenset[str]:
    """Return the names of functions that were imported by themselves and that draw values."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in _OWNERS
        for alias in node.names
        if alias.name in _DRAWING
    )


def _asserts_on_drawn(function: Function, drawers: frozenset[str]) -> bool:
    drawn = set(_drawn_names(function, drawers))
    return any(
        _draws(part, drawers) or (isinstance(part, ast.Name) and part.id in drawn)
        for node in ast.walk(function)
        for asserted in _asserted(node)
        for part in ast.walk(asserted)
    )


def _asserted(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a statement asserts."""
    if isinstance(node, ast.Assert):
        yield node.test
    elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("self.assert"):
        yield from node.args


def _drawn_names(function: Function, drawers: frozenset[str]) -> Iterator[str]:
    """Yield the names that hold what was drawn."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(_draws(n, drawers) for n in ast.walk(node.value)):
            for target in node.targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def _draws(node: ast.AST, drawers: frozenset[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Name):
        return called.id in drawers
    return (
        isinstance(called, ast.Attribute)
        and called.attr in _DRAWING
        and isinstance(called.value, ast.Name)
        and called.value.id in _OWNERS
    )


def _is_seed(node: ast.AST) -> bool:
    """Tell whether a call sets the seed of the module ``random``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "seed"
    )
