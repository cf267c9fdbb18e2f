"""What webhooks were told, on the page of a run."""

from collections.abc import Iterator

import pytest

from tests.awaiting import outcome_of
from tests.integration.receiver import SECRET, Receiver, receiving, status
from tests.integration.sql import ask
from tests.polling import eventually
from tests.ui.conftest import Finish
from tests.ui.viewer import page, texts
from toggle_core.runs.submission import submit
from toggle_core.runs.webhooks import list_deliveries
from toggle_core.startup import Services
from toggle_core.webhooks.signature import key_of
from toggle_core.worker.webhook_worker import WebhookSettings, deliver

SIGNED = WebhookSettings(key=key_of(SECRET), allow_private=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One that says yes to all."""
    with receiving() as opened:
        yield opened


def told(services: Services, finished: Finish, url: str, settings: WebhookSettings) -> str:
    """What the page says of a run whose webhook was told.

    The worker has no secret to sign with: all it can do is to put the delivery off.
    """
    run_id = submit(
        services.database, "Tell me", builder=services.builder.name, webhook_url=url
    ).task_id
    finished("Another")
    [delivery] = list_deliveries(services.database, run_id)
    put_off = "SELECT FROM procrastinate_jobs WHERE queueing_lock = %(id)s AND scheduled_at > now()"
    eventually(lambda: ask(services.database, put_off, id=str(delivery.id)))
    outcome_of(deliver(services.database, settings, delivery.id))
    return texts(page("run", id=str(run_id), tab="Timeline"))


def test_a_webhook_that_was_told_is_named_by_its_host_alone(
    opened_services: Services, finished: Finish, receiver: Receiver
) -> None:
    shown = told(opened_services, finished, receiver.url, SIGNED)
    assert "**127\\.0\\.0\\.1** was told at " in shown
    assert "/hook" not in shown


def test_a_webhook_that_does_not_answer_well_is_told_again(
    opened_services: Services, finished: Finish, receiver: Receiver
) -> None:
    receiver.answer = status(500)
    shown = told(opened_services, finished, receiver.url, SIGNED)
    assert "is told again at " in shown
    assert "500" in shown


def test_a_webhook_that_must_not_be_told_says_why(
    opened_services: Services, finished: Finish
) -> None:
    private = WebhookSettings(key=key_of(SECRET))
    shown = told(opened_services, finished, "http://localhost:9/hook", private)
    assert "was not told, tried " in shown
    assert "not public" in shown


def test_a_run_without_a_webhook_speaks_of_none(finished: Finish) -> None:
    assert "Webhooks" not in texts(page("run", id=str(finished("Say hello")), tab="Timeline"))
