"""Webhooks: each end of a run is told, signed, again until it is heard, and never to strangers."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any
from uuid import UUID

import psycopg
import pytest
from standardwebhooks import WebhookVerificationError

from tests.awaiting import outcome_of
from tests.builders import Broken, Quick, Refusing
from tests.integration.executors import executors
from tests.integration.receiver import OTHER_SECRET, SECRET, Receiver, receiving, status
from tests.integration.sql import ask, tell
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.builders.protocol import Builder
from toggle_core.runs import control, review
from toggle_core.runs.commands import submit
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.deliveries import begin_attempt, put_back_left
from toggle_core.runs.webhooks import Delivery, list_deliveries, tell_global
from toggle_core.store.database import Database
from toggle_core.webhooks.signature import key_of
from toggle_core.words import DeliveryState
from toggle_core.worker.delivering import WebhookSettings, deliver

HOOKS = WebhookSettings(
    key=key_of(SECRET),
    allow_private=True,
    timeout_seconds=5.0,
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


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One that says yes to all."""
    with receiving() as opened:
        yield opened


# Each end is told.


@pytest.mark.parametrize(
    ("builder", "kind"),
    [(Quick, "run.completed"), (Refusing, "run.failed"), (Broken, "run.failed")],
)
def test_a_run_that_ends_is_told(
    shared_database: Database, receiver: Receiver, builder: Callable[[], Builder], kind: str
) -> None:
    run_id = submitted(shared_database, receiver.url)
    assert list_deliveries(shared_database, run_id) == []
    executed(shared_database, run_id, builder())
    make_all(shared_database)
    [got] = receiver.got
    message = got.message()
    assert message["type"] == kind
    assert message["data"]["task_id"] == str(run_id)
    assert message["timestamp"] == message["data"]["finished_at"]
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.attempts, delivery.answer_code, delivery.error) == (
        DeliveryState.DELIVERED,
        1,
        204,
        None,
    )
    assert str(delivery.id) == got.id


def test_a_run_that_is_cancelled_in_the_queue_is_told(
    shared_database: Database, receiver: Receiver
) -> None:
    run_id = submitted(shared_database, receiver.url)
    control.cancel(shared_database, run_id)
    make_all(shared_database)
    assert receiver.got[0].message()["type"] == "run.cancelled"


def test_a_run_whose_plan_is_rejected_is_told(
    shared_database: Database, receiver: Receiver
) -> None:
    run_id = submit(
        shared_database, "Ask me", builder="quick", review=True, webhook_url=receiver.url
    ).task_id
    executed(shared_database, run_id)
    assert list_deliveries(shared_database, run_id) == []
    review.reject(shared_database, run_id, "No.")
    make_all(shared_database)
    assert receiver.got[0].message()["type"] == "run.cancelled"


def test_a_run_that_is_retried_is_told_twice_with_two_ids(
    shared_database: Database, receiver: Receiver
) -> None:
    run_id = submitted(shared_database, receiver.url)
    executed(shared_database, run_id, Refusing())
    control.retry(shared_database, run_id)
    executed(shared_database, run_id)
    make_all(shared_database)
    assert {got.message()["type"] for got in receiver.got} == {"run.failed", "run.completed"}
    assert len({got.id for got in receiver.got}) == 2


def test_what_is_told_is_the_end_even_where_the_run_goes_on(
    shared_database: Database, receiver: Receiver
) -> None:
    run_id = submitted(shared_database, receiver.url)
    executed(shared_database, run_id, Refusing())
    control.retry(shared_database, run_id)
    make_all(shared_database)
    data = receiver.got[0].message()["data"]
    assert (data["status"], data["stage"], data["error"]) == (
        "failed",
        "done",
        "This cannot be built.",
    )


def test_without_a_webhook_nothing_is_written(shared_database: Database) -> None:
    run_id = submitted(shared_database, None)
    executed(shared_database, run_id)
    assert list_deliveries(shared_database, run_id) == []
    assert jobs(shared_database) == []


