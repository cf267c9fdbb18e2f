"""The tables that belong to the app, as they are: ours, the checkpointer's and the queue's."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final

import psycopg

from toggle_core.queue import schema as queue_schema
from toggle_core.store.tables import Base

CHECKPOINTER_TABLES: Final = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")

PASSING: Final = frozenset(
    {
        "app_keys",
        "app_servers",
        "insight_changes",
        "insight_days",
        "insight_runs",
        "insight_hours",
        "insight_stages",
        "insight_gates",
        "insight_strengths",
        "insight_reasons",
        "link_secrets",
        "retention_marks",
        "sweeps",
        "workers",
        *queue_schema.TABLES,
    }
)
"""Tables in which a worker leaves rows without anybody having asked for anything."""

LOCAL: Final = frozenset({"deleted_runs"})
"""Tables that mean something only to readers of this one database."""

COLUMNS: Final = """
    SELECT relname::text, array_agg(attname::text ORDER BY attnum)
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
       AND relname = ANY(%s)
       AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'changed'
     GROUP BY relname
"""
"""Without generated columns, whose values Postgres makes anew, and without numbers of transactions,
which mean nothing in another database."""

REFERENCES: Final = """
    SELECT DISTINCT source.relname::text, target.relname::text
      FROM pg_constraint
      JOIN pg_class AS source ON source.oid = conrelid
      JOIN pg_class AS target ON target.oid = confrelid
     WHERE contype = 'f' AND conrelid <> confrelid
       AND source.relnamespace = current_schema()::regnamespace
"""

SEQUENCES: Final = """
    SELECT relname::text || '.' || attname::text,
           pg_get_serial_sequence(quote_ident(relname), attname)
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
       AND relname = ANY(%s) AND attnum > 0 AND NOT attisdropped
       AND pg_get_serial_sequence(quote_ident(relname), attname) IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What of the app is in a database.

    Attributes:
        tables: columns of each table, those first that others refer to.
        sequences: name of each sequence, by ``table.column``.
    """

    tables: Mapping[str, tuple[str, ...]]
    sequences: Mapping[str, str]


def table_names() -> list[str]:
    """Names of all tables that belong to the app and can move to another database.

    Those that only count migrations are not among them.
    """
    ours = [name for name in Base.metadata.tables if name not in LOCAL]
    return [*ours, *CHECKPOINTER_TABLES, *queue_schema.TABLES]


def contents_of(connection: psycopg.Connection) -> Contents:
    """What there is in the current schema of a database."""
    names = table_names()
    columns: dict[str, list[str]] = dict(connection.execute(COLUMNS, (names,)).fetchall())
    order = TopologicalSorter[str](dict.fromkeys(sorted(columns), ()))
    for source, target in connection.execute(REFERENCES):
        if source in columns and target in columns:
            order.add(source, target)
    sequences: dict[str, str] = dict(connection.execute(SEQUENCES, (names,)).fetchall())
    return Contents({name: tuple(columns[name]) for name in order.static_order()}, sequences)
