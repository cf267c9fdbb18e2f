"""What an app's program is started with, and what it has stored when it is looked at."""

import asyncio
import logging
from collections.abc import Callable
from uuid import UUID

from toggle_core.apps import stored
from toggle_core.apps.app import App
from toggle_core.apps.files import Packed
from toggle_core.apps.programs import NAME_LENGTH
from toggle_core.apps.refusal import Refusal
from toggle_core.errors import DatabaseAway, RunNotFound, TooMuchData
from toggle_core.history.reads import get_run
from toggle_core.runs.model import Run
from toggle_core.store.database import Database

logger = logging.getLogger(__name__)


def run_of(database: Database, run_id: UUID) -> Run:
    """Look up the run of an app.

    Args:
        database: where it is.
        run_id: of the run.

    Raises:
        Refusal: it is gone.
        DatabaseAway: the database cannot be reached.
    """
    try:
        return get_run(database, run_id)
    except RunNotFound:
        raise Refusal(404, "This run was deleted, and its app with it.") from None


def name_of(run: Run) -> str:
    """What an app is called on our pages: the beginning of its task, on one line."""
    return " ".join(run.task.split())[:NAME_LENGTH]


async def load(database: Database, app: App) -> tuple[Run, bytes | None]:
    """Look up an app's run, and what the program stored earlier.

    Args:
        database: where they are.
        app: about to start.

    Raises:
        Refusal: the run is gone.
        DatabaseAway: the database cannot be reached.
    """
    run = await asyncio.to_thread(run_of, database, app.run_id)
    generation, archive = await asyncio.to_thread(stored.archive_of, database, app.run_id)
    if app.unsaved is not None and app.generation == generation:
        archive = app.unsaved.archive
    app.name = name_of(run)
    app.generation, app.too_large = generation, False
    return run, archive


async def save(database: Database, app: App, pack: Callable[[], Packed | None]) -> None:
    """Pack what an app's program has stored, and keep it.

    Args:
        database: where.
        app: with a program.
        pack: packs it, or gives None where nothing has changed; called in the app's thread.
    """
    try:
        packed = await app.in_thread(pack)
    except TooMuchData as error:
        logger.warning("App of run %s: %s", app.run_id, error)
        app.too_large = True
        await keep(database, app, None)
        return
    except OSError:
        logger.exception("The data of the app of run %s could not be read", app.run_id)
        return
    if packed is not None:
        app.too_large = False
        await keep(database, app, packed)


async def keep(database: Database, app: App, packed: Packed | None) -> None:
    """Keep data of an app, or hold them until the database is back.

    Args:
        database: where.
        app: whose data.
        packed: the data; None: they are too much.
    """
    try:
        await asyncio.to_thread(stored.keep, database, app.run_id, app.generation, packed)
        app.unsaved = None
    except DatabaseAway:
        app.unsaved = packed or app.unsaved
