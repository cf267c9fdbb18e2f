"""Workers make deliveries, and put back those of workers that are dead."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from uuid import UUID

import pytest

from tests.integration.deliveries import (
    HOOKS,
    jobs,
    one,
    submitted,
)
from tests.integration.receiver import Receiver, receiving, status
from tests.integration.sql import ask, tell
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.deliveries.deliveries import begin_attempt, put_back_left
from toggle_core.runs import control
from toggle_core.store.database import Database
from toggle_core.words import DeliveryState

FINISHED_ATTEMPTS = "SELECT FROM webhook_deliveries WHERE state <> 'pending' OR error IS NOT NULL"


@pytest.fixture
def hooked(database: Database) -> Iterator[WorkerThread]:
    """A worker that makes deliveries."""
    thread = WorkerThread(database).start(settings=replace(FAST, webhooks=HOOKS))
    yield thread
    thread.stop()


@pytest.mark.usefixtures("hooked")
def test_a_worker_executes_and_tells(database: Database, receiver: Receiver) -> None:
    runs = {str(submitted(database, receiver.url)) for _ in range(5)}
    eventually(lambda: len(receiver.got) == 5)
    assert {got.message()["data"]["task_id"] for got in receiver.got} == runs
    eventually(lambda: jobs(database) == [])


@pytest.mark.usefixtures("hooked")
def test_a_worker_tries_again_by_itself(database: Database) -> None:
    with receiving(status(500, 500, 200)) as receiver:
        run_id = submitted(database, receiver.url)
        eventually(lambda: len(receiver.got) == 3)
        eventually(lambda: one(database, run_id).state is DeliveryState.DELIVERED)
        first, second, third = (got.at for got in receiver.got)
        assert second - first > 0.07
        assert third - second > 0.07


@pytest.mark.usefixtures("hooked")
def test_receivers_that_hang_take_no_place_of_a_run(database: Database) -> None:
    def hang(_: BaseHTTPRequestHandler, __: int) -> None:
        receiver.release.wait(300)

    with receiving(hang) as receiver:
        for _ in range(8):
            control.cancel(database, submitted(database, receiver.url))
        eventually(lambda: len(receiver.got) == 8)
        run_id = submitted(database, None, "Go on")
        ended = "SELECT FROM runs WHERE id = %(run)s AND status = 'completed'"
        eventually(lambda: ask(database, ended, run=run_id), seconds=100)
        assert ask(database, FINISHED_ATTEMPTS) == []
        receiver.release.set()


def test_workers_say_whether_there_is_a_webhook_of_all_runs(
    database: Database, receiver: Receiver
) -> None:
    for url, rows in ((receiver.url, 1), (None, 0)):
        thread = WorkerThread(database)
        thread.start(settings=replace(FAST, webhooks=replace(HOOKS, url=url)))
        eventually(lambda: len(ask(database, "SELECT FROM global_webhook")) == rows)  # noqa: B023  it ends in this turn
        run_id = submitted(database, None)
        eventually(lambda: ask(database, ENDED, run=run_id))  # noqa: B023  asked at once
        thread.stop()
    assert len(ask(database, "SELECT FROM webhook_deliveries")) == 1


ENDED = "SELECT FROM runs WHERE id = %(run)s AND status <> 'processing'"


def test_what_a_dead_worker_left_is_put_back(shared_database: Database) -> None:
    run_id = submitted(shared_database, "https://example.com/")
    control.cancel(shared_database, run_id)
    delivery = one(shared_database, run_id)
    assert put_back_left(shared_database, 60) == []
    for seconds_ago, left in ((0, []), (120, [delivery.id])):
        tell(
            shared_database,
            """
            WITH fetcher AS (
                INSERT INTO procrastinate_workers (last_heartbeat)
                VALUES (now() - make_interval(secs => %(ago)s)) RETURNING id
            )
            UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM fetcher)
             WHERE queue_name = 'webhooks'
            """,
            ago=seconds_ago,
        )
        assert put_back_left(shared_database, 60) == left
    [job] = jobs(shared_database)
    assert job["status"] == "todo"
    tell(shared_database, "DELETE FROM procrastinate_jobs")
    assert put_back_left(shared_database, 60) == [delivery.id]
    begin_attempt(shared_database, delivery.id)


def test_two_sweeps_at_once_put_a_delivery_back_once(shared_database: Database) -> None:
    for _ in range(20):
        control.cancel(shared_database, submitted(shared_database, "https://example.com/"))
    tell(shared_database, "DELETE FROM procrastinate_jobs")
    found: list[UUID] = []
    threads = [
        threading.Thread(target=lambda: found.extend(put_back_left(shared_database, 60)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(set(found)) == len(jobs(shared_database)) == 20
