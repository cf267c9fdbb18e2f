"""What a project's code, outside of its tests, says that it needs."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from .environment import Variable, dotted, read_variables, text_of
from .sources import parse_file
from .suite import is_test_file

_TYPED = frozenset(("input", "sys.stdin", "getpass.getpass", "getpass"))
_IMPORTERS = frozenset(("import_module", "find_spec", "__import__"))
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(slots=True)
class Needs:
    """What the code needs.

    Attributes:
        variables: of the environment, by their names.
        imports: dotted names of imported modules.
        reads_input: something is read from a person who types.
        only_defines: starting the entry file does nothing, because it only defines things.
    """

    variables: dict[str, Variable] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)
    reads_input: bool = False
    only_defines: bool = False

    def as_report(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def read_needs(files: Mapping[str, str], entry: str) -> Needs:
    """Read the code of a project.

    Args:
        files: text of each project file by its path.
        entry: path of the file to start.
    """
    trees = {
        name: tree
        for name, text in sorted(files.items())
        if name.endswith(".py") and not _is_for_tests(name) and (tree := parse_file(text))
    }
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    constants = dict(pair for tree in trees.values() for pair in _constants(tree))
    return Needs(
        variables=read_variables(trees.values(), constants),
        imports=sorted({name for node in nodes for name in _imported(node)}),
        reads_input=any(dotted(node) in _TYPED for node in nodes),
        only_defines=entry in trees and _only_defines(trees[entry]),
    )


def _is_for_tests(name: str) -> bool:
    path = PurePosixPath(name)
    return is_test_file(name) or path.name == "conftest.py" or "tests" in path.parts[:-1]


def _only_defines(tree: ast.Module) -> bool:
    return all(
        isinstance(statement, (*_DEFINITIONS, ast.Assign, ast.AnnAssign))
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in tree.body
    )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _IMPORTERS:
        yield from (name for each in node.args[:1] if (name := text_of(each)))


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Return each name that stands for one text all over a module, with the text."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            text = text_of(statement.value)
            if text is not None:
                yield from ((each.id, text) for each in targets if isinstance(each, ast.Name))