def test_the_webhook_of_all_runs_and_that_of_the_run_are_both_told(
    shared_database: Database, receiver: Receiver
) -> None:
    tell_global(shared_database, exists=True)
    tell_global(shared_database, exists=True)
    run_id = submitted(shared_database, f"{receiver.url}/own")
    executed(shared_database, run_id)
    make_all(shared_database, replace(HOOKS, url=f"{receiver.url}/all"))
    assert {got.path for got in receiver.got} == {"/hook/own", "/hook/all"}
    assert {delivery.url for delivery in list_deliveries(shared_database, run_id)} == {
        None,
        f"{receiver.url}/own",
    }
    tell_global(shared_database, exists=False)
    executed(shared_database, submitted(shared_database, None))
    make_all(shared_database, replace(HOOKS, url=f"{receiver.url}/all"))
    assert len(receiver.got) == 2


def test_an_end_that_is_not_committed_is_not_told(
    shared_database: Database, receiver: Receiver
) -> None:
    run_id = submitted(shared_database, receiver.url)
    with psycopg.connect(shared_database.conninfo) as connection:
        connection.execute(
            "UPDATE runs SET status = 'cancelled', stage = 'done', finished_at = now()"
        )
        assert connection.execute("SELECT FROM webhook_deliveries").rowcount == 1
        assert (
            connection.execute(
                "SELECT FROM procrastinate_jobs WHERE queue_name = 'webhooks'"
            ).rowcount
            == 1
        )
        connection.rollback()
    assert list_deliveries(shared_database, run_id) == []
    assert jobs(shared_database) == []


def test_deliveries_go_with_their_run(shared_database: Database, receiver: Receiver) -> None:
    run_id = submitted(shared_database, receiver.url)
    control.cancel(shared_database, run_id)
    delivery = one(shared_database, run_id)
    delete_runs(shared_database, [run_id])
    assert ask(shared_database, "SELECT FROM webhook_deliveries") == []
    assert ask(shared_database, "SELECT FROM run_webhooks") == []
    outcome_of(deliver(shared_database, HOOKS, delivery.id))
    assert receiver.got == []


# Signed.


def test_the_signature_is_that_of_the_specification_and_of_this_secret_only(
    shared_database: Database, receiver: Receiver
) -> None:
    control.cancel(shared_database, submitted(shared_database, receiver.url))
    make_all(shared_database)
    [got] = receiver.got
    got.message(SECRET)
    with pytest.raises(WebhookVerificationError):
        got.message(OTHER_SECRET)
    with pytest.raises(WebhookVerificationError):
        replace(got, body=got.body.replace(b"cancelled", b"completed")).message()
    with pytest.raises(WebhookVerificationError):
        replace(got, headers=got.headers | {"webhook-id": "another"}).message()
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_without_a_secret_nothing_is_sent(shared_database: Database, receiver: Receiver) -> None:
    run_id = submitted(shared_database, receiver.url)
    control.cancel(shared_database, run_id)
    make_all(shared_database, replace(HOOKS, key=None))
    assert receiver.got == []
    assert one(shared_database, run_id).error == (
        "This worker has no TOGGLE_WEBHOOK_SECRET to sign with."
    )
    make_all(shared_database)
    assert one(shared_database, run_id).state is DeliveryState.DELIVERED


