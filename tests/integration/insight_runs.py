"""Single runs with known facts, for insights to tell of."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.integration.sql import tell
from toggle_core.store.database import Database

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

ENDED: dict[str, Any] = {"status": "completed", "verdict": "draft"}
FAILED: dict[str, Any] = {"status": "failed", "error": "no"}


def add(database: Database, at: datetime = NOON, **values: Any) -> UUID:
    """A run that was submitted then and ended a minute later."""
    run_id = uuid4()
    facts: dict[str, Any] = {
        "status": "completed",
        "verdict": None,
        "error": None,
        "production": False,
        "attempt": 1,
        "builder": "blueprints",
        "tokens_in": 0,
        "tokens_out": 0,
        "finished_at": at + timedelta(minutes=1),
        **dict.fromkeys(("evidence", "promises_count", "promises_kept", "promises_untried")),
        **dict.fromkeys(("proof_strength", "works")),
    }
    tell(
        database,
        """
        INSERT INTO runs (id, task, status, stage, verdict, error, production, attempt, builder,
                          tokens_in, tokens_out, created_at, started_at, finished_at, evidence,
                          promises_count, promises_kept, promises_untried, proof_strength, works,
                          working_seconds)
        VALUES (%(id)s, 'Ask', %(status)s,
                CASE %(status)s WHEN 'processing' THEN 'coding' ELSE 'done' END, %(verdict)s,
                %(error)s, %(production)s, %(attempt)s, %(builder)s, %(tokens_in)s, %(tokens_out)s,
                %(at)s, %(at)s, %(finished_at)s, %(evidence)s, %(promises_count)s,
                %(promises_kept)s, %(promises_untried)s, %(proof_strength)s, %(works)s,
                EXTRACT(epoch FROM %(finished_at)s::timestamptz - %(at)s::timestamptz))
        """,
        id=run_id,
        at=at,
        **facts | values,
    )
    return run_id


def tell_events(
    database: Database, run_id: UUID, at: datetime, moments: dict[str, float], kind: str = "stage"
) -> None:
    for stage, seconds in moments.items():
        tell(
            database,
            "INSERT INTO run_events (run_id, kind, stage, at)"
            " VALUES (%(id)s, %(kind)s, %(stage)s, %(at)s)",
            id=run_id,
            kind=kind,
            stage=stage,
            at=at + timedelta(seconds=seconds),
        )
