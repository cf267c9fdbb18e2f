"""The one query behind every reader: runs joined to the newest checkpoint of each."""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Label,
    Text,
    cast,
    desc,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import LateralFromClause

from toggle_core.runs.door import NOT_TEXT
from toggle_core.store.tables import WORDS_OF_TASK, CheckpointRow, RunRow
from toggle_core.words import Status

START_LENGTH: Final = 200
"""Characters of plan and code that a list reads."""

BETWEEN_WORDS: Final = re.compile(r"[\s!-/:-@\[-`{-~]+")
"""White space and the punctuation of ASCII: what is left needs no quoting in a ``tsquery``."""

SEARCHED_WORDS: Final = 10
SEARCH_LIMIT: Final = 200
"""Characters of a search that count."""

_newest: LateralFromClause = (
    select((CheckpointRow.checkpoint["channel_values"]).cast(JSONB).label("channels"))
    .where(
        CheckpointRow.thread_id == cast(RunRow.id, Text),
        CheckpointRow.checkpoint_ns == "",
    )
    .order_by(desc(CheckpointRow.checkpoint_id))
    .limit(1)
    .lateral("newest")
)

RUNS_WITH_CHECKPOINT: FromClause = RunRow.__table__.outerjoin(_newest, true())
"""What to select from. The lateral join reads one checkpoint per run of the page."""


def channel(name: str) -> Label[str]:
    """A channel of the newest checkpoint as text, NULL before there is one."""
    column: ColumnElement[Any] = _newest.c.channels
    return column.op("->>", return_type=Text())(name).label(name)


def start_of(name: str) -> Label[str]:
    """The first characters of a channel."""
    return func.left(channel(name), START_LENGTH).label(name)


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs. An empty filter means all of them.

    Attributes:
        status: only this status.
        search: words of the task; each matches the beginning of a word.
        ids: only these runs.
    """

    status: Status | None = None
    search: str = ""
    ids: tuple[UUID, ...] = ()


def conditions(wanted: RunFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL; every value is a bound parameter."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        clauses.append(RunRow.status == wanted.status.value)
    if wanted.ids:
        clauses.append(RunRow.id.in_(wanted.ids))
    if wanted.search.strip():
        clauses.append(_search(wanted.search))
    return clauses


def _search(text: str) -> ColumnElement[bool]:
    """Every word of the text begins a word of the task (GIN index ``ix_runs_words``)."""
    text = NOT_TEXT.sub(" ", text)[:SEARCH_LIMIT]
    words = [word for word in BETWEEN_WORDS.split(text) if any(map(str.isalnum, word))]
    if not words:
        return RunRow.task.contains(text.strip(), autoescape=True)
    query = " & ".join(f"'{word}':*" for word in words[:SEARCHED_WORDS])
    document: ColumnElement[Any] = literal_column(WORDS_OF_TASK)
    return document.bool_op("@@")(func.to_tsquery(literal_column("'simple'"), query))
