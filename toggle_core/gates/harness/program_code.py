"""The code of the program's files, as Python itself compiles it from what is written."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from types import CodeType

from .suite import Function, is_test_side, parse, statements


class ProgramCode:
    """Reads every Python file below a folder, before any code of the project runs.

    Attributes:
        folder: where the project lies.
        trees: every Python file by its path below the folder, parsed.
        modules: path of each module of the program, tests not included, by its name.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts = {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(folder.rglob("*.py"))
            if path.is_file() and not path.is_symlink()
        }
        self.trees = {path: parse(text) for path, text in self._texts.items()}
        self.modules: dict[str, str] = {}
        for path, tree in self.trees.items():
            if not is_test_side(path, tree):
                self.modules.setdefault(_module_name(path), path)
        self._of_program = frozenset(self.modules.values())
        self.functions = cache(self._functions)
        self.whole = cache(self._whole)

    def path_of(self, place: str) -> str | None:
        """Return the path of a file of the program below the folder, None if it is none.

        Args:
            place: as a module or a code object names its file.
        """
        path = place.removeprefix(f"{self.folder}/")
        return path if path in self._of_program else None

    def _whole(self, path: str) -> CodeType | None:
        """Return the code of a file, None if it cannot be compiled."""
        try:
            return compile(self._texts[path].encode(), path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    def _functions(self, path: str) -> dict[str, CodeType]:
        """Return the code of the plain functions and methods of a file by their qualified names.

        Plain are those with one definition of their name and without a decorator.
        """
        plain = dict(_plain_functions(self.trees[path].body, ""))
        whole = self.whole(path)
        waiting = [] if whole is None else [whole]
        found: dict[str, CodeType] = {}
        while waiting:
            for constant in waiting.pop().co_consts:
                if isinstance(constant, CodeType):
                    waiting.append(constant)
                    if plain.get(constant.co_qualname) == constant.co_firstlineno:
                        found[constant.co_qualname] = constant
        return found


def _module_name(path: str) -> str:
    place = PurePosixPath(path.removeprefix("src/"))
    parts = place.parent.parts if place.stem == "__init__" else place.with_suffix("").parts
    return ".".join(parts)


def _plain_functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, int]]:
    """Names and lines of the functions in a scope that nothing there binds a second time.

    Those with an assertion are left out: pytest may be asked to rewrite it.
    """
    bound = Counter(name for statement in statements(body) for name in _binds(statement))
    for statement in body:
        name = getattr(statement, "name", "")
        if bound[name] != 1 or getattr(statement, "decorator_list", None):
            continue
        if isinstance(statement, ast.ClassDef):
            yield from _plain_functions(statement.body, f"{prefix}{name}.")
        elif isinstance(statement, Function) and not _asserts(statement):
            yield f"{prefix}{name}", statement.lineno


def _asserts(function: Function) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(function))


def _binds(statement: ast.stmt) -> Iterator[str]:
    """Names that one statement of a scope binds, those in its blocks not included."""
    if isinstance(statement, Function | ast.ClassDef):
        yield statement.name
        return
    for node in ast.iter_child_nodes(statement):
        if isinstance(node, ast.alias):
            yield node.asname or node.name
        elif isinstance(node, ast.expr):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                    yield inner.id
