"""Postgres goes away and comes back: nothing is lost, and everybody is told meanwhile."""

import logging
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import psutil
import psycopg
import pytest

from tests.integration.api_server import serving
from tests.integration.executors import Held
from tests.integration.sql import ask, empty
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.errors import DatabaseAway
from toggle_core.history import reads
from toggle_core.queue.jobs import enqueue
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store import embedded
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import migrate
from toggle_core.words import Status

AWAY = {
    "detail": "The database cannot be reached at the moment. Nothing that was accepted is lost;"
    " try again in a few seconds.",
    "field": None,
}


class OwnServer:
    """A server that a test may crash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uses: list[embedded.EmbeddedServer] = []
        self.come_back()

    @property
    def url(self) -> str:
        """The same before and after a crash."""
        return self.uses[0].url

    def come_back(self) -> None:
        """Start, with recovery after a crash."""
        self.uses.append(embedded.start(self.folder, extra={"fsync": "off"}))

    def crash(self) -> None:
        """The "immediate shutdown" of the Postgres manual: all connections are cut at once."""
        pid = int((self.folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        eventually(lambda: not psutil.pid_exists(pid))

    def stop(self) -> None:
        """Leave it for good."""
        for use in self.uses:
            use.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="toggle-outage-"))
    folder.chmod(0o711)
    own = OwnServer(folder / "data")
    yield own
    own.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server: OwnServer) -> Iterator[Database]:
    opened = open_database(conninfo_of(server.url))
    migrate(opened)
    empty(opened)
    yield opened
    opened.close()


@pytest.fixture
def worker(database: Database) -> Iterator[WorkerThread]:
    thread = WorkerThread(database)
    yield thread
    thread.stop()


def completed(database: Database, run_id: UUID) -> bool:
    return reads.get_run(database, run_id).status is Status.COMPLETED


def test_a_run_that_the_database_left_in_the_middle_is_completed_without_repeating_its_plan(
    server: OwnServer, database: Database, worker: WorkerThread
) -> None:
    builder = Held()
    worker.start(builder)
    run_id = submit(database, "Stay calm", builder="held").task_id
    assert builder.reached.wait(120)
    server.crash()
    builder.go.set()
    server.come_back()
    eventually(lambda: completed(database, run_id))
    assert builder.planned == 1
    assert builder.coded <= 2


def heard_of_lately(database: Database) -> bool:
    """Whether the workers of both queues are there, and their hearts beat."""
    found = ask(
        database,
        "SELECT last_heartbeat > now() - interval '1 s' AS beats FROM procrastinate_workers",
    )
    return [row["beats"] for row in found] == [True, True]


def listens(database: Database) -> bool:
    """Whether both wait to be notified of new jobs."""
    return len(ask(database, "SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'")) == 2


def test_after_an_outage_of_a_moment_the_queues_heart_beats_and_it_listens_again(
    server: OwnServer, database: Database, worker: WorkerThread
) -> None:
    # Procrastinate gives up both at the first failed attempt to reconnect (procrastinate #1597).
    worker.start()
    eventually(lambda: listens(database))
    server.crash()
    server.come_back()
    eventually(lambda: listens(database) and heard_of_lately(database))
    run_id = submit(database, "After", builder="quick").task_id
    eventually(lambda: completed(database, run_id))


def test_a_worker_that_gave_up_the_queue_takes_it_up_again(
    server: OwnServer, database: Database, worker: WorkerThread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "toggle_core.worker.service")
    worker.start()
    eventually(lambda: listens(database))
    server.crash()
    with pytest.raises(DatabaseAway):
        submit(database, "Meanwhile", builder="quick")
    eventually(lambda: "out of reach" in caplog.text)
    server.come_back()
    run_id = submit(database, "After", builder="quick").task_id
    eventually(lambda: completed(database, run_id))


def test_a_queue_that_cannot_be_written_is_told_as_a_database_that_is_away(
    database: Database,
) -> None:
    def cut_off_and_enqueue() -> None:
        with database.begin() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            ask(database, f"SELECT pg_terminate_backend({driver.info.backend_pid}, 5000)")
            enqueue(uuid4(), driver)

    with pytest.raises(DatabaseAway):
        cut_off_and_enqueue()


def test_a_worker_ends_in_an_outage_too(
    server: OwnServer, database: Database, worker: WorkerThread
) -> None:
    worker.start()
    eventually(lambda: listens(database))
    server.crash()
    stopping = threading.Thread(target=worker.stop, daemon=True)
    stopping.start()
    stopping.join(120)
    ended = not stopping.is_alive()
    server.come_back()
    assert ended


REQUESTS = {
    "submit": ("POST", "/tasks"),
    "read": ("GET", f"/tasks/{uuid4()}"),
    "files": ("GET", f"/tasks/{uuid4()}/files.zip"),
    "pictures": ("GET", f"/tasks/{uuid4()}/pictures"),
    "picture": ("GET", f"/tasks/{uuid4()}/pictures/{'0' * 64}.png"),
    "cancel": ("POST", f"/tasks/{uuid4()}/cancel"),
    "retry": ("POST", f"/tasks/{uuid4()}/retry"),
    "again": ("POST", f"/tasks/{uuid4()}/again"),
    "list": ("GET", "/tasks"),
    "export": ("GET", "/runs.csv"),
}


def test_every_address_of_the_api_says_that_the_database_is_away_and_recovers(
    server: OwnServer,
) -> None:
    settings = Settings(
        _env_file=None, DATABASE_URL=server.url, TOGGLE_BUILDER="tests.builders:Quick"
    )
    with serving(settings) as address, httpx.Client(base_url=f"{address}/api", timeout=60) as api:
        first = api.post("/tasks", json={"description": "Before"})
        assert first.status_code == 202
        server.crash()
        try:
            for name, (method, place) in REQUESTS.items():
                body = {"description": "Meanwhile"} if name == "submit" else None
                answer = api.request(method, place, json=body)
                assert (name, answer.status_code, answer.json()) == (name, 503, AWAY)
                assert answer.headers["Retry-After"] == "5"
            ready = api.get("/ready")
            assert ready.status_code == 503
            assert ready.json() | {"ready": False, "database": False} == ready.json()
            assert api.get("/health").status_code == 200
        finally:
            server.come_back()
        assert api.get(first.headers["Location"].removeprefix("/api")).status_code == 200
        assert api.post("/tasks", json={"description": "After"}).status_code == 202
        assert {task["description"] for task in api.get("/tasks").json()["tasks"]} >= {
            "Before",
            "After",
        }
        assert "Meanwhile" not in api.get("/runs.csv").text
