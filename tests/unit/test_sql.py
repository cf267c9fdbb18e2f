"""SQL takes its values by bound parameters: no statement is put together from text.

mypy sees to psycopg's own ``execute``, which takes a ``LiteralString``. What it lets through are
SQLAlchemy's ``text`` and its like, and bytes; those are looked for here.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent / "toggle_core"
GENERATED = ROOT / "builders" / "blueprints" / "library"

STATEMENTS = {"text", "literal_column", "DDL"}
"""Functions of SQLAlchemy that take SQL."""

METHODS = {"execute", "exec_driver_sql", "executemany", "copy", "scalar", "scalars", "stream", "op"}
"""Methods of connections and cursors that take SQL, first of all arguments."""

BUILDERS = {"format", "join", "replace", "encode", "format_map"}
"""Methods that make a text, or bytes, of another one."""

REASONS = {
    "exports/csv_file.py: csv_pieces": "the query is SQLAlchemy's, compiled with its parameters"
    " apart; COPY takes a query as text only",
    "history/latest_checkpoint.py: value_of": "a constant, which stands where its column is"
    " declared",
    "insights/queries.py: read_days": "constants; what narrows them are bound parameters",
    "insights/rollup.py: module": "constants of counting.py, with the names of six tables",
    "store/migrations/versions/0026_checks_and_kinds.py: upgrade": "names and sentences that stand "
    "beside it",
    "store/migrations/versions/0024_report_comments.py: upgrade": "names and sentences that stand"
    " beside it; COMMENT takes no parameters",
    "store/sweeping.py: _survey": "a constant, put together of constants when it is loaded",
}
"""Where SQL is put together nevertheless, and why nobody's words can get in."""


class Finder(ast.NodeVisitor):
    """Looks for SQL that is put together."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[str] = []
        self._place = ["module"]
        self._built = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
            and (isinstance(node, ast.AugAssign) or (node.value and self._is_text(node.value)))
        }

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Note where we are."""
        self._place.append(node.name)
        self.generic_visit(node)
        self._place.pop()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Note where we are."""
        self._place.append(node.name)
        self.generic_visit(node)
        self._place.pop()

    def visit_Call(self, node: ast.Call) -> None:
        """Look at what is called with what."""
        takes = (isinstance(node.func, ast.Name) and node.func.id in STATEMENTS) or (
            isinstance(node.func, ast.Attribute) and node.func.attr in METHODS | STATEMENTS
        )
        if takes and node.args and self._is_built(node.args[0]):
            self.found.append(self._place[-1])
        self.generic_visit(node)

    def _is_built(self, node: ast.expr) -> bool:
        return self._is_text(node) or (isinstance(node, ast.Name) and node.id in self._built)

    def _is_text(self, node: ast.expr) -> bool:
        """Whether an expression puts a text together."""
        match node:
            case ast.JoinedStr():
                parts = (part for part in node.values if isinstance(part, ast.FormattedValue))
                return not all(_is_constant(part) for part in parts)
            case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
                return any(_is_literal(side) or self._is_text(side) for side in (left, right))
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in BUILDERS:
                return attr != "encode" and (_is_literal(value) or self._is_text(value))
        return False


def _is_constant(part: ast.FormattedValue) -> bool:
    """Whether what is put in is made of constants of ours, which are written in capitals."""
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    return all(name.isupper() or name == "len" for name in names)


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


def built(source: str) -> list[str]:
    """Names of the functions in which SQL is put together."""
    tree = ast.parse(source)
    finder = Finder(tree)
    finder.visit(tree)
    return finder.found


def modules() -> Iterator[Path]:
    """Every module of ours."""
    return (path for path in sorted(ROOT.rglob("*.py")) if not path.is_relative_to(GENERATED))


def test_no_statement_is_put_together_from_text() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in modules()
        for name in built(path.read_text())
    }
    assert found == set(REASONS)


@pytest.mark.parametrize(
    "statement",
    [
        "connection.execute(f'SELECT {x}')",
        "connection.execute(text('SELECT ' + x))",
        "connection.execute(text('SELECT %s' % x))",
        "connection.execute(sa.text('SELECT {}'.format(x)))",
        "connection.execute(b'SELECT ' + x)",
        "query = f'SELECT {x}'; connection.execute(query)",
        "query = 'SELECT 1'; query += x; connection.execute(query)",
        "cursor.copy(b'COPY (' + query + b') TO STDOUT')",
        "select(literal_column(f'{x}'))",
        "connection.exec_driver_sql(','.join(x))",
    ],
)
def test_such_a_statement_would_be_found(statement: str) -> None:
    assert set(built(f"def f():\n    {statement}")) == {"f"}


@pytest.mark.parametrize(
    "statement",
    [
        "connection.execute('SELECT %s', (x,))",
        "connection.execute(text('SELECT :x'), {'x': x})",
        "connection.execute(select(Row.id).where(Row.id == x))",
        "query = select(Row.id); connection.execute(query)",
        "page.write(f'Hello {x}')",
        "connection.execute(text(f'SELECT {COLUMNS} LIMIT {2 * MOST}'))",
    ],
)
def test_a_bound_parameter_is_fine(statement: str) -> None:
    assert built(f"def f():\n    {statement}") == []
