"""An end is told again until it is heard, and never to strangers."""

import socket
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import pytest

from tests.integration.deliveries import HOOKS, PUBLIC_ONLY, jobs, make_all, one, submitted
from tests.integration.receiver import Receiver, receiving, status
from tests.integration.sql import tell
from toggle_core.deliveries.deliveries import begin_attempt
from toggle_core.runs import control
from toggle_core.store.database import Database
from toggle_core.words import DeliveryState


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
    assert abs((job["scheduled_at"] - delivery.next_attempt_at).total_seconds()) < 30
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
        assert receiver.lost.wait(120)
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
