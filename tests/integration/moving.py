"""A database with something in each table, and what is to be the same after a move."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Identifier

from tests.integration.aged_runs import CLEARED, Aged, swept
from tests.integration.executors import executors
from tests.integration.sql import ask, tell
from tests.pictures import store_pictures
from toggle_core.apps.files import Packed
from toggle_core.apps.stored import keep, key_of
from toggle_core.history.checkpoints import timeline
from toggle_core.history.query import RunFilter
from toggle_core.history.saved_views import save_view
from toggle_core.insights.rollup import count_changed_days
from toggle_core.runs.submission import submit
from toggle_core.store.contents import table_names
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.versions.lineage import continue_run, fork

STRANGE = "Tabs\t, lines\n\\n \\. \\N, quotes ' \" and 'ünïcödé 🚀 \u2028'"
LEFT_BEHIND = ("workers", "procrastinate_workers")


def fill(database: Database) -> dict[str, UUID]:
    """Ended runs of all kinds, young and old, and those that go on."""
    with executors(database) as new:
        aged = Aged(database, new)
        done = {
            "cleared": aged.completed(200),
            "pruned": aged.completed(40),
            "young": aged.completed(1, STRANGE),
            "proved": aged.proved(2),
            "failed": aged.failed(3),
        }
        swept(database, CLEARED)
        reviewing = submit(database, "Review me", builder="quick", review=True).task_id
        aged.execute(reviewing)
    step = timeline(database, done["young"])[2].checkpoint_id
    fork(database, done["young"], step, builder="quick")
    continue_run(database, done["young"], "In green", builder="quick")
    queued = submit(database, "Queued", builder="quick", idempotency_key="key").task_id
    begun = submit(database, "Begun", builder="quick").task_id
    leave_begun(database, begun)
    save_view(database, "Failed", RunFilter(search="it's"))
    key_of(database)
    keep(database, done["young"], 0, Packed(b"packed", 1))
    store_pictures(database, done["proved"])
    count_changed_days(database)
    return {**done, "reviewing": reviewing, "queued": queued, "begun": begun}


def leave_begun(database: Database, run_id: UUID) -> None:
    """Leave a run as a worker has it in the middle."""
    tell(
        database,
        """
        WITH fetcher AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM fetcher)
         WHERE queueing_lock = %(run)s
        """,
        run=str(run_id),
    )
    tell(database, "INSERT INTO workers (identity, threads) VALUES ('elsewhere', 1)")
    tell(
        database,
        "UPDATE runs SET worker = 'elsewhere', lease = 1, stage = 'planning', started_at = now()"
        " WHERE id = %(run)s",
        run=run_id,
    )


def rows(database: Database) -> dict[str, list[str]]:
    """All rows of all tables, but for those of workers."""
    found = {}
    for name in table_names():
        if name not in LEFT_BEHIND:
            query = SQL("SELECT to_jsonb(row) - 'worker_id' - 'changed' AS row FROM {} AS row")
            each = ask(database, query.format(Identifier(name)))
            found[name] = sorted(json.dumps(row["row"], sort_keys=True) for row in each)
    return found


def next_numbers(database: Database) -> list[dict[str, Any]]:
    """What the sequences would give next."""
    return ask(
        database,
        "SELECT sequencename, coalesce(last_value, 0) AS last FROM pg_sequences"
        " WHERE sequencename <> 'procrastinate_workers_id_seq' ORDER BY 1",
    )


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database for the length of the block."""
    database = open_database(conninfo_of(url))
    yield database
    database.close()


def changed(path: Path, target: Path, member: str, content: bytes) -> Path:
    """A copy of a backup in which a member has other contents."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return target
