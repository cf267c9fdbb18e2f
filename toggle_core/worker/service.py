"""The worker of a process: takes runs off the queue and executes them in a thread pool."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Self
from uuid import UUID

from procrastinate import App

from toggle_core.builders.protocol import Builder
from toggle_core.errors import RunInterrupted
from toggle_core.gates.browsers import BrowserOptions
from toggle_core.gates.prover import SandboxProver
from toggle_core.gates.sandbox.state import SandboxOptions
from toggle_core.gates.settings import GateSettings
from toggle_core.gates.slots import SlotOptions
from toggle_core.graph.attempts import Limits
from toggle_core.locations import CONFIG_FOLDER
from toggle_core.observing.pools import watch_pool
from toggle_core.queue.connector import worker_app
from toggle_core.queue.jobs import EXECUTE, QUEUE
from toggle_core.settings import Settings
from toggle_core.store.budget import QUEUE_CONNECTIONS, SPARE_CONNECTIONS
from toggle_core.store.checkpoint_pool import CheckpointPool, open_checkpoint_pool
from toggle_core.store.database import Database
from toggle_core.store.retention import Policy
from toggle_core.worker.execution import Executor
from toggle_core.worker.identity import new_identity, short_name
from toggle_core.worker.recovery import Recovery
from toggle_core.worker.rollup_worker import Counting
from toggle_core.worker.serving import serve_queue
from toggle_core.worker.supervision import keep_running
from toggle_core.worker.sweeps import register_sweeps
from toggle_core.worker.webhook_worker import WebhookSettings, serve_deliveries

POLL_SECONDS: Final = 1.0
"""A job that no notification told of waits no longer: one that came before LISTEN, for example."""

KEEP_ALL: Final = Policy()
NO_WEBHOOKS: Final = WebhookSettings()

DRAIN_SECONDS: Final = 6.0
"""How long a stopping worker waits for its runs to reach their next checkpoint: the whole process
is to be gone within 10 s of the signal, also on a busy machine."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker works.

    Attributes:
        threads: runs executed at once, 1 or more.
        limits: how long a run's coder may go on.
        gates: how long and how much the gates may take.
        heartbeat_seconds: between two signs of life.
        stalled_seconds: of silence, after which a worker is taken for dead.
        heartbeat_file: touched with each heartbeat, for a health check from outside.
        retention: how long what is kept of runs.
        deadline_seconds: how long a run may be worked on that says nothing itself; None: any time.
        webhooks: who is told of the end of runs, and how.
        secrets: keys of models, to be kept out of what they write.
        langsmith: whether LangSmith is told of runs.
    """

    threads: int
    limits: Limits = field(default_factory=Limits)
    gates: GateSettings = field(default_factory=GateSettings)
    heartbeat_seconds: float = 2.0
    stalled_seconds: float = 15.0
    heartbeat_file: Path | None = None
    retention: Policy = KEEP_ALL
    deadline_seconds: float | None = None
    webhooks: WebhookSettings = NO_WEBHOOKS
    secrets: tuple[str, ...] = field(default=(), repr=False)
    langsmith: bool = False

    @classmethod
    def of(cls, settings: Settings, threads: int) -> Self:
        """What the settings of a process say of its worker."""
        hidden = (CONFIG_FOLDER, settings.embedded_folder)
        return cls(
            threads=threads,
            limits=Limits(settings.max_attempts, settings.max_tokens_per_run),
            gates=GateSettings(
                sandbox=SandboxOptions(hidden=hidden),
                browser=BrowserOptions(settings.browser),
                slots=SlotOptions(settings.embedded_folder, settings.gate_slots),
                tests_seconds=settings.tests_seconds,
            ),
            heartbeat_seconds=settings.heartbeat_seconds,
            stalled_seconds=settings.stalled_seconds,
            heartbeat_file=settings.heartbeat_file,
            retention=Policy(settings.keep_history_days, settings.keep_checkpoints_days),
            deadline_seconds=settings.deadline_seconds or None,
            webhooks=WebhookSettings.of(settings),
            secrets=tuple(key.get_secret_value() for key in settings.model_keys.values()),
            langsmith=settings.langsmith,
        )


@contextlib.asynccontextmanager
async def working(
    database: Database, builder: Builder, settings: WorkerSettings
) -> AsyncIterator[Executor]:
    """Run a worker inside the block. At its end all runs are asked to stop at their next node.

    What does not stop in ``DRAIN_SECONDS`` is left to be taken over.

    Args:
        database: where.
        builder: plans and codes.
        settings: how.
    """
    identity = new_identity()
    connections = settings.threads + SPARE_CONNECTIONS
    pool = open_checkpoint_pool(database, connections, short_name(identity))
    watch_pool(pool)
    prover = SandboxProver(settings.gates)
    executor = Executor(
        database,
        pool,
        builder,
        identity,
        prover,
        settings.limits,
        settings.deadline_seconds,
        settings.secrets,
        settings.langsmith,
    )
    recovery = Recovery(
        database,
        executor.identity,
        settings.threads,
        executor.running,
        settings.heartbeat_seconds,
        settings.stalled_seconds,
        executor.stop_unwanted,
        settings.heartbeat_file,
        settings.gates.sandbox,
        settings.gates.browser,
    )
    threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="run")
    counting = Counting(database)
    recovery.start()
    counting.start()
    services = (
        partial(_serve, database, executor, threads, settings),
        partial(serve_deliveries, database, settings.webhooks, settings.stalled_seconds),
    )
    tasks = [asyncio.create_task(keep_running(serve)) for serve in services]
    try:
        yield executor
    finally:
        executor.drain()
        counted = asyncio.create_task(asyncio.to_thread(counting.stop))
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        threads.shutdown(wait=not executor.active, cancel_futures=True)
        await counted
        await asyncio.to_thread(recovery.stop)
        await asyncio.to_thread(_close, pool)


def _close(pool: CheckpointPool) -> None:
    pool.close(timeout=1)


async def _serve(
    database: Database, executor: Executor, threads: ThreadPoolExecutor, settings: WorkerSettings
) -> None:
    app = worker_app(database.direct, QUEUE_CONNECTIONS)
    _register(app, executor, threads)
    register_sweeps(app, database, settings.retention, threads, lambda: executor.draining)
    await serve_queue(
        app,
        queues=[QUEUE],
        concurrency=settings.threads,
        delete_jobs="always",
        fetch_job_polling_interval=POLL_SECONDS,
        shutdown_graceful_timeout=DRAIN_SECONDS,
        update_heartbeat_interval=settings.heartbeat_seconds,
        stalled_worker_timeout=settings.stalled_seconds,
    )


def _register(app: App, executor: Executor, threads: ThreadPoolExecutor) -> None:
    suspects = asyncio.Lock()

    @app.task(name=EXECUTE, queue=QUEUE)
    async def execute_run(run_id: str, alone: bool = False) -> None:
        """Execute a run. Two that may have killed their worker are never executed side by side:
        only the guilty one gathers strikes."""
        loop = asyncio.get_running_loop()
        async with suspects if alone else contextlib.nullcontext():
            with contextlib.suppress(RunInterrupted):
                await loop.run_in_executor(threads, executor.execute, UUID(run_id))
