"""What apps have stored, in the database; and the key of this installation."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from toggle_core.apps.files import Packed
from toggle_core.store.app_tables import AppDataRow, AppKeyRow
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of an app's data, without the data.

    Attributes:
        generation: how often it was cleared.
        size: bytes that are kept, packed; 0: nothing.
        files: how many files that is.
        too_large: whether the program has more than is kept.
    """

    generation: int = 0
    size: int = 0
    files: int = 0
    too_large: bool = False


def key_of(database: Database) -> bytes:
    """The key of this installation, made when it is first needed.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    new = insert_or(AppKeyRow).values(key=secrets.token_bytes(KEY_BYTES)).on_conflict_do_nothing()
    with database.begin() as connection:
        connection.execute(new)
        return bytes(connection.execute(select(AppKeyRow.key)).scalar_one())


def stored_of(database: Database, run_id: UUID) -> Stored:
    """What is known of a run's data.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    size = func.coalesce(func.octet_length(AppDataRow.archive), 0)
    wanted = select(AppDataRow.generation, size, AppDataRow.files, AppDataRow.too_large)
    with database.begin() as connection:
        row = connection.execute(wanted.where(AppDataRow.run_id == run_id)).one_or_none()
    return Stored(*row) if row else Stored()


def archive_of(database: Database, run_id: UUID) -> tuple[int, bytes | None]:
    """The generation of a run's data, and the data.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    wanted = select(AppDataRow.generation, AppDataRow.archive).where(AppDataRow.run_id == run_id)
    with database.begin() as connection:
        row = connection.execute(wanted).one_or_none()
    return (row.generation, row.archive) if row else (0, None)


def keep(database: Database, run_id: UUID, generation: int, packed: Packed | None) -> bool:
    """Keep what an app has stored, unless it was cleared since the app was started.

    Args:
        database: where.
        run_id: of the run.
        generation: with which the app was started.
        packed: the data; None: it is too much, and what was kept before stays.

    Returns:
        Whether this generation is the current one, and the run is still there.

    Raises:
        DatabaseAway: nothing was kept.
    """
    values = (
        {"too_large": True}
        if packed is None
        else {"archive": packed.archive, "files": packed.files, "too_large": False}
    )
    changed = (
        update(AppDataRow)
        .where(AppDataRow.run_id == run_id, AppDataRow.generation == generation)
        .values(saved_at=func.now(), **values)
    )
    there = select(RunRow.id).where(RunRow.id == run_id).with_for_update(key_share=True)
    with database.begin() as connection:
        if connection.execute(changed).rowcount:
            return True
        if generation or connection.execute(there).one_or_none() is None:
            return False
        new = insert_or(AppDataRow).values(run_id=run_id, **values).on_conflict_do_nothing()
        return bool(connection.execute(new).rowcount)


def clear(database: Database, run_id: UUID) -> None:
    """Forget what an app has stored; one that is running stores nothing any more.

    Raises:
        DatabaseAway: nothing was changed.
    """
    there = select(RunRow.id).where(RunRow.id == run_id).with_for_update(key_share=True)
    with database.begin() as connection:
        if connection.execute(there).one_or_none() is None:
            return
        new = insert_or(AppDataRow).values(run_id=run_id, generation=1)
        connection.execute(
            new.on_conflict_do_update(
                index_elements=[AppDataRow.run_id],
                set_={
                    "generation": AppDataRow.generation + 1,
                    "archive": None,
                    "files": 0,
                    "too_large": False,
                },
            )
        )


def copy(database: Database, source: UUID, target: UUID) -> bool:
    """Let an app begin with a copy of what another one has stored, if it has stored nothing yet.

    Args:
        database: where.
        source: run of an earlier version.
        target: run of the later version.

    Returns:
        Whether there was something to copy, and nothing in its place.

    Raises:
        DatabaseAway: nothing was copied.
    """
    kept = select(AppDataRow.archive, AppDataRow.files).where(
        AppDataRow.run_id == source, AppDataRow.archive.is_not(None)
    )
    with database.begin() as connection:
        row = connection.execute(kept).one_or_none()
        if row is None:
            return False
        values = {"archive": row.archive, "files": row.files}
        filled = connection.execute(
            update(AppDataRow)
            .where(AppDataRow.run_id == target, AppDataRow.archive.is_(None))
            .values(**values, generation=AppDataRow.generation + 1)
        )
        if filled.rowcount:
            return True
        new = insert_or(AppDataRow).values(run_id=target, generation=1, **values)
        return bool(connection.execute(new.on_conflict_do_nothing()).rowcount)
