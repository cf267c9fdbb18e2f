"""Which tests pytest must report, found by reading the code."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from .assertions import CheckCounter
from .names import Names
from .platforms import Platforms, platforms_of
from .suite import (
    Function,
    WrittenTest,
    find_test_functions,
    is_fixture,
    is_test_file,
    is_test_side,
    statements,
)

_UNITTEST = frozenset(("TestCase", "IsolatedAsyncioTestCase"))
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class ExpectedTest:
    """A test that has to be reported.

    Attributes:
        id: its name as pytest gives it, without parameters.
        definition: where its function stands, ``path:line``.
        checks: how many checks it makes, as far as reading shows.
        elsewhere: it is defined for another platform only, so it may be missing here.
        skipped: it is marked to be skipped on this platform, and for no other reason.
        plain: its function has no decorator, so that it is what pytest calls.
        spare: it may be missing if its function runs under another name: of a class that exists
            to be inherited.
    """

    id: str
    definition: str
    checks: int
    elsewhere: bool = False
    skipped: bool = False
    plain: bool = False
    spare: bool = False


class SuiteReader:
    """Finds the tests of a project with the ways of pytest: prefixes, classes and inheritance."""

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        self._trees = trees
        self._names = {path: Names(tree) for path, tree in trees.items()}
        self._platforms = platforms_of(trees)
        self._checks = CheckCounter(trees)

    def tests(self) -> list[WrittenTest]:
        """Definitions of tests in all files, those in modules of shared tests included."""
        return [
            test for path, tree in self._trees.items() for test in find_test_functions(path, tree)
        ]

    def expected(self) -> list[ExpectedTest]:
        """Return every test that pytest must report, each name once."""
        found: dict[str, ExpectedTest] = {}
        for path, tree in self._trees.items():
            if is_test_file(path):
                for test in self._in_file(path, tree):
                    found.setdefault(test.id, test)
        return list(found.values())

    def unread(self) -> list[str]:
        """Say which tests stand in a file that pytest does not read, taken over by no other."""
        taken = {test.definition for test in self.expected()}
        used = set(map(_loaded, (node for tree in self._trees.values() for node in ast.walk(tree))))
        return [
            f"{test.id} never runs: names of test files begin with test_"
            for test in self.tests()
            if not is_test_file(test.path)
            and test.definition not in taken
            and self._checks.count(test)
            and (
                is_test_side(test.path, self._trees[test.path])
                or (_is_named_like_tests(test.path) and test.function.name not in used)
            )
        ]

    def platforms(self, path: str) -> Platforms | None:
        """What in a file is for another platform; None if it is no file of the project."""
        return self._platforms.get(path)

    def _in_file(self, path: str, tree: ast.Module) -> Iterator[ExpectedTest]:
        deleted = _deleted(tree)
        for statement in statements(tree.body):
            if isinstance(statement, ast.ClassDef):
                yield from self._in_class(path, path, (statement,), statement.name in deleted)
            elif isinstance(statement, ast.ImportFrom):
                yield from self._imported(path, statement, deleted)
        for test in find_test_functions(path, tree):
            if not test.classes:
                yield self._expect(test.id, test)

    def _in_class(
        self, path: str, home: str, classes: tuple[ast.ClassDef, ...], spare: bool = False
    ) -> Iterator[ExpectedTest]:
        """Yield the tests of a class as pytest collects it in the file ``path``."""
        own = classes[-1]
        kind, methods = self._methods(home, classes, 0)
        unittest = "unittest" in kind
        collected = unittest or (own.name.startswith("Test") and "__init__" not in kind)
        spare = spare or not collected or _says(own, "__test__", value=False)
        for name, test in methods.items():
            if collected or self._checks.count(test):
                prefix = "::".join([path, *(each.name for each in classes)])
                yield self._expect(f"{prefix}::{name}", test, spare=spare)
        if not unittest:
            for statement in statements(own.body):
                if isinstance(statement, ast.ClassDef):
                    yield from self._in_class(path, home, (*classes, statement), spare)

    def _methods(
        self, path: str, classes: tuple[ast.ClassDef, ...], depth: int
    ) -> tuple[set[str], dict[str, WrittenTest]]:
        """Return what a class is, and its own and inherited tests by name.

        What it is: ``unittest`` for a TestCase, ``__init__`` for one that pytest cannot collect.
        """
        own = classes[-1]
        kind: set[str] = set()
        methods: dict[str, WrittenTest] = {}
        for statement in statements(own.body):
            if isinstance(statement, Function):
                if statement.name in ("__init__", "__new__"):
                    kind.add("__init__")
                elif statement.name.startswith("test") and not is_fixture(statement):
                    name = "::".join([*(each.name for each in classes), statement.name])
                    methods[statement.name] = WrittenTest(path, name, statement, classes)
        for base in own.bases if depth < _DEEPEST else []:
            found = self._find_class(path, base)
            if found:
                more, inherited = self._methods(found[0], (found[1],), depth + 1)
                kind |= more
                methods = inherited | methods
            elif self._names[path].dotted(base).rpartition(".")[2].endswith("TestCase"):
                kind.add("unittest")
        return kind, methods

    def _find_class(self, path: str, base: ast.expr) -> tuple[str, ast.ClassDef] | None:
        dotted = self._names[path].dotted(base)
        module, _, name = dotted.rpartition(".")
        place = self._find_module(path, module) if module else path
        for statement in statements(self._trees[place].body) if place else ():
            if isinstance(statement, ast.ClassDef) and statement.name == name:
                return (place, statement) if place else None
        return None

    def _find_module(self, path: str, module: str) -> str | None:
        """Find the file of a module that a file imports, as Python and pytest would."""
        folder = PurePosixPath(path).parent
        dots = len(module) - len(module.lstrip("."))
        roots = [folder, *folder.parents, PurePosixPath("src")]
        if dots:
            roots = [PurePosixPath(*folder.parts[: len(folder.parts) - dots + 1])]
        inside = module.lstrip(".").replace(".", "/")
        places = (str(root / inside) for root in roots)
        endings = (f"{place}{ending}" for place in places for ending in (".py", "/__init__.py"))
        return next((ending for ending in endings if ending in self._trees), None)

    def _imported(
        self, path: str, statement: ast.ImportFrom, deleted: set[str]
    ) -> Iterator[ExpectedTest]:
        """Yield the tests that a test file takes over from a module that is no test file."""
        place = self._find_module(path, "." * statement.level + (statement.module or ""))
        if place is None or is_test_file(place):
            return
        names = {alias.name: alias.asname or alias.name for alias in statement.names}
        for test in find_test_functions(place, self._trees[place]):
            shown = names.get(test.name, test.name if "*" in names else "")
            if not test.classes and shown.startswith("test") and self._checks.count(test):
                yield self._expect(f"{path}::{shown}", test)
        for definition in statements(self._trees[place].body):
            if isinstance(definition, ast.ClassDef):
                shown = names.get(definition.name, definition.name if "*" in names else "")
                if shown == definition.name:
                    yield from self._in_class(path, place, (definition,), shown in deleted)

    def _expect(self, name: str, test: WrittenTest, *, spare: bool = False) -> ExpectedTest:
        platforms = self._platforms[test.path]
        first = test.classes[0] if test.classes else test.function
        return ExpectedTest(
            id=name,
            definition=test.definition,
            checks=self._checks.count(test),
            elsewhere=bool(platforms.lines & {first.lineno, test.function.lineno}),
            skipped=platforms.skips(test),
            plain=test.plain,
            spare=spare,
        )


def hidden_tests(trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Say which tests cannot run, because of how they are written.

    A name that is defined twice in a scope, and a test inside of a function that nothing uses.
    """
    for path, tree in trees.items():
        if is_test_file(path):
            yield from _defined_twice(path, tree, Platforms(tree).lines)
            yield from _nested(path, tree)


