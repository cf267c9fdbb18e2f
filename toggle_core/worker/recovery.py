"""Keeps the worker known as alive, and puts back into the queue what dead workers left.

A run is stranded when it is processing and nobody will go on with it: the worker that holds it is
gone, or nobody holds it and it has no job. One that waits for the review of its plan is not: there
a person goes on. One worker at a time sweeps, under an advisory lock.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from toggle_core.errors import DatabaseAway
from toggle_core.gates.browsers import BrowserOptions, describe_browser
from toggle_core.gates.sandbox.state import SandboxOptions, available
from toggle_core.observing.metrics import TAKEOVERS
from toggle_core.queue.jobs import requeue
from toggle_core.queue.leftovers import DELETE_FETCHED_RUN_JOBS, LAST_HEARTBEAT, NEWEST_RUN_JOBS
from toggle_core.runs.locked import driver
from toggle_core.runs.sweep import end_overdue, take_over
from toggle_core.store.checkpoint_pool import end_sessions
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.store.tables import WorkerRow
from toggle_core.worker.identity import is_dead_here, short_name

logger = logging.getLogger(__name__)

SWEEP_LOCK: Final = 0x7377_6565_70
"""Key of the advisory lock of the one who sweeps ("sweep" in ASCII)."""

STRANDED: Final = text(
    f"""
    WITH job AS ({NEWEST_RUN_JOBS})
    SELECT run.id, run.lease, job.id AS job_id, run.priority, run.turn,
           run.strikes > CASE WHEN run.worker IS NULL THEN 1 ELSE 0 END AS suspected
      FROM runs AS run
      LEFT JOIN job ON job.queueing_lock = run.id::text
     WHERE run.status = 'processing'
       AND NOT (run.stage = 'reviewing' AND run.worker IS NULL)
       AND job.status IS DISTINCT FROM 'todo'
       AND CASE
             WHEN run.worker IS NULL
               THEN job.last_heartbeat IS NULL
                 OR job.last_heartbeat < now() - make_interval(secs => :stalled_seconds)
             WHEN run.worker = :identity
               THEN NOT run.id = ANY(:active)
             ELSE NOT EXISTS (SELECT FROM workers WHERE identity = run.worker)
           END
    """  # noqa: S608  constants of ours
).bindparams(bindparam("active", type_=ARRAY(Uuid())), bindparam("identity", type_=Text()))
"""A run that was put back before has its strike already, so one of those is none of its own."""

LEFTOVERS: Final = text(
    f"""
    {DELETE_FETCHED_RUN_JOBS}
       AND NOT EXISTS (
               SELECT FROM runs AS run
                WHERE run.id::text = job.queueing_lock
                  AND (run.status = 'processing'
                       OR run.finished_at > now() - interval '1 hour'
                      AND {LAST_HEARTBEAT} > now() - make_interval(secs => :stalled_seconds)))
    """
)
"""Deletes the jobs of runs that have ended, whose workers died before they could.

