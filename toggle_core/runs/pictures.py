"""Pictures of a run's pages, as a browser showed them during the checks: written and read.

At most ``MOST_PICTURES`` belong to an attempt. Once an attempt is over, only those of the attempt
whose code the run keeps are left, so that they always show the project that can be downloaded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from toggle_core.errors import PictureNotFound
from toggle_core.gates.model import GateResult
from toggle_core.gates.pictures import MOST_PICTURES, WIDTHS
from toggle_core.store.database import Database
from toggle_core.store.picture_tables import PictureRow

FRONT: Final = ""
"""Stands for the front page where others have the id of a promise."""

PLACES: Final = range(1, MOST_PICTURES + 1)
"""The first of them are for the front page, so that promises never crowd it out."""

WIDE: Final = max(WIDTHS)
"""Pixels of the window of a computer."""


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """What is known of a picture, without its content.

    Attributes:
        attempt: number of the attempt whose program it shows.
        promise: id of the promise at whose end it was taken; ``FRONT`` for the front page.
        path: of the page.
        width: in pixels, one of ``WIDTHS``.
        height: in pixels.
        size: bytes of its PNG file.
        name: of the picture in addresses: the SHA-256 of its content, in hexadecimal digits.
    """

    attempt: int
    promise: str
    path: str
    width: int
    height: int
    size: int
    name: str


def record_pictures(connection: Connection, run_id: UUID, attempt: int, result: GateResult) -> None:
    """Store the pictures that came with a gate's result, in place of its earlier ones.

    Args:
        connection: of a transaction that holds the run.
        run_id: of the run.
        attempt: number of the attempt.
        result: of a gate. Pictures of promises that it does not name are left out.
    """
    row = PictureRow
    match result.gate:
        case "start":
            is_of_gate, known, places = row.promise == FRONT, {FRONT}, PLACES[: len(WIDTHS)]
        case "promises":
            is_of_gate, known = row.promise != FRONT, {each.id for each in result.promises}
            places = PLACES[len(WIDTHS) :]
        case _:
            return
    earlier = delete(row).where(row.run_id == run_id, row.attempt == attempt, is_of_gate)
    connection.execute(earlier)
    pictures = {(each.promise, each.width): each for each in result.pictures}
    promises = list(dict.fromkeys(promise for promise, _ in pictures))
    wanted = sorted(
        (picture for picture in pictures.values() if picture.promise in known),
        key=lambda picture: (promises.index(picture.promise), -picture.width),
    )
    values = [
        {"run_id": run_id, "attempt": attempt, "place": place, **picture._asdict()}
        for place, picture in zip(places, wanted, strict=False)
    ]
    if values:
        connection.execute(insert(row), values)


def keep_pictures(
    connection: Connection, run_id: UUID, attempt: int, *, is_best: bool, is_known: bool
) -> None:
    """Keep the pictures of the best attempt so far and delete the others.

    Args:
        connection: of a transaction that holds the run.
        run_id: of the run.
        attempt: number of the attempt that is over.
        is_best: whether the run keeps the code of this attempt.
        is_known: whether its project had been checked before, so that it brought no pictures of
            its own.
    """
    row = PictureRow
    of_run = row.run_id == run_id
    if is_best and is_known:  # the same project: those of the best so far show it
        newest = connection.execute(select(func.max(row.attempt)).where(of_run)).scalar_one()
        connection.execute(delete(row).where(of_run, row.attempt != newest))
        connection.execute(update(row).where(of_run).values(attempt=attempt))
        return
    gone = row.attempt != attempt if is_best else row.attempt == attempt
    connection.execute(delete(row).where(of_run, gone))


def list_pictures(database: Database, run_id: UUID) -> list[PictureInfo]:
    """The pictures of a run: the front page first, each page on a computer before a phone.

    While a run is worked on, those of its newest attempt that has any.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        rows = connection.execute(_infos().where(PictureRow.run_id == run_id)).all()
    return _newest([PictureInfo(*row) for row in rows])


def list_contents(database: Database, run_id: UUID) -> list[tuple[PictureInfo, bytes]]:
    """The pictures of a run with their PNG files, in the order of :func:`list_pictures`.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    wanted = _infos().add_columns(PictureRow.content).where(PictureRow.run_id == run_id)
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    contents = {PictureInfo(*info): bytes(content) for *info, content in rows}
    return [(info, contents[info]) for info in _newest(list(contents))]


def get_picture(database: Database, run_id: UUID, name: str) -> bytes:
    """The PNG file of a picture.

    Args:
        database: where.
        run_id: of the run.
        name: of the picture, see :class:`PictureInfo`.

    Raises:
        PictureNotFound: the run has no such picture, or there is no such run.
        DatabaseAway: the database cannot be reached.
    """
    wanted = select(PictureRow.content).where(
        PictureRow.run_id == run_id, func.encode(PictureRow.digest, "hex") == name
    )
    with database.begin() as connection:
        content = connection.execute(wanted.limit(1)).scalar_one_or_none()
    if content is None:
        raise PictureNotFound
    return bytes(content)


def front_pictures(database: Database, run_ids: Collection[UUID]) -> Mapping[UUID, PictureInfo]:
    """The wide pictures of the front pages of runs, read by one query.

    Args:
        database: where.
        run_ids: of the runs.

    Returns:
        By the ids of those runs that have one.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    row = PictureRow
    wanted = (
        _infos()
        .add_columns(row.run_id)
        .where(row.run_id.in_(run_ids), row.promise == FRONT, row.width == WIDE)
    )
    if not run_ids:
        return {}
    with database.begin() as connection:
        rows = connection.execute(wanted).all()
    return {run_id: PictureInfo(*info) for *info, run_id in rows}


def _infos() -> Select[Any]:
    row = PictureRow
    return select(
        row.attempt,
        row.promise,
        row.path,
        row.width,
        row.height,
        func.octet_length(row.content),
        func.encode(row.digest, "hex"),
    ).order_by(row.attempt, row.place)


def _newest(pictures: list[PictureInfo]) -> list[PictureInfo]:
    newest = max((picture.attempt for picture in pictures), default=0)
    return [picture for picture in pictures if picture.attempt == newest]