def test_the_secret_is_nowhere_in_the_database_and_in_no_log(
    shared_database: Database, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tell_global(shared_database, exists=True)
    hooks = replace(HOOKS, url=f"{receiver.url}?token=planted-token")
    run_id = submitted(shared_database, receiver.url)
    executed(shared_database, run_id)
    make_all(shared_database, hooks)
    receiver.answer = status(500)
    control.cancel(shared_database, submitted(shared_database, receiver.url))
    make_all(shared_database, hooks)
    planted = ("planted-token", SECRET, SECRET.removeprefix("whsec_"), "secret of these tests")
    tables = ask(shared_database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    with psycopg.connect(shared_database.conninfo) as connection:
        for table in tables:
            with connection.cursor().copy(f"COPY {table['tablename']} TO STDOUT") as copy:
                stored = b"".join(copy).decode()
            assert not any(word in stored for word in planted), table
    assert not any(word in caplog.text for word in planted)
    assert not any(word in repr(hooks) for word in planted)
    assert base64.b64decode(SECRET.removeprefix("whsec_")).decode() not in repr(hooks)


# Again until it is heard.


def test_after_500s_a_yes_ends_it_and_the_id_stays_the_same(shared_database: Database) -> None:
    with receiving(status(500, 503, 200)) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database)
        first = one(shared_database, run_id)
        assert (first.state, first.attempts, first.answer_code, first.error) == (
            DeliveryState.PENDING,
            1,
            500,
            "The answer was an error (500).",
        )
        assert first.next_attempt_at is not None
        make_all(shared_database)
        make_all(shared_database)
        make_all(shared_database)
        assert len(receiver.got) == 3
        assert len({got.id for got in receiver.got}) == 1
        assert all(got.message() for got in receiver.got)
    last = one(shared_database, run_id)
    assert (last.state, last.attempts, last.answer_code, last.error) == (
        DeliveryState.DELIVERED,
        3,
        200,
        None,
    )


def test_the_next_attempt_is_queued_for_later_in_the_same_transaction(
    shared_database: Database,
) -> None:
    with receiving(status(500)) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        tell(shared_database, "DELETE FROM procrastinate_jobs WHERE queue_name = 'webhooks'")
        make_all(shared_database, replace(HOOKS, pauses=(100.0,)))
    [job] = jobs(shared_database)
    delivery = one(shared_database, run_id)
    assert delivery.next_attempt_at is not None
    assert delivery.last_attempt_at is not None
    pause = (delivery.next_attempt_at - delivery.last_attempt_at).total_seconds()
    assert 79 < pause < 125
    assert abs((job["scheduled_at"] - delivery.next_attempt_at).total_seconds()) < 2
    assert job["args"] == {"delivery_id": str(delivery.id)}


def test_attempts_are_bounded(shared_database: Database) -> None:
    with receiving(status(500)) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        for _ in range(6):
            make_all(shared_database)
        assert len(receiver.got) == len(HOOKS.pauses) + 1
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.next_attempt_at) == (DeliveryState.FAILED, None)


def test_an_attempt_that_kills_its_worker_is_counted(
    shared_database: Database, receiver: Receiver
) -> None:
    run_id = submitted(shared_database, receiver.url)
    control.cancel(shared_database, run_id)
    delivery_id = one(shared_database, run_id).id
    for _ in range(len(HOOKS.pauses) + 1):
        assert begin_attempt(shared_database, delivery_id) is not None
    make_all(shared_database)
    delivery = one(shared_database, run_id)
    assert delivery.state is DeliveryState.FAILED
    assert delivery.error == "The server stopped each time before an answer came."
    assert receiver.got == []


def test_a_receiver_that_is_gone_is_told_no_more(shared_database: Database) -> None:
    with receiving(status(410)) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database)
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.attempts, delivery.answer_code) == (
        DeliveryState.FAILED,
        1,
        410,
    )


def drop(handler: BaseHTTPRequestHandler, _: int) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_off(handler: BaseHTTPRequestHandler, _: int) -> None:
    handler.wfile.write(b"HTTP/1.1 200")
    handler.connection.shutdown(socket.SHUT_RDWR)


def garbage(handler: BaseHTTPRequestHandler, _: int) -> None:
    handler.wfile.write(b"\x00\xff" * 1_000)
    handler.connection.shutdown(socket.SHUT_RDWR)


def endless_headers(handler: BaseHTTPRequestHandler, _: int) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X-Filler: " + b"x" * 10_000 + b"\r\n")


@pytest.mark.parametrize("answer", [drop, cut_off, garbage, endless_headers])
def test_what_is_no_answer_is_put_off(
    shared_database: Database, answer: Callable[[BaseHTTPRequestHandler, int], None]
) -> None:
    with receiving(answer) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database)
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.answer_code, delivery.error) == (
        DeliveryState.PENDING,
        None,
        "The connection broke before the answer.",
    )


