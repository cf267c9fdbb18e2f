"""Tell whether the tests have anything to do with the program, by reading."""

import ast
from collections.abc import Mapping
from pathlib import PurePosixPath

from .names import Names
from .suite import is_test_side

_WAYS_TO_RUN_SOMETHING = frozenset(
    ("subprocess", "runpy", "importlib", "urllib", "http", "socket", "glob", "pkgutil", "zipimport")
)
_WAYS_TO_FIND_FILES = frozenset(("__file__", "glob", "rglob", "iterdir", "listdir", "walk", "cwd"))


def touches_program(trees: Mapping[str, ast.Module], files: Mapping[str, str]) -> bool:
    """Tell whether any file of the tests uses a module of the program, runs it or names its files.

    An import alone is no use. Where nothing of the program can be told from the tests (all its
    files are theirs), the answer is yes.

    Args:
        trees: every Python file, parsed.
        files: every file.
    """
    sides = {path: is_test_side(path, tree) for path, tree in trees.items()}
    program = [path for path in files if not sides.get(path)]
    modules = {
        part
        for path in program
        if path.endswith(".py")
        for part in PurePosixPath(path.removeprefix("src/").removesuffix(".py")).parts
    }
    names = {PurePosixPath(path).name for path in program}
    tests = [tree for path, tree in trees.items() if sides[path]]
    return not modules or any(_uses(tree, modules, names) for tree in tests)


def _uses(tree: ast.Module, modules: set[str], file_names: set[str]) -> bool:
    useful = {
        name
        for name, origin in Names(tree).imported()
        if {*origin.strip(".").split(".")} & modules
        or origin.partition(".")[0] in _WAYS_TO_RUN_SOMETHING
    }
    remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found = node.id in useful or node.id in _WAYS_TO_FIND_FILES
        elif isinstance(node, ast.Attribute):
            found = node.attr in _WAYS_TO_FIND_FILES
        elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            found = bool(modules & {*(node.module or "").split(".")})
        elif isinstance(node, ast.Constant) and id(node) not in remarks:
            found = isinstance(node.value, str) and _names_one(node.value, modules, file_names)
        else:
            found = False
        if found:
            return True
    return False


def _names_one(text: str, modules: set[str], file_names: set[str]) -> bool:
    """Tell whether a text names a file of the program, or something in one of its modules."""
    return text.partition(".")[0] in modules or any(name in text for name in file_names)
