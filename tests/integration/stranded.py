"""Runs as workers leave them, and one sweep at a time."""

from collections.abc import Callable
from uuid import UUID

from tests.integration.sql import ask, tell
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.worker.recovery import Recovery

ME = "here/boot/pid:[1]/1/100/00000001"
OTHER = "elsewhere/boot/pid:[1]/1/100/00000002"
STALLED_SECONDS = 60.0


def recovery(
    database: Database,
    identity: str = ME,
    *,
    active: Callable[[], frozenset[UUID]] = frozenset,
    stalled_seconds: float = STALLED_SECONDS,
) -> Recovery:
    return Recovery(database, identity, 1, active, 0.1, stalled_seconds)


def held_by(database: Database, worker: str | None) -> UUID:
    """A run that was submitted and claimed by a worker, or by none; its job is still queued."""
    run_id = submit(database, "Find me", builder="quick").task_id
    tell(database, "UPDATE runs SET worker = %(worker)s, lease = 1", worker=worker)
    return run_id


def list_worker(database: Database, identity: str, *, seen_seconds_ago: float = 0) -> None:
    tell(
        database,
        "INSERT INTO workers (identity, threads, seen_at)"
        " VALUES (%(identity)s, 1, now() - make_interval(secs => %(ago)s))",
        identity=identity,
        ago=seen_seconds_ago,
    )


def fetch_job(database: Database, *, heard_seconds_ago: float = 0) -> None:
    """Take the job off the queue as Procrastinate's worker does."""
    tell(
        database,
        """
        WITH fetcher AS (
            INSERT INTO procrastinate_workers (last_heartbeat)
            VALUES (now() - make_interval(secs => %(ago)s)) RETURNING id
        )
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM fetcher)
        """,
        ago=heard_seconds_ago,
    )


def jobs(database: Database) -> list[tuple[str, UUID]]:
    found = ask(database, "SELECT status::text, args ->> 'run_id' AS run FROM procrastinate_jobs")
    return [(job["status"], UUID(job["run"])) for job in found]


def workers(database: Database) -> set[str]:
    return {row["identity"] for row in ask(database, "SELECT identity FROM workers")}
