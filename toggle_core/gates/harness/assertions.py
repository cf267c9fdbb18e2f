"""Count what a test checks, by reading it."""

import ast
from collections.abc import Iterator, Mapping

from .suite import Function, WrittenTest, imported_modules, is_test_side, statements

_CHECKING_WORDS = ("assert", "raises", "warns", "fail", "expect", "verify", "check", "deprecated")
_DEEPEST = 3  # helpers that call helpers
_LOOPS = ast.For | ast.AsyncFor


class CheckCounter:
    """Counts the checks of tests: asserts, ``raises``, unittest's methods, and those of helpers.

    What stands in a loop over literal cases, or in a test parametrized with them, counts once for
    each case. An assertion of constants counts nothing, because it cannot fail.
    """

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        sides = {path: is_test_side(path, tree) for path, tree in trees.items()}
        self._literals = {path: _literal_lengths(tree) for path, tree in trees.items()}
        self._helpers = {path: _functions(trees[path]) for path, ours in sides.items() if ours}
        program = {path for path, ours in sides.items() if not ours}
        self._of_program = {path: _program_names(tree, program) for path, tree in trees.items()}
        self._counted: dict[tuple[ast.AST, int], int] = {}

    def count(self, test: WrittenTest) -> int:
        """Return how many checks one run of the test makes, as far as reading shows."""
        checks = self._checks_in(test.path, test.function, _DEEPEST)
        for decorator in test.decorators:
            checks *= self._cases(test.path, decorator)
        return checks

    def _checks_in(self, path: str, function: Function, depth: int) -> int:
        """Count the checks in a function and, down to a depth, in the helpers it calls."""
        if (function, depth) not in self._counted:
            self._counted[function, depth] = self._walk(path, function, depth)
        return self._counted[function, depth]

    def _walk(self, path: str, function: Function, depth: int) -> int:
        total = 0
        waiting: list[tuple[ast.AST, int, bool]] = [
            (statement, 1, True) for statement in function.body
        ]
        while waiting:
            node, times, outer = waiting.pop()
            if isinstance(node, ast.Call):
                total += times * self._checks_of_call(path, node, depth)
            elif isinstance(node, ast.Assert):
                total += times * _claims(node.test)
            elif isinstance(node, ast.Raise) and outer and node.exc is not None:
                total += times
            elif isinstance(node, _LOOPS):
                times *= self._length(path, node.iter)
            outer = outer and not isinstance(node, Function | ast.Lambda | ast.ClassDef)
            waiting += [(child, times, outer) for child in ast.iter_child_nodes(node)]
        return total

    def _checks_of_call(self, path: str, call: ast.Call, depth: int) -> int:
        parts = _dotted(call.func)
        name = parts[-1] if parts else ""
        if depth and (helper := self._helper(path, name)):
            return self._checks_in(*helper, depth - 1)
        if parts and parts[0] in self._of_program.get(path, ()):
            return 0
        checked = any(word.arg == "check" and _is_true(word.value) for word in call.keywords)
        return int(checked or any(word in name.lower() for word in _CHECKING_WORDS))

    def _helper(self, path: str, name: str) -> tuple[str, Function] | None:
        """Find a function of the tests by its name, first in the file that calls it."""
        for place in (path, *self._helpers):
            if function := self._helpers.get(place, {}).get(name):
                return place, function
        return None

    def _cases(self, path: str, decorator: ast.expr) -> int:
        if not isinstance(decorator, ast.Call) or _dotted(decorator.func)[-1:] != ["parametrize"]:
            return 1
        values = [word.value for word in decorator.keywords if word.arg == "argvalues"]
        given = decorator.args[1] if len(decorator.args) > 1 else next(iter(values), None)
        return 1 if given is None else self._length(path, given)

    def _length(self, path: str, values: ast.expr) -> int:
        if isinstance(values, ast.Name):
            return self._literals[path].get(values.id, 1)
        known = _literal_length(values)
        return 1 if known is None else known


def _functions(tree: ast.Module) -> dict[str, Function]:
    """Functions and methods of a file by their names; tests are no helpers."""
    return {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, Function) and not node.name.startswith("test")
    }


def _program_names(tree: ast.Module, program: set[str]) -> set[str]:
    """Names in a file that stand for the program's modules, or for something in them."""
    modules = {path.removesuffix(".py").removesuffix("/__init__") for path in program}
    tops = {part for module in modules for part in module.removeprefix("src/").split("/")}
    if not tops & set(imported_modules(tree)):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.partition(".")[0]
                for alias in node.names
                if alias.name.partition(".")[0] in tops
            }
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in tops:
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def _claims(condition: ast.expr) -> int:
    """How many things an assertion says; 0 where it cannot fail."""
    if isinstance(condition, ast.BoolOp):
        counts = [_claims(value) for value in condition.values]
        if isinstance(condition.op, ast.And):
            return sum(counts)
        return int(all(counts))
    return int(any(isinstance(node, ast.Name | ast.Call) for node in ast.walk(condition)))


def _literal_lengths(tree: ast.Module) -> dict[str, int]:
    """Lengths of the literals that a file's own names stand for."""
    return {
        target.id: length
        for statement in statements(tree.body)
        for target, value in _bindings(statement)
        if isinstance(target, ast.Name) and (length := _literal_length(value)) is not None
    }


def _bindings(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(statement, ast.Assign):
        yield from ((target, statement.value) for target in statement.targets)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield statement.target, statement.value


def _literal_length(value: ast.expr) -> int | None:
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return len(value.elts)
    if isinstance(value, ast.Dict):
        return len(value.keys)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        in_pairs = value.func.attr == "items" and isinstance(value.func.value, ast.Dict)
        return _literal_length(value.func.value) if in_pairs else None
    return None


def _dotted(expression: ast.expr) -> list[str]:
    """The names of ``a.b.c``, outermost first; what is called in between is passed over."""
    parts: list[str] = []
    while True:
        if isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        elif isinstance(expression, ast.Call):
            expression = expression.func
        else:
            break
    if isinstance(expression, ast.Name):
        parts.append(expression.id)
    return parts[::-1]


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True
