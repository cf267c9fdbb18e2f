"""System status: the database, the queue, the workers and their results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, text

from toggle_core.insights.rollup import count_changed_days
from toggle_core.queue.backlog import Backlog, read_backlog
from toggle_core.store.budget import LIMIT
from toggle_core.store.database import Database
from toggle_core.store.retention_tables import SweepRow
from toggle_core.store.rollup_tables import ALL_KINDS, InsightGateRow, InsightRunsRow
from toggle_core.store.tables import RunRow, WorkerRow
from toggle_core.store.webhook_tables import DeliveryRow
from toggle_core.words import DeliveryState, Outcome, Status

HEARD_LATELY_SECONDS: Final = 60
"""A worker that has been silent for longer is not counted as alive."""

COUNTING_SECONDS: Final = 0.2
"""Spent at most, but for one day, on days whose runs have changed."""

CONNECTIONS: Final = text(
    f"""
    SELECT current_setting('server_version') AS version, ({LIMIT}) AS most,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used
    """  # noqa: S608  a statement of ours
)

MOVED: Final = text(
    """
    SELECT extract(epoch FROM now() - at)::float8 FROM run_events
     WHERE stage <> 'queued' ORDER BY id DESC LIMIT 1
    """
)


@dataclass(frozen=True, slots=True)
class Server:
    """Postgres.

    Attributes:
        version: as it tells it.
        connections: that are open, of all programs.
        most_connections: that it accepts from us.
    """

    version: str
    connections: int
    most_connections: int


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that has been heard of lately.

    Attributes:
        identity: names its machine first.
        threads: runs it executes at the same time.
        started_at: when it began.
        seconds_alive: since it began.
        sandbox_ready: whether its gates can run; None until it has tried.
        sandbox: for people: what confines its gates, or how to get a sandbox.
    """

    identity: str
    threads: int
    started_at: datetime
    seconds_alive: float
    sandbox_ready: bool | None
    sandbox: str

    @property
    def host(self) -> str:
        """The machine it runs on."""
        return self.identity.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Vitals:
    """What Settings shows and metrics tell.

    Attributes:
        server: of the database.
        queue: of runs.
        workers: the oldest first.
        processing: runs that have not ended, those that wait for a person included.
        deliveries_pending: webhooks that are still to be told.
        last_sweep: when the history was last swept; None: never.
    """

    server: Server
    queue: Backlog
    workers: tuple[Worker, ...]
    processing: int
    deliveries_pending: int
    last_sweep: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """What all runs that are kept have come to.

    Attributes:
        ended: runs by their status.
        gates: results of ended runs by gate and outcome.
    """

    ended: Mapping[Status, int]
    gates: Mapping[tuple[str, Outcome], int]


def read_vitals(database: Database) -> Vitals:
    """Look at the system as it is now. Takes some milliseconds, however long the history.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    processing = select(func.count()).where(RunRow.status == Status.PROCESSING)
    pending = select(func.count()).where(DeliveryRow.state == DeliveryState.PENDING)
    swept = select(SweepRow.ended_at).where(SweepRow.ended_at.is_not(None))
    with database.begin() as connection:
        server = connection.execute(CONNECTIONS).one()
        return Vitals(
            server=Server(server.version, server.used, server.most),
            queue=read_backlog(connection),
            workers=read_workers(connection),
            processing=connection.execute(processing).scalar_one(),
            deliveries_pending=connection.execute(pending).scalar_one(),
            last_sweep=connection.execute(swept.order_by(SweepRow.id.desc()).limit(1)).scalar(),
        )


def read_workers(connection: Connection) -> tuple[Worker, ...]:
    """The workers that have been heard of lately, the oldest first."""
    lately = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, HEARD_LATELY_SECONDS)
    heard = (
        select(
            WorkerRow.identity,
            WorkerRow.threads,
            WorkerRow.started_at,
            func.extract("epoch", func.now() - WorkerRow.started_at),
            WorkerRow.sandbox_ready,
            WorkerRow.sandbox,
        )
        .where(WorkerRow.seen_at > lately)
        .order_by(WorkerRow.started_at)
    )
    return tuple(Worker(*row) for row in connection.execute(heard))


def seconds_since_movement(connection: Connection) -> float:
    """How long ago any run last went on; infinite where none ever has."""
    found = connection.execute(MOVED).scalar()
    return float("inf") if found is None else float(found)


def count_totals(database: Database) -> Totals:
    """Add up the days of the rollup behind insights.

    Days whose runs have changed are counted anew first, as for a look at insights: that of today
    may be behind by some twenty times as long as its counting takes.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    count_changed_days(database, seconds=COUNTING_SECONDS)
    runs = (
        select(InsightRunsRow.status, func.sum(InsightRunsRow.runs))
        .where(InsightRunsRow.kind == ALL_KINDS, InsightRunsRow.status != Status.PROCESSING)
        .group_by(InsightRunsRow.status)
    )
    gates = (
        select(InsightGateRow.gate, InsightGateRow.outcome, func.sum(InsightGateRow.results))
        .where(InsightGateRow.kind == ALL_KINDS)
        .group_by(InsightGateRow.gate, InsightGateRow.outcome)
    )
    with database.begin() as connection:
        ended = {Status(status): int(number) for status, number in connection.execute(runs)}
        results = {
            (gate, Outcome(outcome)): int(number)
            for gate, outcome, number in connection.execute(gates)
        }
    return Totals(ended, results)
