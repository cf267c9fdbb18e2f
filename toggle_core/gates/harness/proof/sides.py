"""Tell the program's files from those of its tests, and find what both import from Python."""

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..sources import Source, read_sources
from ..suite import is_test_file, is_test_side

_NEVER_LOADED = frozenset(("antigravity", "this", "__main__", "idlelib", "turtledemo", "tkinter"))


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides of a project.

    Attributes:
        program: text of each Python file of the program by its path.
        tests: paths of the Python files of its tests.
        test_files: those of them that pytest reads tests from.
        modules: modules of the standard library that any file imports.
    """

    program: Mapping[str, str]
    tests: tuple[str, ...]
    test_files: tuple[str, ...]
    modules: tuple[str, ...]


def read_sides(files: Mapping[str, str], entry: str) -> Sides:
    """Read a project.

    A module of helpers belongs to the tests if only they import it; whatever the program itself
    imports belongs to the program, wherever it lies.

    Args:
        files: text of each file by its path.
        entry: the file that starts the program.
    """
    sources = read_sources(files)
    looks = {one.name for one in sources if one.is_test and one.name != entry}
    looks |= {
        one.name
        for one in sources
        if one.name != entry
        and is_test_side(one.name, one.tree)
        and not _is_imported(one, [other for other in sources if other.name not in looks])
    }
    program = {one.name: one.text for one in sources if one.name not in looks}
    test_files = tuple(name for name in sorted(files) if is_test_file(name))
    modules = {name for one in sources for name in _standard_modules(one.tree)}
    return Sides(program, tuple(sorted(looks)), test_files, tuple(sorted(modules)))


def _is_imported(source: Source, others: list[Source]) -> bool:
    place = PurePosixPath(source.name)
    name = place.parent.name if place.stem == "__init__" else place.stem
    return any(
        name in _words(node) for other in others if other is not source for node in other.nodes
    )


def _words(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {part for alias in node.names for part in alias.name.split(".")}
    if isinstance(node, ast.ImportFrom):
        return {*(node.module or "").split("."), *(alias.name for alias in node.names)}
    return set()


def _standard_modules(tree: ast.Module) -> set[str]:
    """Return the modules of the standard library that a file imports, as it names them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {
        name
        for name in found
        if (top := name.partition(".")[0]) in sys.stdlib_module_names and top not in _NEVER_LOADED
    }
