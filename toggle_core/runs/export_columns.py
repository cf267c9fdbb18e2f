"""The columns of an export: what they are called, what they mean, and of which kind they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Text, cast

from toggle_core.errors import FilterRefused
from toggle_core.runs.newest import channel, newest_checkpoint
from toggle_core.store.tables import RunRow


class Kind(Enum):
    """What the values of a column are, for the writers of files."""

    TEXT = auto()
    """What people and models wrote: a spreadsheet may take it for a formula."""
    WORD = auto()
    """Words of ours, and ids."""
    FLAG = auto()
    INTEGER = auto()
    NUMBER = auto()
    MOMENT = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export.

    Attributes:
        value: what to select.
        kind: of the values.
        meaning: for people.
        in_checkpoint: whether the newest checkpoint must be read for it.
    """

    value: ColumnElement[Any]
    kind: Kind
    meaning: str
    in_checkpoint: bool = False


_run: Final = RunRow.__table__.c

NEWEST: Final = newest_checkpoint(_run.id)
"""To be joined where a column needs it."""


def _made(name: str, meaning: str) -> Column:
    return Column(channel(NEWEST, name), Kind.TEXT, meaning, in_checkpoint=True)


COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "task_id": Column(cast(_run.id, Text), Kind.WORD, "id of the run"),
        "description": Column(_run.task, Kind.TEXT, "the task as it was typed"),
        "production": Column(_run.production, Kind.FLAG, "whether the toggle was on"),
        "review": Column(_run.review, Kind.FLAG, "whether a person reviews the plan"),
        "status": Column(_run.status, Kind.WORD, "processing, completed, failed or cancelled"),
        "stage": Column(_run.stage, Kind.WORD, "where the run is"),
        "verdict": Column(
            _run.verdict, Kind.WORD, "draft, production-ready or not-production-ready"
        ),
        "attempt": Column(_run.attempt, Kind.INTEGER, "attempts of the coder"),
        "takeovers": Column(
            _run.takeovers, Kind.INTEGER, "how often another worker continued the run"
        ),
        "priority": Column(_run.priority, Kind.INTEGER, "10 the most urgent, -10 the least"),
        "builder": Column(_run.builder, Kind.TEXT, "what planned and coded"),
        "submitted_by": Column(_run.submitted_by, Kind.TEXT, "who asked"),
        "idempotency_key": Column(_run.idempotency_key, Kind.TEXT, "key it was submitted with"),
        "parent_id": Column(cast(_run.parent_id, Text), Kind.WORD, "id of the run it came from"),
        "error": Column(_run.error, Kind.TEXT, "why it failed"),
        "tokens_in": Column(_run.tokens_in, Kind.INTEGER, "tokens that models read"),
        "tokens_out": Column(_run.tokens_out, Kind.INTEGER, "tokens that models wrote"),
        "created_at": Column(_run.created_at, Kind.MOMENT, "when it was submitted"),
        "started_at": Column(_run.started_at, Kind.MOMENT, "when a worker began"),
        "finished_at": Column(_run.finished_at, Kind.MOMENT, "when it ended"),
        "cancel_requested_at": Column(
            _run.cancel_requested_at, Kind.MOMENT, "when its end was asked for"
        ),
        "duration_seconds": Column(_run.duration, Kind.NUMBER, "from start to end"),
        "plan": _made("plan", "the plan, Markdown"),
        "code": _made("code", "text of the entry file"),
        "entry": _made("entry", "path of the entry file"),
        "how_to_run": _made(
            "how_to_run", "the line that starts the project, as the gate `start` runs it"
        ),
        "response": _made(
            "response",
            "the closing words, Markdown: what was proved, then, quoted, what the builder says",
        ),
    }
)
"""All columns by their names, in the order of the files. The README explains them."""


def choose_columns(names: str | None = None, *, code: bool = True) -> tuple[str, ...]:
    """The columns somebody wants.

    Args:
        names: separated by commas, in the order that is wanted; None: all.
        code: whether the code may be among them.

    Raises:
        FilterRefused: there is no such column, or none is left.
    """
    wanted = [name.strip() for name in names.split(",")] if names is not None else list(COLUMNS)
    for name in wanted:
        if name not in COLUMNS:
            raise FilterRefused(field="columns", reason=f"choose from {', '.join(COLUMNS)}")
    chosen = tuple(dict.fromkeys(name for name in wanted if code or name != "code"))
    if not chosen:
        raise FilterRefused(field="columns", reason="no column is left")
    return chosen
