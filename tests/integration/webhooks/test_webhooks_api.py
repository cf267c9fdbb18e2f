"""Webhooks over the API: what is accepted, what is told, and what can be read of it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.awaiting import outcome_of
from tests.integration.api_server import serving
from tests.integration.deliveries import HOOKS, executed, make_all
from tests.integration.receiver import SECRET, Receiver, receiving, status
from tests.integration.sql import ask
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.worker.webhook_worker import deliver


def settings_of(database: Database, **variables: str) -> Settings:
    return Settings(
        _env_file=None,
        DATABASE_URL=database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        **variables,
    )


@pytest.fixture
def hooked(shared_database: Database) -> Iterator[httpx.Client]:
    """A client of a server that can sign, on an empty database."""
    with (
        serving(settings_of(shared_database, TOGGLE_WEBHOOK_SECRET=SECRET)) as address,
        httpx.Client(base_url=f"{address}/api", timeout=60) as client,
    ):
        yield client


def submitted(client: httpx.Client, url: str | None, **headers: str) -> httpx.Response:
    return client.post(
        "/tasks", json={"description": "Tell me", "webhook_url": url}, headers=headers
    )


def moved(database: Database, run_id: str, url: str) -> None:
    """Let the webhook of a run lead to a receiver on this machine."""
    assert ask(
        database,
        "UPDATE run_webhooks SET url = %(url)s WHERE run_id = %(run)s RETURNING run_id",
        url=url,
        run=run_id,
    )


def test_what_is_told_is_the_task_as_the_api_gives_it_without_code(
    hooked: httpx.Client, shared_database: Database, receiver: Receiver
) -> None:
    task_id = submitted(hooked, "https://example.com/hook").json()["task_id"]
    moved(shared_database, task_id, receiver.url)
    executed(shared_database, UUID(task_id))
    make_all(shared_database)
    task: dict[str, Any] = hooked.get(f"/tasks/{task_id}").json()
    for name in ("code", "files", "attempts", "project_id", "project_name", "version"):
        assert task.pop(name) is not None
    for name in ("submitted_by", "reason", "reason_code", "failed_checks", "kind"):
        del task[name]
    assert receiver.got[0].message() == {
        "type": "run.completed",
        "timestamp": task["finished_at"],
        "data": task,
    }


def test_deliveries_can_be_read(hooked: httpx.Client, shared_database: Database) -> None:
    task_id = submitted(hooked, "https://example.com/hook").json()["task_id"]
    path = f"/tasks/{task_id}/deliveries"
    assert hooked.get(path).json() == {"deliveries": []}
    with receiving(status(500, 200)) as receiver:
        moved(shared_database, task_id, receiver.url)
        hooked.post(f"/tasks/{task_id}/cancel")
        [waiting] = hooked.get(path).json()["deliveries"]
        assert (waiting["state"], waiting["attempts"]) == ("pending", 0)
        outcome_of(deliver(shared_database, HOOKS, UUID(waiting["id"])))
        [put_off] = hooked.get(path).json()["deliveries"]
        assert (put_off["state"], put_off["answer_code"]) == ("pending", 500)
        assert put_off["error"] == "The answer was an error (500)."
        assert put_off["next_attempt_at"] > put_off["last_attempt_at"]
        make_all(shared_database)
    [done] = hooked.get(path).json()["deliveries"]
    assert (done["state"], done["attempts"], done["error"]) == ("delivered", 2, None)
    assert done["url"] == receiver.url


def test_deliveries_of_an_unknown_task_are_a_problem(hooked: httpx.Client) -> None:
    answer = hooked.get(f"/tasks/{uuid4()}/deliveries")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no run with this id.")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "must begin with https:// or http://"),
        ("https://user:word@example.com/", "must not hold a user or a password"),
        (f"https://example.com/{'x' * 2_000}", "has more than 2,000 characters"),
        ("no address", "it has no valid address"),
        ("http://127.0.0.1:8002/", "its address is not a public one"),
        ("http://[::1]/", "its address is not a public one"),
        ("", "it has no valid address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(
    hooked: httpx.Client, shared_database: Database, url: str, reason: str
) -> None:
    answer = submitted(hooked, url)
    assert answer.status_code == 422
    assert answer.json()["field"] == "webhook_url"
    assert reason in answer.json()["detail"]
    assert ask(shared_database, "SELECT FROM runs") == []


def test_a_server_that_cannot_sign_accepts_no_webhook(api: httpx.Client) -> None:
    answer = submitted(api, "https://example.com/")
    assert answer.status_code == 422
    assert "no TOGGLE_WEBHOOK_SECRET" in answer.json()["detail"]
    assert submitted(api, None).status_code == 202


def test_the_same_key_with_another_webhook_is_another_task(hooked: httpx.Client) -> None:
    key = {"Idempotency-Key": "once"}
    first = submitted(hooked, "https://example.com/a", **key)
    assert submitted(hooked, "https://example.com/a", **key).json() == first.json()
    assert submitted(hooked, "https://example.com/b", **key).status_code == 409
    assert submitted(hooked, None, **key).status_code == 409


def test_another_task_that_comes_of_one_is_not_told(
    hooked: httpx.Client, shared_database: Database
) -> None:
    task_id = submitted(hooked, "https://example.com/hook").json()["task_id"]
    hooked.post(f"/tasks/{task_id}/again")
    assert len(ask(shared_database, "SELECT FROM runs")) == 2
    assert len(ask(shared_database, "SELECT FROM run_webhooks")) == 1
