"""The project's Python files, parsed: what the readers of the gates share."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

_TEST_FILE = re.compile(r"(?:test_.*|.*_test|conftest)\.py")
_TEST_FOLDERS = frozenset(("test", "tests", "testing"))
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.ClassDef | ast.Lambda


@dataclass(frozen=True)
class Source:
    """One Python file.

    Attributes:
        name: its path in the project.
        text: what is in it.
        tree: its syntax tree, empty where Python cannot read it.
        is_test: whether only the project's tests use it.
    """

    name: str
    text: str
    tree: ast.Module
    is_test: bool

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, parents before children."""
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of each node but the module."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def imports(self) -> dict[str, str]:
        """What each imported name stands for, such as ``subprocess.run`` for ``run``."""
        found: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
        return found

    @cached_property
    def lines(self) -> list[str]:
        """The lines as Python counts them."""
        return re.split(r"\r\n|\r|\n", self.text)

    def line(self, number: int) -> str:
        """Return a line by its number, empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the parent of a node, its parent, and so on."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def full_name(self, node: ast.expr) -> str:
        """Return what a name or an attribute stands for, imports and second names followed.

        Empty where it is neither, such as the result of a call.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ".".join(["", *parts[::-1]]) if parts else ""
        first = self.imports.get(node.id) or self._second_names.get(node.id) or node.id
        return ".".join([first, *parts[::-1]])

    @cached_property
    def _second_names(self) -> dict[str, str]:
        """Names that are only assigned what another name or attribute stands for."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(node.value)
        return {
            name: ".".join([self.imports.get(first, first), *rest])
            for name, (value, *others) in found.items()
            if not others and isinstance(value, ast.Name | ast.Attribute)
            for first, *rest in [ast.unparse(value).split(".")]
        }

    def function_of(self, node: ast.AST) -> Function | None:
        """Return the innermost function a node is in."""
        found = (above for above in self.above(node) if isinstance(above, Function))
        return next(found, None)


def read_sources(files: Mapping[str, str]) -> list[Source]:
    """Parse every Python file; one that cannot be parsed has an empty tree.

    Args:
        files: text of each project file by its path.
    """
    trees = {
        name: parse_file(text) or ast.Module([], [])
        for name, text in sorted(files.items())
        if name.endswith(".py")
    }
    tests = _test_code(trees)
    return [Source(name, files[name], tree, name in tests) for name, tree in trees.items()]


def parse_file(text: str) -> ast.Module | None:
    """Return the tree of a Python file; None for one that the gate ``syntax`` does not let pass."""
    try:
        return ast.parse(text)
    except _UNREADABLE:
        return None


def _test_code(trees: Mapping[str, ast.Module]) -> set[str]:
    """Return the files that only tests use: named as pytest names them, or beside those.

    A file that the program itself imports is no test, whatever it is called.
    """
    looks = {name for name in trees if _looks_like_test(name)}
    used = {
        word
        for name, tree in trees.items()
        if name not in looks
        for node in ast.walk(tree)
        for word in _named_modules(node)
    }
    return {name for name in looks if not used & _module_names(name)}


def _looks_like_test(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(_TEST_FILE.fullmatch(path.name)) or bool(_TEST_FOLDERS & set(path.parts[:-1]))


def _module_names(name: str) -> set[str]:
    path = PurePosixPath(name)
    dotted = ".".join(path.with_suffix("").parts)
    return {dotted, dotted.removesuffix(".__init__"), path.stem, name, path.name}


def _named_modules(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a statement imports, and every text that may name one."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = node.module or ""
        yield module
        yield from (f"{module}.{alias.name}".lstrip(".") for alias in node.names)
        yield module.rpartition(".")[2]
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
