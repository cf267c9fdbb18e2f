"""A queue that is full, exports that are too many: refused in a sentence, and told for how long."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psycopg
import pytest

from tests.integration.api_server import serving
from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.api.exports import ExportRoute
from toggle_core.errors import QueueFull
from toggle_core.runs.admission import Intake
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store.database import Database

TASK = {"description": "Create a hello world app"}
ROOM = 3
EXPORTS = 2


@pytest.fixture(scope="module")
def narrow_address(one_database: Database) -> Iterator[str]:
    """Address of a server with little room."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=one_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_MAX_QUEUE=str(ROOM),
        TOGGLE_MAX_EXPORTS=str(EXPORTS),
    )
    with serving(settings) as address:
        yield address


@pytest.fixture
def narrow(narrow_address: str, shared_database: Database) -> Iterator[httpx.Client]:
    """A client of that server, on an empty database."""
    assert shared_database
    with httpx.Client(base_url=f"{narrow_address}/api", timeout=30) as client:
        yield client


def refused(answer: httpx.Response, seconds: int) -> str:
    """The sentence of a refusal for want of room."""
    assert answer.status_code == 429, answer.text
    assert answer.headers["Retry-After"] == str(seconds)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json()["field"] is None
    return str(answer.json()["detail"])


def filled(api: httpx.Client) -> list[str]:
    """Ids of the runs that fill the queue."""
    answers = [api.post("/tasks", json=TASK).raise_for_status() for _ in range(ROOM)]
    return [answer.json()["task_id"] for answer in answers]


# The queue.


def test_a_full_queue_takes_no_more(narrow: httpx.Client, shared_database: Database) -> None:
    filled(narrow)
    sentence = refused(narrow.post("/tasks", json=TASK), 60)
    assert sentence.startswith("The queue is full (3 runs are waiting).")
    rows = ask(shared_database, "SELECT FROM runs UNION ALL SELECT FROM procrastinate_jobs")
    assert len(rows) == 2 * ROOM


def test_there_is_room_again_once_a_run_is_taken(
    narrow: httpx.Client, shared_database: Database
) -> None:
    first, *_ = filled(narrow)
    tell(
        shared_database,
        "UPDATE runs SET stage = 'planning' WHERE id = %(id)s::uuid",
        id=first,
    )
    assert narrow.post("/tasks", json=TASK).status_code == 202


def test_a_run_that_is_cancelled_makes_room(narrow: httpx.Client) -> None:
    first, *_ = filled(narrow)
    narrow.post(f"/tasks/{first}/cancel").raise_for_status()
    assert narrow.post("/tasks", json=TASK).status_code == 202
    refused(narrow.post("/tasks", json=TASK), 60)


def test_a_key_that_was_used_before_finds_its_run_in_a_full_queue(narrow: httpx.Client) -> None:
    key = {"Idempotency-Key": "once"}
    first = narrow.post("/tasks", json=TASK, headers=key).json()
    for _ in range(ROOM - 1):
        narrow.post("/tasks", json=TASK).raise_for_status()
    assert narrow.post("/tasks", json=TASK, headers=key).json() == first


def test_running_again_needs_room_too(narrow: httpx.Client) -> None:
    first, *_ = filled(narrow)
    refused(narrow.post(f"/tasks/{first}/again"), 60)


def test_a_queue_without_a_limit_takes_all(shared_database: Database) -> None:
    for _ in range(5):
        submit(shared_database, "A task", builder="quick", intake=Intake(max_queue=0))


def test_at_the_limit_one_fits_in_and_the_next_does_not(shared_database: Database) -> None:
    submit(shared_database, "A task", builder="quick", intake=Intake(max_queue=1))
    with pytest.raises(QueueFull):
        submit(shared_database, "A task", builder="quick", intake=Intake(max_queue=1))


# Exports.


@contextmanager
def held(database: Database) -> Iterator[None]:
    """No export gets a row before the end of the block."""
    with psycopg.connect(database.conninfo) as connection:
        connection.execute("LOCK TABLE runs IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def under_way(api: httpx.Client, database: Database, paths: list[str]) -> Iterator[list[int]]:
    """Exports that are being made for the length of the block; their statuses after it."""
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda path=path: statuses.append(api.get(path).status_code))
        for path in paths
    ]
    with held(database):
        for thread in threads:
            thread.start()
        eventually(lambda: ExportRoute.under_way == len(paths))
        yield statuses
    for thread in threads:
        thread.join()


BUSY = ["/runs.csv", "/runs.parquet"]


def test_only_so_many_exports_are_made_at_the_same_time(
    narrow: httpx.Client, shared_database: Database
) -> None:
    with under_way(narrow, shared_database, BUSY) as statuses:
        sentence = refused(narrow.get("/runs.csv"), 30)
        assert sentence.endswith("Try again in 30 seconds.")
        assert narrow.get("/health").status_code == 200
    assert statuses == [200, 200]
    assert narrow.get("/runs.csv").status_code == 200


def test_a_person_who_presses_the_button_reads_why(
    narrow: httpx.Client, shared_database: Database
) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    with under_way(narrow, shared_database, BUSY):
        answer = narrow.get("/runs.csv", headers=accept)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<p>Too many exports are running." in answer.text


def test_an_export_that_nobody_waits_for_any_more_makes_room(
    narrow: httpx.Client, shared_database: Database
) -> None:
    with held(shared_database):
        for _ in range(EXPORTS):
            with pytest.raises(httpx.ReadTimeout):
                narrow.get("/runs.csv", timeout=0.5)
    eventually(lambda: ExportRoute.under_way == 0)
    assert narrow.get("/runs.csv").status_code == 200


def test_an_export_that_is_refused_takes_no_place(narrow: httpx.Client) -> None:
    for _ in range(EXPORTS + 1):
        assert narrow.get("/runs.csv?status=stuck").status_code == 422
    assert ExportRoute.under_way == 0
