"""Checks: what the gates said, on the run page."""

from uuid import UUID

import pytest

from tests.integration.proved_builders import FAILING_TEST, GOOD, Scripted
from tests.polling import eventually
from tests.ui.viewer import page, submitted, texts
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.words import MEANINGS

pytestmark = pytest.mark.usefixtures("opened_services")


def proved(services: Services, worker: WorkerThread, *answers: dict[str, str]) -> UUID:
    """A finished run with the toggle on."""
    worker.start(Scripted(*answers))
    run_id = submit(services.database, "Say hello", builder="scripted", production=True).task_id
    eventually(lambda: get_run(services.database, run_id).finished_at, seconds=600)
    return run_id


def test_every_check_is_shown_with_its_meaning_and_the_programs_words(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = proved(opened_services, worker, GOOD)
    app = page("run", id=str(run_id), tab="Checks")
    assert not app.exception
    shown = texts(app).replace("\\", "")
    assert "9 of 9 checks passed" in shown
    for meaning in MEANINGS.values():
        assert meaning.rstrip(".") in shown
    assert any("Hello, world!" in code.value for code in app.code)


def test_each_attempt_can_be_looked_at_and_compared_with_the_next(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = proved(opened_services, worker, FAILING_TEST, GOOD)
    app = page("run", id=str(run_id), tab="Checks")
    assert "9 of 9 checks passed" in texts(app)
    app.button_group(key="attempt_shown").set_value(1).run()
    assert "6 of 9 checks passed" in texts(app)
    assert any("Hello, Ada!" in code.value for code in app.code)
    app = page("run", id=str(run_id), tab="Diff")
    assert "Attempt 1 to attempt 2" in texts(app)
    assert any('-    return f"Bye' in code.value for code in app.code)
    assert any('+    return f"Hello' in code.value for code in app.code)


def test_a_draft_says_that_nothing_was_checked(opened_services: Services) -> None:
    run_id = submitted(opened_services, "A draft")
    assert "nothing was checked" in texts(page("run", id=str(run_id), tab="Checks"))
