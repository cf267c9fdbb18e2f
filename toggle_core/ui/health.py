"""The block on Settings that tells how the whole system is doing, in words for everybody."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from toggle_core.locations import COMMAND
from toggle_core.queue.backlog import Backlog
from toggle_core.status.readiness import Readiness
from toggle_core.status.system_status import Server, Vitals, Worker
from toggle_core.ui.text import as_label
from toggle_core.ui.times import duration, when
from toggle_core.ui.zones import viewer_zone

NEARLY_ALL: Final = 0.9
"""Of the connections: from here on one more worker may not get its own."""

MOST_NAMED: Final = 5
"""Workers that have a line of their own."""

NO_WORKER: Final = (
    f"No worker is running: tasks are accepted and wait. Start a worker with `{COMMAND} worker`."
)
STUCK: Final = (
    "Tasks wait although a worker is free. Start the workers again; nothing is lost by that."
)
NO_CHECKS: Final = "Checks cannot run on every worker: see **Checks** below."
FEW_CONNECTIONS: Final = (
    "The database is almost out of connections. Stop a worker, or let the database accept more: "
    "`docs/operations.md` says how many are needed."
)
NOT_CLEARED: Final = "not yet"
WELL: Final = "All is well. Tasks are accepted and worked on."


def health(vitals: Vitals, found: Readiness, database_label: str) -> None:
    """Show how the database, the queue and the workers are doing.

    Args:
        vitals: the state of the whole system.
        found: whether tasks can be accepted, executed and proved.
        database_label: where the data is, in words.
    """
    st.header("Health", anchor=False)
    concerns = list(concerns_of(vitals, found))
    for concern in concerns:
        st.warning(concern, icon=":material/warning:")
    if not concerns:
        st.markdown(f":green[:material/check_circle:] {WELL}")
    where = as_label(f"{database_label[:1].upper()}{database_label[1:]}")
    st.markdown(f":material/database: {where}; {server_in_words(vitals.server)}")
    st.markdown(f":material/hourglass_empty: {queue_in_words(vitals.queue)}")
    st.markdown(f":material/manufacturing: {workers_in_words(vitals)}")
    zone = viewer_zone()
    now = datetime.now(UTC)
    for worker in vitals.workers[:MOST_NAMED]:
        st.caption(f"{_named(worker)}, at work since {when(worker.started_at, zone, now)}")
    if len(vitals.workers) > MOST_NAMED:
        st.caption(f"and {len(vitals.workers) - MOST_NAMED} more")
    st.markdown(f":material/shield: {checks_in_words(vitals.workers)}")
    swept = vitals.last_sweep
    cleared = when(swept, zone, now) if swept else NOT_CLEARED
    st.markdown(f":material/mop: Last clean-up: {cleared}.")
    st.markdown(f":material/outbox: {webhooks_in_words(vitals.deliveries_pending)}")


def concerns_of(vitals: Vitals, found: Readiness) -> Iterator[str]:
    """What somebody should do something about, the most urgent first."""
    if not vitals.workers:
        yield NO_WORKER
    elif found.stuck:
        yield STUCK
    if any(worker.sandbox_ready is False for worker in vitals.workers):
        yield NO_CHECKS
    if vitals.server.connections >= NEARLY_ALL * vitals.server.most_connections:
        yield FEW_CONNECTIONS


def server_in_words(server: Server) -> str:
    """Version and connections."""
    version = as_label(server.version.split(" ")[0])
    used, most = server.connections, server.most_connections
    return f"version {version}, {used:,} of {most:,} connections in use."


def queue_in_words(queue: Backlog) -> str:
    """How many tasks wait, and how long."""
    if not queue.waiting:
        return "No tasks are waiting."
    waits = "1 task is waiting" if queue.waiting == 1 else f"{queue.waiting:,} tasks are waiting"
    oldest = queue.oldest_seconds
    if oldest is None or oldest < 1:
        return f"{waits}."
    return f"{waits}, the oldest for {duration(oldest)}."


def workers_in_words(vitals: Vitals) -> str:
    """How many workers there are, and how much of them is taken."""
    if not vitals.workers:
        return "No worker has reported in the last minute."
    count = len(vitals.workers)
    threads = sum(worker.threads for worker in vitals.workers)
    who = "1 worker" if count == 1 else f"{count} workers"
    runs = "1 run" if threads == 1 else f"{threads} runs"
    busy = min(vitals.queue.busy, threads)
    return f"{who}, up to {runs} at once. {f'{busy} in progress' if busy else 'Idle'}."


def checks_in_words(workers: tuple[Worker, ...]) -> str:
    """Whether the checks of the production toggle can run."""
    unable = sum(worker.sandbox_ready is False for worker in workers)
    if unable:
        return f"Checks cannot run on {unable} of {len(workers)} workers."
    if any(worker.sandbox_ready for worker in workers):
        return "Checks can run."
    return "Whether checks can run is known as soon as a worker has tried."


def webhooks_in_words(pending: int) -> str:
    """How many webhooks are still to be told."""
    if not pending:
        return "All webhooks have been sent."
    count = "1 webhook is" if pending == 1 else f"{pending:,} webhooks are"
    return f"{count} still to be sent. Failed ones are retried automatically."


def _named(worker: Worker) -> str:
    runs = "1 run" if worker.threads == 1 else f"{worker.threads} runs"
    return f"**{as_label(worker.host)}**: {runs} at a time"
