"""Processes that serve apps, as other processes find them: in the database."""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from toggle_core.apps.state import AppState
from toggle_core.store.app_tables import AppServerRow
from toggle_core.store.database import Database
from toggle_core.words import NAME_LIMIT

SILENT: Final = timedelta(seconds=15)
"""After which a server counts as gone; it writes every two seconds."""

FORGOTTEN: Final = timedelta(hours=1)


def own_name() -> str:
    """The name of this process among those that serve apps."""
    ending = f":{os.getpid()}"
    return socket.gethostname()[: NAME_LIMIT - len(ending)] + ending


def announce(
    database: Database, name: str, states: Mapping[UUID, AppState]
) -> Sequence[tuple[UUID, str | None]]:
    """Record that a server is alive and how its apps stand.

    Args:
        database: where.
        name: of the server.
        states: of its apps, by their runs.

    Returns:
        Runs whose app shall sleep, each with the person who wants it if that is known.

    Raises:
        DatabaseAway: nothing was recorded.
    """
    values = {"states": {str(run_id): asdict(state) for run_id, state in states.items()}}
    known = select(AppServerRow.stops).where(AppServerRow.name == name).with_for_update()
    new = insert_or(AppServerRow).values(name=name, **values)
    with database.begin() as connection:
        wanted = connection.execute(known).scalar_one_or_none() or []
        connection.execute(
            new.on_conflict_do_update(
                index_elements=[AppServerRow.name],
                set_={**values, "stops": [], "seen_at": func.now()},
            )
        )
        if not wanted:
            return ()
    return [(UUID(run_id), person) for run_id, person in wanted]


def withdraw(database: Database, name: str) -> None:
    """Record that a server has stopped, and forget those that did so without a word.

    Args:
        database: where.
        name: of the server.

    Raises:
        DatabaseAway: nothing was recorded.
    """
    gone = AppServerRow.seen_at < func.now() - FORGOTTEN
    with database.begin() as connection:
        connection.execute(delete(AppServerRow).where((AppServerRow.name == name) | gone))


def is_served(database: Database) -> bool:
    """Whether a server is alive.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        return bool(connection.execute(select(exists().where(_IS_ALIVE))).scalar_one())


def state_at(database: Database, run_id: UUID) -> AppState:
    """How the app of a run stands, at the server that has it.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    state = AppServerRow.states[str(run_id)]
    wanted = select(state).where(_IS_ALIVE, AppServerRow.states.has_key(str(run_id)))
    with database.begin() as connection:
        found = connection.execute(wanted.order_by(AppServerRow.seen_at.desc())).scalars().first()
    return AppState(**found) if found else AppState(running=False)


def request_stop(database: Database, run_id: UUID, person: str | None) -> None:
    """Let the app of a run sleep, at the server that has it.

    Args:
        database: where the servers are recorded.
        run_id: whose app.
        person: who wants it; None where nobody is asked who they are.

    Raises:
        DatabaseAway: nothing was recorded.
    """
    more = func.jsonb_build_array(func.jsonb_build_array(str(run_id), person))
    has_it = AppServerRow.states.has_key(str(run_id))
    with database.begin() as connection:
        connection.execute(
            update(AppServerRow)
            .where(_IS_ALIVE, has_it)
            .values(stops=AppServerRow.stops.op("||")(more))
        )


_IS_ALIVE: Final = AppServerRow.seen_at > func.now() - SILENT
