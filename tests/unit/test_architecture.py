"""Rules about which module may know what, beside the import contracts of ``make lint``."""

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
