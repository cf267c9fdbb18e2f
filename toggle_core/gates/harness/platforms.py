"""Recognise what is meant for another platform than this one, by reading."""

import ast
from collections.abc import Iterator, Mapping

from .names import Names
from .suite import WrittenTest, statements

_ASKED = frozenset(("sys.platform", "os.name", "platform.system", "platform.platform"))
_OTHERS = ("win", "nt", "darwin", "mac", "cygwin", "msys", "java", "freebsd", "aix", "emscripten")
_OWN = ("linux", "posix")
_OTHERS_MODULES = frozenset(("winreg", "winsound", "msvcrt", "_winapi", "nt"))
_CONDITIONAL = frozenset(("skipif", "skipIf", "skipUnless"))
_MARKS = "pytestmark"
_DEEPEST = 20


class Platforms:
    """What in one file is for another platform.

    A condition counts if it compares nothing but the platform, and with another one's name at
    least once: ``sys.platform != "win32"``, ``os.name == "nt" or platform.system() == "Darwin"``.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._names = Names(tree)
        self._marks: dict[ast.AST, list[ast.expr]] = {}
        self._values = {
            statement.targets[0].id: statement.value
            for statement in statements(tree.body)
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
        }
        self.lines = frozenset(self._lines())
        """Lines below such a condition, and those that ask for another platform's modules."""

    def skips(self, test: WrittenTest) -> bool:
        """Tell whether every skip that a test is marked with is for another platform."""
        marks = [*test.decorators, *self._marks_of(self._tree)]
        for each in test.classes:
            marks += self._marks_of(each)
        skips = [verdict for mark in marks if (verdict := self._mark(mark)) is not None]
        return bool(skips) and all(skips)

    def _marks_of(self, scope: ast.Module | ast.ClassDef) -> list[ast.expr]:
        """Return the marks that a module or class sets for all its tests; read once."""
        if scope not in self._marks:
            self._marks[scope] = list(_module_marks(scope.body))
        return self._marks[scope]

    def _mark(self, mark: ast.expr) -> bool | None:
        """None for what is no skip, else whether it is for another platform."""
        if isinstance(mark, ast.Name):
            mark = self._values.get(mark.id, mark)
        called = mark.func if isinstance(mark, ast.Call) else mark
        kind = self._names.dotted(called).rpartition(".")[2]
        if kind == "skip":
            return False
        if kind not in _CONDITIONAL:
            return None
        given = [*mark.args[:1], *_keyword(mark, "condition")] if isinstance(mark, ast.Call) else []
        return bool(given) and self.is_condition(given[0])

    def is_condition(self, condition: ast.expr) -> bool:
        """Tell whether a condition is about other platforms and nothing else."""
        named: list[str] = []
        return self._about_platforms(condition, named, 0) and any(
            name.lower().startswith(_OTHERS) for name in named
        )

    def _about_platforms(self, condition: ast.expr, named: list[str], depth: int) -> bool:
        if isinstance(condition, ast.Name):
            condition = self._values.get(condition.id, condition)
        if isinstance(condition, ast.Constant) and isinstance(condition.value, str):
            condition = _parsed(condition.value)
        parts: list[ast.expr]
        if isinstance(condition, ast.BoolOp):
            parts = condition.values
        elif isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
            parts = [condition.operand]
        else:
            return self._compares(condition, named)
        return depth < _DEEPEST and all(
            self._about_platforms(part, named, depth + 1) for part in parts
        )

    def _compares(self, condition: ast.expr, named: list[str]) -> bool:
        if isinstance(condition, ast.Compare):
            sides = [condition.left, *condition.comparators]
        elif isinstance(condition, ast.Call) and isinstance(condition.func, ast.Attribute):
            if condition.func.attr not in ("startswith", "lower"):
                return False
            sides = [condition.func.value, *condition.args]
        else:
            return False
        texts = [_texts(side) for side in sides]
        asked = [side for side, found in zip(sides, texts, strict=True) if found is None]
        words = [word for found in texts if found for word in found]
        named += words
        known = all(word.lower().startswith((*_OTHERS, *_OWN)) for word in words)
        return len(asked) == 1 and bool(words) and known and self._asks(asked[0])

    def _asks(self, expression: ast.expr) -> bool:
        while isinstance(expression, ast.Call):
            expression = expression.func
            if isinstance(expression, ast.Attribute) and expression.attr in ("lower", "casefold"):
                expression = expression.value
        return self._names.dotted(expression) in _ASKED

    def _lines(self) -> Iterator[int]:
        for node in ast.walk(self._tree):
            if isinstance(node, ast.If | ast.IfExp) and self.is_condition(node.test):
                yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)
            elif isinstance(node, ast.Call) and node.args and _texts(node.args[0]):
                called = self._names.dotted(node.func).rpartition(".")[2]
                if called == "importorskip" and set(_texts(node.args[0]) or ()) <= _OTHERS_MODULES:
                    yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _module_marks(body: list[ast.stmt]) -> Iterator[ast.expr]:
    for statement in statements(body):
        if isinstance(statement, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == _MARKS for target in statement.targets
        ):
            value = statement.value
            yield from value.elts if isinstance(value, ast.List | ast.Tuple) else [value]


def platforms_of(trees: Mapping[str, ast.Module]) -> dict[str, Platforms]:
    """Read every file for what is meant for another platform."""
    return {path: Platforms(tree) for path, tree in trees.items()}


def _keyword(call: ast.Call, name: str) -> list[ast.expr]:
    return [word.value for word in call.keywords if word.arg == name]


def _texts(node: ast.expr) -> list[str] | None:
    """The texts of a literal, or of a literal collection; None for anything else."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    texts = [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return texts if texts and len(texts) == len(parts) else None


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Constant(None)
