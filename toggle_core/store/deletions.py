"""How long the ids of deleted runs are kept, for readers who keep a copy of the runs."""

from typing import Any, Final

from sqlalchemy import Connection, text

KEPT_DAYS: Final = 90
"""An id is kept for this long. Who has not read on since then has to read everything anew."""

OLD: Final = f"deleted_at < now() - make_interval(days => {KEPT_DAYS})"

FORGETTABLE: Final = f"""
    SELECT id FROM deleted_runs
     WHERE {OLD} AND (changed, id) < (SELECT changed, id FROM deleted_runs
                                       WHERE {OLD} ORDER BY changed DESC, id DESC LIMIT 1)
     ORDER BY changed, id
"""  # noqa: S608  words of ours
"""All that are old but for the newest of these, which stands for all that were there before it."""

FORGET: Final = text(
    f"DELETE FROM deleted_runs WHERE id IN ({FORGETTABLE} LIMIT :most)"  # noqa: S608  words of ours
)

COUNT: Final = text(
    f"SELECT count(*) FROM ({FORGETTABLE}) AS old"  # noqa: S608  words of ours
)

MISSED: Final = text(
    f"""
    SELECT EXISTS (SELECT FROM deleted_runs
                    WHERE (changed, id) > (:number, :run_id) AND changed >= :begun AND {OLD})
    """  # noqa: S608  words of ours
)


def forget_deletions(connection: Connection, *, most: int) -> int:
    """Delete the ids of runs that were deleted long ago.

    Args:
        connection: inside a transaction, with the lock of the one who sweeps.
        most: ids at most; the rest is left to the next sweep.

    Returns:
        How many.
    """
    return connection.execute(FORGET, {"most": most}).rowcount


def count_forgettable(connection: Connection) -> int:
    """How many ids :func:`forget_deletions` would delete, if it did all at once."""
    return int(connection.execute(COUNT).scalar_one())


def is_any_forgotten(connection: Connection, position: dict[str, Any]) -> bool:
    """Whether ids of runs may be gone that were deleted after a position in the changes.

    To be asked after the changes were read: whoever forgets meanwhile is noticed then.

    Args:
        connection: inside the transaction that has read them.
        position: ``number`` and ``run_id`` of the last change that the reader knows, and ``begun``,
            the number below which no deletion is of a run that the reader ever had.
    """
    return bool(connection.execute(MISSED, position).scalar_one())
