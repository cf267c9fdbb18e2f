"""What faults work with: a server of their own, processes that may be killed, and clients."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import psycopg

from tests.app_process import AppProcess
from tests.chaos.books import Balance, balance, held, held_by, still_held, suspected, unfinished
from tests.chaos.builder import SECONDS
from tests.polling import eventually
from toggle_core.runs.submission import submit
from toggle_core.store import embedded
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import migrate

WORKER = ("-m", "toggle_core", "worker", "--threads", "4")
HEARTBEAT_SECONDS = "0.5"
STALLED_SECONDS = "3"


@dataclass(frozen=True)
class Scale:
    """How hard things are broken.

    Attributes:
        runs: that are in flight.
        rounds: how often the fault is injected.
        seconds: how long an outage takes.
        step_seconds: how long a step of a run takes at most.
        url: of a migrated database on a server that others use; None: a server of its own.
    """

    runs: int
    rounds: int
    seconds: float
    step_seconds: float = 0.5
    url: str | None = None


SMALL = Scale(runs=8, rounds=1, seconds=2, step_seconds=1.0)
FULL = Scale(runs=100, rounds=10, seconds=30, step_seconds=2.0)


@dataclass
class Rig:
    """One fault's surroundings.

    Attributes:
        folder: holds the server's data.
        scale: how hard.
        settings: of Postgres, beyond the app's own.
    """

    folder: Path
    scale: Scale
    settings: dict[str, str] = field(default_factory=dict)
    accepted: set[UUID] = field(default_factory=set)
    recoveries: list[float] = field(default_factory=list)
    injections: int = 0
    _seen: set[UUID] = field(default_factory=set)
    _uses: list[embedded.EmbeddedServer] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)
    _database: Database | None = None

    @property
    def url(self) -> str:
        """Of the database."""
        return self.scale.url or self._uses[0].url

    @property
    def newest(self) -> set[UUID]:
        """The tasks that were accepted since this was last asked."""
        seen, self._seen = self._seen, set(self.accepted)
        return self._seen - seen

    @property
    def database(self) -> Database:
        """The test's own pool."""
        if self._database is None:
            self._database = open_database(conninfo_of(self.url))
            self._stack.callback(self._database.close)
        return self._database

    def start_server(self) -> None:
        """Start Postgres, with recovery after a crash."""
        self._uses.append(embedded.start(self.folder, extra=self.settings))

    def crash_server(self) -> None:
        """The "immediate shutdown" of the Postgres manual: all connections are cut at once."""
        pid = int((self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        eventually(lambda: not psutil.pid_exists(pid))

    def process(self, *command: str, **variables: str) -> AppProcess:
        """A process of the app that works on this database, not started."""
        return self._stack.enter_context(
            AppProcess(
                command or ("app.py",),
                **{
                    "DATABASE_URL": self.url,
                    "TOGGLE_BUILDER": "tests.chaos.builder:Steady",
                    "TOGGLE_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS,
                    "TOGGLE_STALLED_SECONDS": STALLED_SECONDS,
                    "TOGGLE_WORKER_THREADS": "8",
                    SECONDS: str(self.scale.step_seconds),
                    **variables,
                },
            )
        )

    def worker(self, **variables: str) -> AppProcess:
        """A worker process that has begun to work."""
        [process] = self.workers(1, **variables)
        return process

    def workers(self, number: int, **variables: str) -> list[AppProcess]:
        """So many worker processes that have begun to work."""
        launched = [self.process(*WORKER, **variables).launch() for _ in range(number)]
        for process in launched:
            eventually(lambda process=process: "Press Ctrl-C" in process.output())
        return launched

    def submit(self, runs: int | None = None) -> None:
        """Submit as many runs as the scale says, or so many."""
        for _ in range(self.scale.runs if runs is None else runs):
            self.submit_one(f"Task {len(self.accepted)}")

    def submit_one(self, task: str) -> UUID:
        """Submit a task. Returns its id."""
        run_id = submit(self.database, task, builder="steady").task_id
        self.accepted.add(run_id)
        return run_id

    def post(self, client: httpx.Client, task: str, key: str | None = None) -> None:
        """Submit over HTTP; only what was answered with a receipt was accepted."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = client.post("/tasks", json={"description": task}, headers=headers)
        if answer.status_code == httpx.codes.ACCEPTED:
            self.accepted.add(UUID(answer.json()["task_id"]))

    def in_flight(self, at_least: int = 2) -> None:
        """Wait until workers hold some runs."""
        eventually(lambda: len(held(self.url).ids) >= at_least)

    def busiest(self, workers: Sequence[AppProcess]) -> int:
        """Wait until a worker holds runs. Returns which of them has the most."""

        def most() -> list[int]:
            runs = [held_by(self.url, worker.pid) for worker in workers]
            return runs if any(runs) else []

        runs = eventually(most)
        return runs.index(max(runs))

    def until(self, is_so: Callable[[], bool], seconds: float = 120) -> None:
        """Wait until something is true."""
        eventually(is_so, seconds=seconds)

    @contextmanager
    def injection(self) -> Iterator[None]:
        """Break something in the block, and undo it there as far as it does not heal by itself.

        From the end of the block the time is taken until every run that a worker held at its
        beginning has gone on or ended. Then each is given the time to do a step: of one whose
        workers die three times in a row without one, the run itself is suspected, and it fails.
        """
        then = held(self.url)
        yield
        self.injections += 1
        began = time.monotonic()
        eventually(lambda: self._asked(lambda: still_held(self.url, then)) == 0)
        self.recoveries.append(time.monotonic() - began)
        eventually(lambda: self._asked(lambda: suspected(self.url)) == 0)

    def finish(self, *, seconds: float = 300) -> Balance:
        """Wait until no run is unfinished, and balance the books."""
        with suppress(AssertionError):  # what is stuck is in the books
            eventually(lambda: self._asked(lambda: unfinished(self.url)) == 0, seconds=seconds)
        return balance(self.url, self.accepted)

    def close(self) -> None:
        """Stop all processes and leave the server."""
        self._stack.close()
        for use in self._uses:
            use.stop()

    @staticmethod
    def _asked(question: Callable[[], int]) -> int:
        """An answer, or -1 while the database is away."""
        try:
            return question()
        except psycopg.OperationalError:
            return -1


@contextmanager
def rig(scale: Scale, folder: Path | None = None, **settings: str) -> Iterator[Rig]:
    """A rig with a migrated database and no process.

    Args:
        scale: how hard things will be broken.
        folder: where the server's data go; None: a new temporary folder.
        settings: of Postgres, beyond the app's own.
    """
    if scale.url is not None:
        shared = Rig(Path(), scale)
        try:
            yield shared
        finally:
            shared.close()
        return
    place = folder or Path(tempfile.mkdtemp(prefix="toggle-chaos-"))
    place.chmod(0o711)
    made = Rig(place / "data", scale, settings)
    try:
        made.start_server()
        migrate(made.database)
        yield made
    finally:
        made.close()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