def _defined_twice(path: str, tree: ast.Module, elsewhere: frozenset[int]) -> Iterator[str]:
    scopes = [tree.body, *(node.body for node in ast.walk(tree) if isinstance(node, ast.ClassDef))]
    for body in scopes:
        tested = [
            statement.name
            for statement in statements(body)
            if isinstance(statement, Function | ast.ClassDef)
            and statement.lineno not in elsewhere
            and _is_test(statement)
        ]
        for name, times in Counter(tested).items():
            if times > 1:
                yield f"{path}::{name} is defined {times} times, so only the last one runs"


def _nested(path: str, tree: ast.Module) -> Iterator[str]:
    counter = CheckCounter({path: tree})
    for outer in ast.walk(tree):
        if not isinstance(outer, Function):
            continue
        used = {node.id for node in ast.walk(outer) if isinstance(node, ast.Name)}
        for inner in statements(outer.body):
            if not isinstance(inner, Function) or not _is_test(inner) or inner.name in used:
                continue
            if counter.count(WrittenTest(path, inner.name, inner)):
                yield f"{path}::{inner.name} is inside of {outer.name}, so it never runs"


def _is_test(definition: ast.stmt) -> bool:
    """Whether a definition is a test function, or a class that holds some."""
    if isinstance(definition, ast.ClassDef):
        return any(_is_test(inner) for inner in statements(definition.body))
    return (
        isinstance(definition, Function)
        and definition.name.startswith("test")
        and not is_fixture(definition)
    )


def _loaded(node: ast.AST) -> str:
    """Return the name that a node reads, empty if none."""
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        return node.id if isinstance(node, ast.Name) else node.attr
    return ""


def _is_named_like_tests(path: str) -> bool:
    stem = PurePosixPath(path).stem.lower()
    return "test" in stem or "check" in stem


def _deleted(tree: ast.Module) -> set[str]:
    return {
        target.id
        for statement in statements(tree.body)
        if isinstance(statement, ast.Delete)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _says(definition: ast.ClassDef, name: str, *, value: object) -> bool:
    return any(
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is value
        and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        for statement in definition.body
    )
