"""What a file of an export is a table of: runs, or one kind of their details."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.sql import Select

from toggle_core.exports.columns import ExportColumn
from toggle_core.history.query import RunFilter

Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be exported for the runs of a filter.

    Attributes:
        name: the first word of the file's name.
        columns: all there are by their names, in the order of the file.
        query: what selects values, by the names of columns, of the runs of a filter.
    """

    name: str
    columns: Mapping[str, ExportColumn]
    query: Callable[[RunFilter, Mapping[str, ColumnElement[Any]]], Query]
