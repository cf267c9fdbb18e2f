"""Tells webhooks of the ends of runs: takes deliveries off a queue of their own, so that a
receiver that hangs takes no place of a run.
"""

import asyncio
import contextlib
import logging
import random
from dataclasses import dataclass, field
from typing import Final, Self
from uuid import UUID

from procrastinate import App

from toggle_core.deliveries.deliveries import Due, begin_attempt, put_back_left, put_off, settle
from toggle_core.deliveries.event_types import webhook_message
from toggle_core.errors import DatabaseAway, RunNotFound
from toggle_core.history.reads import get_run
from toggle_core.queue.connector import worker_app
from toggle_core.queue.jobs import DELIVER, WEBHOOKS
from toggle_core.runs.webhooks import tell_global
from toggle_core.settings import Settings
from toggle_core.store.budget import WEBHOOK_CONNECTIONS
from toggle_core.store.database import Database
from toggle_core.webhooks.sending import Attempt, send
from toggle_core.webhooks.signature import key_of
from toggle_core.worker.serving import serve_queue

logger = logging.getLogger(__name__)

PAUSES: Final = (5.0, 30.0, 120.0, 600.0, 1_800.0, 7_200.0, 21_600.0, 43_200.0)
"""Seconds between attempts: nine of them in about a day, as the specification recommends."""

JITTER: Final = 0.2
"""Part of a pause by which it is longer or shorter, so that not all come back at once."""

AT_ONCE: Final = 8
DRAIN_SECONDS: Final = 3.0
EVERY_HALF_MINUTE: Final = "* * * * * */30"
"""Seconds are Procrastinate's sixth field."""

NOT_SENT: Final = Attempt(error="The server stopped each time before an answer came.", final=True)
NO_ADDRESS: Final = Attempt(error="This worker has no TOGGLE_WEBHOOK_URL.")
NO_KEY: Final = Attempt(error="This worker has no TOGGLE_WEBHOOK_SECRET to sign with.")


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Who is told of the end of runs, and how.

    Attributes:
        url: of the webhook of all runs, None where there is none. It may hold a token.
        key: to sign with, None where there is none: then nothing is sent.
        allow_private: whether webhooks may be in a private network.
        timeout_seconds: that one attempt may take.
        pauses: seconds between attempts; after the last of them there is one more.
        poll_seconds: a delivery that is due waits no longer.
        sweep: cron expression of the look for what dead workers left.
    """

    url: str | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)
    allow_private: bool = False
    timeout_seconds: float = 10.0
    pauses: tuple[float, ...] = PAUSES
    poll_seconds: float = 5.0
    sweep: str = EVERY_HALF_MINUTE

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings of a process say."""
        url, secret = settings.webhook_url, settings.webhook_secret
        return cls(
            url=url.get_secret_value() if url else None,
            key=key_of(secret.get_secret_value()) if secret else None,
            allow_private=settings.webhook_allow_private,
        )


async def serve_deliveries(
    database: Database, settings: WebhookSettings, stalled_seconds: float
) -> None:
    """Make deliveries until cancelled; one that is cut off then is made again by another worker.

    Args:
        database: where they are.
        settings: how.
        stalled_seconds: of silence, after which a worker is taken for dead.

    Raises:
        DatabaseAway: or Procrastinate's own error: the database is away.
    """
    await asyncio.to_thread(tell_global, database, exists=settings.url is not None)
    app = worker_app(database.direct, WEBHOOK_CONNECTIONS)
    _register(app, database, settings, stalled_seconds)
    await serve_queue(
        app,
        name=WEBHOOKS,
        queues=[WEBHOOKS],
        concurrency=AT_ONCE,
        delete_jobs="always",
        fetch_job_polling_interval=settings.poll_seconds,
        shutdown_graceful_timeout=DRAIN_SECONDS,
        update_heartbeat_interval=stalled_seconds / 3,
        stalled_worker_timeout=stalled_seconds,
    )


def _register(
    app: App, database: Database, settings: WebhookSettings, stalled_seconds: float
) -> None:
    @app.task(name=DELIVER, queue=WEBHOOKS)
    async def deliver_webhook(delivery_id: str) -> None:
        try:
            await deliver(database, settings, UUID(delivery_id))
        except DatabaseAway:
            logger.warning("delivery %s is put off: the database is away", delivery_id)

    @app.periodic(cron=settings.sweep)
    @app.task(name="sweep_deliveries", queue=WEBHOOKS, queueing_lock="sweep_deliveries")
    async def sweep_deliveries(timestamp: int) -> None:  # noqa: ARG001  Procrastinate gives it
        with contextlib.suppress(DatabaseAway):
            for delivery_id in await asyncio.to_thread(put_back_left, database, stalled_seconds):
                logger.warning("delivery %s was left behind and is made again", delivery_id)


async def deliver(database: Database, settings: WebhookSettings, delivery_id: UUID) -> None:
    """Make one attempt of a delivery, and write down what became of it.

    Args:
        database: where it is.
        settings: how.
        delivery_id: of the delivery; one that is settled or gone is left alone.

    Raises:
        DatabaseAway: a sweep finds the delivery, and it is made again.
    """
    due = await asyncio.to_thread(begin_attempt, database, delivery_id)
    if due is None:
        return
    tried = await _try(database, settings, due)
    last = tried.final or due.attempt > len(settings.pauses)
    if tried.error is None or last:
        await asyncio.to_thread(settle, database, due, tried.code, tried.error)
    else:
        pause = settings.pauses[due.attempt - 1] * random.uniform(1 - JITTER, 1 + JITTER)
        await asyncio.to_thread(put_off, database, due, tried.code, tried.error, pause)
    outcome = "delivered" if tried.error is None else "given up" if last else "put off"
    logger.info(
        "run %s: delivery %s %s, attempt %s, answer %s",
        due.run_id,
        due.id,
        outcome,
        due.attempt,
        tried.code or "none",
    )


async def _try(database: Database, settings: WebhookSettings, due: Due) -> Attempt:
    url = due.url or settings.url
    if due.attempt > len(settings.pauses) + 1:
        return NOT_SENT
    if url is None:
        return NO_ADDRESS
    if settings.key is None:
        return NO_KEY
    try:
        run = await asyncio.to_thread(get_run, database, due.run_id)
    except RunNotFound:  # it was deleted in this moment, and its deliveries with it
        return NOT_SENT
    return await send(
        url,
        str(due.id),
        webhook_message(run, due.event_type, due.payload, due.created_at),
        key=settings.key,
        seconds=settings.timeout_seconds,
        allow_private=settings.allow_private,
    )
