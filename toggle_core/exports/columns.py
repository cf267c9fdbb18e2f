"""The columns of an export, as :class:`toggle_core.runs.model.Run` declares them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast

from toggle_core.errors import FilterRefused
from toggle_core.history.latest_checkpoint import newest_checkpoint, value_of
from toggle_core.runs.columns import Kind, columns_of, in_file_order
from toggle_core.runs.model import Run
from toggle_core.store.tables import RunRow


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export.

    Attributes:
        value: what to select.
        kind: of the values.
        meaning: one sentence with the unit, for people.
        in_checkpoint: whether the newest checkpoint must be read for it.
    """

    value: ColumnElement[Any]
    kind: Kind
    meaning: str
    in_checkpoint: bool = False

    @property
    def type_word(self) -> str:
        """The type of the values, in a word of the data dictionary."""
        return TYPE_WORDS[self.kind]


SCHEMA_VERSION: Final = 1
"""Raised when a column is renamed, removed, or changes its type or meaning; new ones may come."""

TYPE_WORDS: Final = MappingProxyType(
    {
        Kind.TEXT: "text",
        Kind.WORD: "text",
        Kind.FLAG: "true or false",
        Kind.INTEGER: "integer",
        Kind.NUMBER: "number",
        Kind.MOMENT: "time",
    }
)

NEWEST: Final = newest_checkpoint(RunRow.__table__.c.id)
"""To be joined where a column needs it."""


COLUMNS: Final[Mapping[str, ExportColumn]] = MappingProxyType(
    {
        each.public: ExportColumn(
            cast(value, Text) if each.type is UUID else value,
            each.kind,
            each.column.meaning,
            each.column.checkpoint,
        )
        for each in in_file_order(columns_of(Run))
        if each.column.files
        for value in [value_of(each, NEWEST)]
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
