"""Rules about which module may know what, beside the import contracts of ``make lint``."""

import ast
from collections.abc import Iterator
from pathlib import Path

from toggle_core import queue

CORE = Path(queue.__file__).parents[1]
TABLES_KNOWN = (CORE / "queue", CORE / "store" / "migrations")
"""Migrations are exempt: they are history, and stay as they were applied."""


def test_only_the_queue_package_names_procrastinate_tables() -> None:
    sources = [CORE.parent / "app.py", *(CORE.parent / "pages").rglob("*.py"), *CORE.rglob("*.py")]
    naming = [source for source in sources if "procrastinate_" in source.read_text()]
    assert naming, "the search finds nothing at all"
    assert [str(s) for s in naming if not any(s.is_relative_to(k) for k in TABLES_KNOWN)] == []


def imports_of(source: Path) -> Iterator[str]:
    """Modules that a file imports, relative ones with their dots."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_the_harness_imports_nothing_of_the_package_which_its_sandbox_lacks() -> None:
    harness = CORE / "gates" / "harness"
    imported = {
        (source.relative_to(harness), name)
        for source in harness.rglob("*.py")
        for name in imports_of(source)
    }
    assert any(len(source.parts) > 1 for source, _ in imported), "packages in it are searched too"
    outside = {
        (str(source), name)
        for source, name in imported
        if name.startswith(("toggle_core", "." * (len(source.parts) + 1)))
    }
    assert outside == set()