Each would take the turn of its submitter for ever. A worker that is alive has an hour for it.
"""


@dataclass
class Recovery:
    """The heartbeat of a worker, in a thread of its own, so that a busy event loop cannot stop it.

    Attributes:
        database: where.
        identity: of the worker.
        threads: how many runs it executes at once.
        active: tells the runs it is executing.
        on_beat: called after each beat.
        heartbeat_seconds: between two beats.
        stalled_seconds: of silence, after which a worker is taken for dead.
        heartbeat_file: touched after each beat.
        sandbox: how its gates look for a sandbox; what they find is told in the worker's row.
        browser: how they look for a browser; likewise.
    """

    database: Database
    identity: str
    threads: int
    active: Callable[[], frozenset[UUID]]
    heartbeat_seconds: float
    stalled_seconds: float
    on_beat: Callable[[], None] = lambda: None
    heartbeat_file: Path | None = None
    sandbox: SandboxOptions = field(default_factory=SandboxOptions)
    browser: BrowserOptions = field(default_factory=BrowserOptions)
    _told: tuple[bool, str] | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _regular_since: float = 0.0
    _last_beat: float = 0.0
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin: the first beat and sweep happen at once."""
        self._thread = threading.Thread(target=self._run, name="recovery", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, and take the worker off the list of the living."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(self.heartbeat_seconds + 5)
        try:
            with self.database.begin() as connection:
                connection.execute(delete(WorkerRow).where(WorkerRow.identity == self.identity))
        except DatabaseAway:
            logger.info("the database is away: the worker's row will be swept by another")

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.beat()
                if self.heartbeat_file is not None:
                    self.heartbeat_file.touch()
                self.on_beat()
                self._tell_sandbox()
            except DatabaseAway:
                logger.warning("no heartbeat: the database is away")
            except Exception:  # the edge of this thread: without it nothing is ever taken over
                logger.exception("the sweep failed and will be tried again")
            self._stopping.wait(self.heartbeat_seconds)

    def beat(self) -> list[UUID]:
        """Say that the worker is alive, then sweep. Returns the runs that were put back."""
        started = self.active()
        with self.database.begin() as connection:
            self._say_alive(connection)
        with self.database.begin() as connection:
            if not connection.execute(select(func.pg_try_advisory_xact_lock(SWEEP_LOCK))).scalar():
                return []
            self._bury_dead(connection)
            for run_id in end_overdue(connection):
                logger.warning("took too long and was ended", extra={"run": str(run_id)})
            connection.execute(LEFTOVERS, {"stalled_seconds": self.stalled_seconds})
            return self._put_back(connection, started)

    def _say_alive(self, connection: Connection) -> None:
        row = insert(WorkerRow).values(identity=self.identity, threads=self.threads)
        connection.execute(
            row.on_conflict_do_update(index_elements=["identity"], set_={"seen_at": func.now()})
        )
        now = time.monotonic()
        if now - self._last_beat > self.stalled_seconds / 2:
            self._regular_since = now
        self._last_beat = now

    def _tell_sandbox(self) -> None:
        """Record which sandbox and browser the gates have here, for processes without either."""
        state = available(self.sandbox)
        sentences = [state.how_to_get or state.sentence]
        if state.backend is not None:
            sentences.append(describe_browser(self.browser, state.backend))
        told = (state.ready, " ".join(sentences))
        if told == self._told:
            return
        ready, sentence = told
        with self.database.begin() as connection:
            connection.execute(
                update(WorkerRow)
                .where(WorkerRow.identity == self.identity)
                .values(sandbox_ready=ready, sandbox=sentence)
            )
        self._told = told

    def _bury_dead(self, connection: Connection) -> None:
        """Delete workers whose process is gone, and those that have been silent for too long.

        After an outage all look silent: nobody is buried for that until this worker itself has
        been heard regularly for as long.
        """
        others = connection.execute(
            select(WorkerRow.identity).where(WorkerRow.identity != self.identity)
        ).scalars()
        dead = [identity for identity in others if is_dead_here(identity)]
        gone: ColumnElement[bool] = WorkerRow.identity.in_(dead)
        if self._last_beat - self._regular_since >= self.stalled_seconds:
            silence = func.make_interval(0, 0, 0, 0, 0, 0, self.stalled_seconds)
            gone |= WorkerRow.seen_at < func.now() - silence
        buried = delete(WorkerRow).where(gone).returning(WorkerRow.identity)
        if names := [short_name(identity) for identity in connection.execute(buried).scalars()]:
            end_sessions(connection, names)

    def _put_back(self, connection: Connection, started: frozenset[UUID]) -> list[UUID]:
        facts = {
            "identity": self.identity,
            "active": list(started),
            "stalled_seconds": self.stalled_seconds,
        }
        found = connection.execute(STRANDED, facts).all()
        begun_since = self.active()
        stranded = [
            run
            for run in found
            if run.id not in begun_since
            and take_over(connection, Lease(run.id, run.lease), self.identity)
        ]
        for run in stranded:
            logger.warning("left behind, and put back into the queue", extra={"run": str(run.id)})
            requeue(
                run.id,
                run.job_id,
                driver(connection),
                priority=run.priority,
                turn=run.turn,
                alone=run.suspected,
            )
        TAKEOVERS.inc(len(stranded))
        return [run.id for run in stranded]
