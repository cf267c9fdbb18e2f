"""Saved views: filters and orders of runs that people have given a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from toggle_core.errors import ViewNameRefused, ViewNameTaken, ViewNotFound, ViewsFull
from toggle_core.history.filter_text import filter_from_text, filter_to_text
from toggle_core.history.query import RunFilter
from toggle_core.history.sorting import Sort
from toggle_core.storable import UNSTORABLE
from toggle_core.store.database import Database
from toggle_core.store.view_tables import SavedViewRow
from toggle_core.words import VIEW_NAME_LIMIT, VIEWS_LIMIT

FORM: Final = 1
"""Version of how a view is kept: parameters as texts, by their names in the API."""

ONE_AT_A_TIME: Final = text("LOCK TABLE saved_views IN SHARE ROW EXCLUSIVE MODE")
"""So that two who save at the same time do not take the same place."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that was saved.

    Attributes:
        wanted: the runs it shows.
        sort: their order.
    """

    id: UUID
    name: str
    wanted: RunFilter
    sort: Sort
    created_at: datetime


def save_view(
    database: Database, name: str, wanted: RunFilter, sort: Sort = Sort.NEWEST
) -> SavedView:
    """Save a filter under a name.

    Args:
        database: where.
        name: 1 to 80 characters that no other view has; white space around it is left out.
        wanted: which runs; chosen ``ids`` are not saved.
        sort: their order.

    Raises:
        ViewNameRefused: it is empty, too long or no text.
        ViewNameTaken: another view has it.
        ViewsFull: there are 50 views already.
        DatabaseAway: nothing was saved.
    """
    name = _check_name(name)
    kept = {"form": FORM, "sort": sort.value, "parameters": filter_to_text(wanted)}
    with database.begin() as connection:
        connection.execute(ONE_AT_A_TIME)
        _check_free(connection, name)
        row = connection.execute(
            insert(SavedViewRow)
            .values(id=uuid7(), name=name, place=_free_place(connection), filter=kept)
            .returning(SavedViewRow.__table__)
        ).one()
    return _view(row)


def list_views(database: Database) -> list[SavedView]:
    """All saved views, in the order of their names.

    What is no longer known in one of them narrows nothing.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    by_name = select(SavedViewRow.__table__).order_by(
        func.lower(SavedViewRow.name), SavedViewRow.name
    )
    with database.begin() as connection:
        return [_view(row) for row in connection.execute(by_name)]


def rename_view(database: Database, view_id: UUID, name: str) -> None:
    """Give a view another name.

    Raises:
        ViewNameRefused: it is empty, too long or no text.
        ViewNameTaken: another view has it.
        ViewNotFound: there is no such view any more.
        DatabaseAway: nothing was changed.
    """
    name = _check_name(name)
    renamed = update(SavedViewRow).where(SavedViewRow.id == view_id).values(name=name)
    try:
        with database.begin() as connection:
            if connection.execute(renamed.returning(SavedViewRow.id)).one_or_none() is None:
                raise ViewNotFound
    except IntegrityError as error:
        raise ViewNameTaken(name=name) from error


def delete_view(database: Database, view_id: UUID) -> None:
    """Delete a view; one that is gone already stays gone.

    Raises:
        DatabaseAway: nothing was deleted.
    """
    with database.begin() as connection:
        connection.execute(delete(SavedViewRow).where(SavedViewRow.id == view_id))


def _check_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= VIEW_NAME_LIMIT or UNSTORABLE.search(name) or not name.isprintable():
        raise ViewNameRefused(limit=VIEW_NAME_LIMIT)
    return name


def _check_free(connection: Connection, name: str) -> None:
    taken = select(literal(1)).where(SavedViewRow.name == name)
    if connection.execute(taken).first() is not None:
        raise ViewNameTaken(name=name)


def _free_place(connection: Connection) -> int:
    taken = set(connection.execute(select(SavedViewRow.place)).scalars())
    free = sorted(set(range(1, VIEWS_LIMIT + 1)) - taken)
    if not free:
        raise ViewsFull(limit=VIEWS_LIMIT)
    return free[0]


def _view(row: Row[Any]) -> SavedView:
    kept: Mapping[str, Any] = row.filter if isinstance(row.filter, dict) else {}
    parameters = kept.get("parameters")
    sort = kept.get("sort")
    return SavedView(
        row.id,
        row.name,
        filter_from_text(parameters if isinstance(parameters, dict) else {}),
        Sort(sort) if isinstance(sort, str) and sort in set(Sort) else Sort.NEWEST,
        row.created_at,
    )
