"""Runs with a webhook, and the attempts to tell of them, made one by one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from tests.awaiting import outcome_of
from tests.builders import Quick
from tests.integration.executors import executors
from tests.integration.receiver import SECRET
from tests.integration.sql import ask, tell
from toggle_core.builders.protocol import Builder
from toggle_core.runs.submission import submit
from toggle_core.runs.webhooks import Delivery, list_deliveries
from toggle_core.store.database import Database
from toggle_core.webhooks.signature import key_of
from toggle_core.worker.webhook_worker import WebhookSettings, deliver

HOOKS = WebhookSettings(
    key=key_of(SECRET),
    allow_private=True,
    timeout_seconds=120.0,
    pauses=(0.1, 0.1, 0.1),
    poll_seconds=0.1,
    sweep="* * * * * */1",
)
PUBLIC_ONLY = replace(HOOKS, allow_private=False)


def submitted(database: Database, url: str | None, task: str = "Tell me") -> UUID:
    return submit(database, task, builder="quick", webhook_url=url).task_id


def executed(database: Database, run_id: UUID, builder: Builder | None = None) -> None:
    tell(database, "DELETE FROM procrastinate_jobs WHERE queueing_lock = %(run)s", run=str(run_id))
    with executors(database) as new_executor:
        new_executor(builder or Quick(), "one").execute(run_id)


def make_all(database: Database, settings: WebhookSettings = HOOKS) -> None:
    """Make one attempt of each pending delivery."""
    for row in ask(database, "SELECT id FROM webhook_deliveries WHERE state = 'pending'"):
        outcome_of(deliver(database, settings, row["id"]))


def one(database: Database, run_id: UUID) -> Delivery:
    [delivery] = list_deliveries(database, run_id)
    return delivery


def jobs(database: Database) -> list[dict[str, Any]]:
    return ask(
        database,
        "SELECT args, status, scheduled_at FROM procrastinate_jobs WHERE queue_name = 'webhooks'",
    )
