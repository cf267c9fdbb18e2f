"""Read a project's tests from its code, running none of it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath

Function = ast.FunctionDef | ast.AsyncFunctionDef

_TEST_FILES = ("test_*.py", "*_test.py")
_TEST_FOLDERS = frozenset(("test", "tests", "testing"))


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """A test function as it stands in the code.

    Attributes:
        path: its file.
        name: its name in the file, ``Class::method`` for methods.
        function: the definition.
        classes: the classes around it, the outermost first.
    """

    path: str
    name: str
    function: Function
    classes: tuple[ast.ClassDef, ...] = ()

    @property
    def id(self) -> str:
        """Its name as pytest gives it, without parameters."""
        return f"{self.path}::{self.name}"

    @property
    def definition(self) -> str:
        """Where its function stands, ``path:line``."""
        return f"{self.path}:{self.function.lineno}"

    @property
    def plain(self) -> bool:
        """Whether its function has no decorator, so that it is what pytest calls."""
        return not self.function.decorator_list

    @property
    def decorators(self) -> list[ast.expr]:
        """Decorators of the function and of the classes around it."""
        return [one for part in (*self.classes, self.function) for one in part.decorator_list]


def is_test_file(name: str) -> bool:
    """Tell whether pytest takes a file for tests, by its path."""
    return any(fnmatch(PurePosixPath(name).name, pattern) for pattern in _TEST_FILES)


def parse(text: str) -> ast.Module:
    """Parse a file; one that Python cannot parse is taken for an empty one."""
    try:
        return ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])


def parse_all(files: Mapping[str, str]) -> dict[str, ast.Module]:
    """Parse every Python file, in the order of the paths."""
    return {name: parse(files[name]) for name in sorted(files) if name.endswith(".py")}


def written_tests(trees: Mapping[str, ast.Module]) -> Iterator[WrittenTest]:
    """Find the test functions of each test file."""
    for path, tree in trees.items():
        if is_test_file(path):
            yield from find_test_functions(path, tree)


def find_test_functions(path: str, tree: ast.Module) -> Iterator[WrittenTest]:
    """Find the test functions of a file and of its classes, also those in ``if`` or ``try``."""
    yield from _tests_in(path, tree.body, ())


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Walk the statements of one scope in order, into blocks but not into functions or classes."""
    waiting = body[::-1]
    while waiting:
        statement = waiting.pop()
        yield statement
        if not isinstance(statement, Function | ast.ClassDef):
            waiting += _block_statements(statement)[::-1]


def is_test_side(path: str, tree: ast.Module) -> bool:
    """Tell whether a file belongs to the tests rather than to the program.

    By its place or because it imports what only tests need: a ``conftest.py``, a module of helpers.
    """
    place = PurePosixPath(path)
    if is_test_file(path) or place.name == "conftest.py" or _TEST_FOLDERS & {*place.parts[:-1]}:
        return True
    return bool({"pytest", "unittest"} & set(imported_modules(tree)))


def imported_modules(tree: ast.Module) -> Iterator[str]:
    """Name the top-level packages that a file imports anywhere; relative imports not."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def is_fixture(function: Function) -> bool:
    """Tell whether a function is a pytest fixture, by its decorators."""
    return any(
        isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr).endswith("fixture")
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
    )


def _tests_in(
    path: str, body: list[ast.stmt], classes: tuple[ast.ClassDef, ...]
) -> Iterator[WrittenTest]:
    for statement in statements(body):
        if isinstance(statement, Function):
            if statement.name.startswith("test") and not is_fixture(statement):
                name = "::".join([*(each.name for each in classes), statement.name])
                yield WrittenTest(path, name, statement, classes)
        elif isinstance(statement, ast.ClassDef):
            yield from _tests_in(path, statement.body, (*classes, statement))


def _block_statements(statement: ast.stmt) -> list[ast.stmt]:
    inside: list[ast.stmt] = []
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            inside.append(child)
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            inside += child.body
    return inside