def test_nobody_there_is_put_off(shared_database: Database) -> None:
    with receiving() as receiver:
        gone = receiver.url
    run_id = submitted(shared_database, gone)
    control.cancel(shared_database, run_id)
    make_all(shared_database)
    assert one(shared_database, run_id).error == "The receiver cannot be reached."


def test_a_receiver_that_hangs_is_left_after_the_time_out(shared_database: Database) -> None:
    def hang(_: BaseHTTPRequestHandler, __: int) -> None:
        receiver.release.wait(30)

    with receiving(hang) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database, replace(HOOKS, timeout_seconds=0.3))
        receiver.release.set()
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.error) == (
        DeliveryState.PENDING,
        "No answer came within 0.3 s.",
    )


def test_an_answer_that_drips_is_left_after_the_time_out(shared_database: Database) -> None:
    def drip(handler: BaseHTTPRequestHandler, _: int) -> None:
        while not receiver.release.wait(0.05):
            handler.wfile.write(b"H")

    with receiving(drip) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database, replace(HOOKS, timeout_seconds=0.5))
        receiver.release.set()
    assert one(shared_database, run_id).state is DeliveryState.PENDING


def test_a_huge_answer_counts_by_its_status_and_is_not_read(shared_database: Database) -> None:
    sent = 0

    def huge(handler: BaseHTTPRequestHandler, _: int) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1_000):
            handler.wfile.write(b"x" * 1_000_000)
            sent += 1

    with receiving(huge) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database)
        assert receiver.lost.wait(20)
    assert one(shared_database, run_id).state is DeliveryState.DELIVERED
    assert sent < 50


# Never to strangers.


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(shared_database: Database, code: int) -> None:
    with receiving() as inside, receiving(status(code, Location=inside.url)) as receiver:
        run_id = submitted(shared_database, receiver.url)
        control.cancel(shared_database, run_id)
        make_all(shared_database)
        assert inside.got == []
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.answer_code) == (DeliveryState.PENDING, code)
    assert delivery.error == f"The answer was a redirect ({code}); none is followed."


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "127.1"],  # noqa: S104
)
def test_an_address_inside_is_not_connected_to(
    shared_database: Database, receiver: Receiver, host: str
) -> None:
    run_id = submitted(shared_database, f"http://{host}:{receiver.port}/")
    control.cancel(shared_database, run_id)
    make_all(shared_database, PUBLIC_ONLY)
    assert receiver.got == []
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 1)
    assert "leads to an address that is not public" in (delivery.error or "")


def test_a_name_that_leads_nowhere_is_put_off(shared_database: Database) -> None:
    run_id = submitted(shared_database, "http://nowhere.invalid/")
    control.cancel(shared_database, run_id)
    make_all(shared_database, PUBLIC_ONLY)
    delivery = one(shared_database, run_id)
    assert (delivery.state, delivery.error) == (
        DeliveryState.PENDING,
        "There is no host named nowhere.invalid.",
    )


# By the workers.


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
        receiver.release.wait(30)

    with receiving(hang) as receiver:
        for _ in range(8):
            control.cancel(database, submitted(database, receiver.url))
        eventually(lambda: len(receiver.got) == 8)
        run_id = submitted(database, None, "Go on")
        ended = "SELECT FROM runs WHERE id = %(run)s AND status = 'completed'"
        eventually(lambda: ask(database, ended, run=run_id), seconds=4)
        receiver.release.set()


def test_workers_say_whether_there_is_a_webhook_of_all_runs(
    database: Database, receiver: Receiver
) -> None:
    for url, rows in ((receiver.url, 1), (None, 0)):
        thread = WorkerThread(database)
        thread.start(settings=replace(FAST, webhooks=replace(HOOKS, url=url)))
        eventually(lambda: len(ask(database, "SELECT FROM global_webhook")) == rows)  # noqa: B023
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
