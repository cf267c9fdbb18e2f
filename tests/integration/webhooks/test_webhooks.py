"""Webhooks: each end of a run is told, and signed."""

import base64
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from standardwebhooks import WebhookVerificationError

from tests.awaiting import outcome_of
from tests.builders import Broken, Quick, Refusing
from tests.integration.deliveries import (
    HOOKS,
    executed,
    jobs,
    make_all,
    one,
    submitted,
)
from tests.integration.receiver import OTHER_SECRET, SECRET, Receiver, status
from tests.integration.sql import ask
from toggle_core.builders.protocol import Builder
from toggle_core.runs import control
from toggle_core.runs.deletion import delete_runs
from toggle_core.runs.submission import submit
from toggle_core.runs.webhooks import list_deliveries, tell_global
from toggle_core.store.database import Database
from toggle_core.words import DeliveryState
from toggle_core.worker.webhook_worker import deliver


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
    control.reject(shared_database, run_id, "No.")
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
