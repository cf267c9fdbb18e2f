"""What it takes to declare a column of a run, and the columns that a class declares."""

import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Any, Final
from uuid import UUID

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class Kind(Enum):
    """Type of a column's values, for those who write or show them."""

    TEXT = auto()
    """Written by people or models: a spreadsheet may take it for a formula."""
    WORD = auto()
    """Identifiers and words of a fixed vocabulary."""
    FLAG = auto()
    INTEGER = auto()
    NUMBER = auto()
    MOMENT = auto()


KINDS: Final[dict[type, Kind]] = {
    str: Kind.TEXT,
    UUID: Kind.WORD,
    bool: Kind.FLAG,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    datetime: Kind.MOMENT,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How the list of runs shows a column.

    Attributes:
        title: heading of the column.
        width: a track of the CSS grid, such as ``4rem`` or ``minmax(0, 1fr)``.
        prefix: stands before each value.
        blank: a value that is not shown.
        at_first: whether the column is shown where nobody has chosen columns.
    """

    title: str
    width: str
    prefix: str = ""
    blank: object = None
    at_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Stands in the ``Annotated`` of a field and makes it a column of a run.

    Attributes:
        meaning: one sentence with the unit, for the README, the API document, the export menu and
            Parquet files.
        public: name in the API and in files, where it is not the field's.
        checkpoint: whether the value is a channel of the latest checkpoint, not a table column.
        sql: expression over ``runs`` that gives the value, where neither does.
        files: whether exports (CSV, Parquet) have it.
        webhook: whether the messages of webhooks have it.
        cell: how the list of runs shows it; None: it does not, or ``ui.run_list`` composes it.
        after: public name of the column it follows in files; empty: the one declared before it.
    """

    meaning: str
    public: str = ""
    checkpoint: bool = False
    sql: str = ""
    files: bool = True
    webhook: bool = True
    cell: Cell | None = None
    after: str = ""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the field in the API document. Called by Pydantic."""
        return {**handler(core_schema), "description": self.meaning}


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as a class declares it.

    Attributes:
        name: of the field.
        public: name in the API and in files.
        type: of the values that are not None.
        kind: of the values.
        column: the declaration.
    """

    name: str
    public: str
    type: type
    kind: Kind
    column: Column


def columns_of(declaring: type) -> tuple[Declared, ...]:
    """The columns that a class and its bases declare, those of the bases first."""
    return tuple(
        _declared(name, hint, column)
        for name, hint in typing.get_type_hints(declaring, include_extras=True).items()
        for column in getattr(hint, "__metadata__", ())
        if isinstance(column, Column)
    )


def in_file_order(columns: Iterable[Declared]) -> tuple[Declared, ...]:
    """Columns in the order of files, where each stands after the one it names.

    Raises:
        ValueError: a column follows one that is not among them.
    """
    found = tuple(columns)
    ordered = [each for each in found if not each.column.after]
    moved = [each for each in found if each.column.after]
    while moved:
        names = [each.public for each in ordered]
        placed = next((each for each in moved if each.column.after in names), None)
        if placed is None:
            raise ValueError(f"{moved[0].name}: there is no column {moved[0].column.after}")
        ordered.insert(names.index(placed.column.after) + 1, placed)
        moved.remove(placed)
    return tuple(ordered)


def _declared(name: str, hint: Any, column: Column) -> Declared:
    annotated = typing.get_args(hint)[0]
    optional = isinstance(annotated, types.UnionType)
    options = typing.get_args(annotated) if optional else (annotated,)
    [kept] = [each for each in options if each is not types.NoneType]
    kind = Kind.WORD if issubclass(kept, StrEnum) else KINDS[kept]
    return Declared(name, column.public or name, kept, kind, column)
