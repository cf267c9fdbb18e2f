"""The details of runs as tables: attempts, gates, promises, missed mistakes, and events."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Text, TextClause, Uuid, column, desc, select, text
from sqlalchemy.types import NullType, TypeEngine

from toggle_core.exports.columns import ExportColumn
from toggle_core.exports.table import Query, Table
from toggle_core.history.query import RunFilter, conditions
from toggle_core.runs.columns import Kind
from toggle_core.store.tables import RunRow

TYPES: Final[Mapping[Kind, TypeEngine[Any]]] = MappingProxyType(
    {Kind.TEXT: Text(), Kind.WORD: Text(), Kind.INTEGER: BigInteger()}
)

Column = tuple[Kind, str]
"""The kind of its values, and one sentence with the unit, for people."""

TASK_ID: Final[Column] = (Kind.WORD, "Id of the run.")
ATTEMPT: Final[Column] = (Kind.INTEGER, "Number of the attempt, from 1.")
AT: Final[Column] = (Kind.MOMENT, "When it was recorded, in UTC.")


def _part(
    name: str, rows: TextClause, order: Sequence[str], columns: Mapping[str, Column]
) -> Table:
    """A table of one kind of detail.

    Args:
        name: the first word of a file's name.
        rows: selects the columns, and the ``run_id``.
        order: columns that the rows of one run are ordered by.
        columns: what the file has, by their names.
    """
    typed = [column(each, TYPES.get(kind, NullType())) for each, (kind, _) in columns.items()]
    part = rows.columns(column("run_id", Uuid()), *typed).subquery("part")

    def query(wanted: RunFilter, values: Mapping[str, ColumnElement[Any]]) -> Query:
        found = select(RunRow.id, RunRow.created_at).where(*conditions(wanted)).subquery("found")
        return (
            select(*(value.label(name) for name, value in values.items()))
            .select_from(found.join(part, part.c.run_id == found.c.id))
            .order_by(desc(found.c.created_at), desc(found.c.id), *(part.c[each] for each in order))
        )

    exported = {
        each: ExportColumn(part.c[each], kind, meaning) for each, (kind, meaning) in columns.items()
    }
    return Table(name, MappingProxyType(exported), query)


ATTEMPTS: Final = _part(
    "attempts",
    text(
        """
        SELECT run_id, run_id::text AS task_id, attempt, entry, seconds, tokens_in, tokens_out, at
          FROM attempts
        """
    ),
    ("attempt",),
    {
        "task_id": TASK_ID,
        "attempt": ATTEMPT,
        "entry": (Kind.TEXT, "Path of the entry file it made."),
        "seconds": (Kind.NUMBER, "Seconds of writing the code."),
        "tokens_in": (Kind.INTEGER, "Tokens that the model read."),
        "tokens_out": (Kind.INTEGER, "Tokens that the model wrote."),
        "at": AT,
    },
)

GATES: Final = _part(
    "gates",
    text(
        """
        SELECT run_id, run_id::text AS task_id, attempt, gate, outcome, seconds, summary, at
          FROM gate_results
        """
    ),
    ("attempt", "at", "gate"),
    {
        "task_id": TASK_ID,
        "attempt": ATTEMPT,
        "gate": (Kind.WORD, "Name of the check."),
        "outcome": (Kind.WORD, "Outcome: passed, failed or skipped."),
        "seconds": (Kind.NUMBER, "Seconds that the check took."),
        "summary": (Kind.TEXT, "What it found, in a sentence or two."),
        "at": AT,
    },
)

# Each promise is a list, see ``gates.model.PromiseResult``.
PROMISES: Final = _part(
    "promises",
    text(
        """
        SELECT run_id, run_id::text AS task_id, attempt, number, promise ->> 0 AS promise_id,
               promise ->> 1 AS sentence, promise ->> 2 AS outcome, promise ->> 3 AS why, at
          FROM gate_results
         CROSS JOIN jsonb_array_elements(promises) WITH ORDINALITY AS each (promise, number)
         WHERE gate = 'promises'
        """
    ),
    ("attempt", "number"),
    {
        "task_id": TASK_ID,
        "attempt": ATTEMPT,
        "number": (Kind.INTEGER, "Number of the promise, from 1."),
        "promise_id": (Kind.WORD, "Id of the promise within its run."),
        "sentence": (Kind.TEXT, "What was promised."),
        "outcome": (Kind.WORD, "Outcome: kept, broken or untried."),
        "why": (Kind.TEXT, "Why it is broken or untried."),
        "at": AT,
    },
)

# The survivors of a proof are its eighth value, see ``gates.model.Proof`` and ``Survivor``.
MISTAKES: Final = _part(
    "missed-mistakes",
    text(
        """
        SELECT run_id, run_id::text AS task_id, attempt, number, mistake ->> 0 AS path,
               (mistake ->> 1)::bigint AS line, mistake ->> 2 AS function,
               mistake ->> 3 AS before, mistake ->> 4 AS after,
               jsonb_array_length(mistake -> 5) AS tests, at
          FROM gate_results
         CROSS JOIN jsonb_array_elements(proof -> 7) WITH ORDINALITY AS each (mistake, number)
         WHERE gate = 'proof' AND jsonb_typeof(proof) = 'array'
        """
    ),
    ("attempt", "number"),
    {
        "task_id": TASK_ID,
        "attempt": ATTEMPT,
        "number": (Kind.INTEGER, "Number of the mistake, from 1."),
        "path": (Kind.TEXT, "Path of the file it was made in."),
        "line": (Kind.INTEGER, "Number of the line, from 1."),
        "function": (Kind.TEXT, "Qualified name of the function."),
        "before": (Kind.TEXT, "The line as it is."),
        "after": (Kind.TEXT, "The line with the mistake."),
        "tests": (
            Kind.INTEGER,
            "Number of tests named that run the line and noticed nothing; only a few are kept.",
        ),
        "at": AT,
    },
)

EVENTS: Final = _part(
    "events",
    text(
        """
        SELECT run_id, run_id::text AS task_id, id AS event_id, at, kind, stage
          FROM run_events WHERE kind <> 'text'
        """
    ),
    ("event_id",),
    {
        "task_id": TASK_ID,
        "event_id": (Kind.INTEGER, "Id of the event; grows with time within a run."),
        "at": (Kind.MOMENT, "When it happened, in UTC."),
        "kind": (Kind.WORD, "Kind of the event, such as stage or error."),
        "stage": (Kind.WORD, "Stage the run was in from then on."),
    },
)

PARTS: Final[Mapping[str, Table]] = MappingProxyType(
    {table.name: table for table in (ATTEMPTS, GATES, PROMISES, MISTAKES, EVENTS)}
)
"""All of them by their names. The README explains them."""
