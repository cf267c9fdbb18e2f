"""A type of webhook event is declared once: it is delivered, listed and documented."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.integration.deliveries import make_all, one, submitted
from tests.integration.receiver import Receiver
from tests.integration.sql import ask
from tests.unit import test_readme
from toggle_core.deliveries.event_types import EVENTS, WebhookEvent, queue_event
from toggle_core.runs.model import Run
from toggle_core.store.database import Database

OPENED = "run.opened"
MEANING = "somebody opened the app"


def opened_data(run: Run, payload: Mapping[str, Any]) -> dict[str, Any]:
    return {"task_id": run.id, "visitor": payload["visitor"]}


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more type of event."""
    monkeypatch.setitem(EVENTS, OPENED, WebhookEvent(MEANING, opened_data))


def happened(database: Database, run_id: UUID) -> None:
    with database.begin() as connection:
        queue_event(connection, run_id, OPENED, {"visitor": "Ada"})


def test_declared_event_is_delivered(shared_database: Database, receiver: Receiver) -> None:
    run_id = submitted(shared_database, receiver.url)
    happened(shared_database, run_id)
    make_all(shared_database)
    [got] = receiver.got
    message = got.message()
    assert message["type"] == OPENED
    assert message["data"] == {"task_id": str(run_id), "visitor": "Ada"}
    assert one(shared_database, run_id).event_type == OPENED


def test_declared_event_is_listed_by_the_api(
    shared_database: Database, api: httpx.Client, receiver: Receiver
) -> None:
    run_id = submitted(shared_database, receiver.url)
    happened(shared_database, run_id)
    [delivery] = api.get(f"/tasks/{run_id}/deliveries").json()["deliveries"]
    assert delivery["event_type"] == OPENED


def test_declared_event_has_to_be_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError):
        test_readme.test_every_type_of_webhook_event_is_explained()
    row = f"\n| `{OPENED}` | {MEANING} |\n"
    monkeypatch.setattr(test_readme, "README", test_readme.README + row)
    test_readme.test_every_type_of_webhook_event_is_explained()


def test_event_without_a_declaration_is_refused(shared_database: Database) -> None:
    run_id = submitted(shared_database, None)
    with shared_database.begin() as connection, pytest.raises(KeyError):
        queue_event(connection, run_id, "run.unknown", {})


def test_event_of_a_run_without_webhook_is_not_queued(shared_database: Database) -> None:
    happened(shared_database, submitted(shared_database, None))
    assert ask(shared_database, "SELECT FROM webhook_deliveries") == []
