"""A run that works: what is left to its founder, and the button that checks it again."""

from uuid import UUID

from tests.integration.proved_builders import GOOD, GREETS, Scripted
from tests.polling import eventually
from tests.ui.viewer import page, texts
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.runs.control import approve
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.words import Stage

KEYED = {
    "id": "paid",
    "sentence": "With PAYMENT_KEY set it takes a payment.",
    "needs": ["PAYMENT_KEY"],
    "steps": [{"run": ["pay"], "expect": {"exit": 0, "stdout": {"contains": "Paid 4"}}}],
}
CLOCKED = {
    "id": "later",
    "sentence": "A year later it still says hello.",
    "steps": [{"clock": "+366 days"}, {"run": ["later"], "expect": {"exit": 0}}],
}
WITHOUT_STEPS = {"id": "monday", "sentence": "On Mondays it is in a good mood.", "steps": []}


def ended(services: Services, run_id: UUID) -> UUID:
    """A run, once it has ended."""
    eventually(lambda: get_run(services.database, run_id).finished_at, seconds=600)
    return run_id


def test_what_is_left_to_try_is_shown_and_can_be_checked_again(
    opened_services: Services, worker: WorkerThread
) -> None:
    worker.start(Scripted(GOOD))
    promises = {**GREETS, "promises": [*GREETS["promises"], KEYED, CLOCKED]}
    asked = submit(
        opened_services.database, "Hello", builder="scripted", production=True, promises=promises
    )
    app = page("run", id=str(ended(opened_services, asked.task_id)), tab="Overview")
    assert not app.exception
    shown = texts(app).replace("\\", "")
    assert "It works. 2 promises are yours to try" in shown
    assert "“With PAYMENT_KEY set it takes a payment.” It needs PAYMENT_KEY" in shown
    app = app.button(key="check_again").click().run()
    assert not app.exception
    assert app.segmented_control[0].value == 2, "it is the next version"


def test_nothing_is_checked_again_where_only_keys_or_steps_are_missing(
    opened_services: Services, worker: WorkerThread
) -> None:
    database = opened_services.database
    worker.start(Scripted(GOOD))
    asked = submit(database, "Hello", builder="scripted", production=True, review=True)
    eventually(lambda: get_run(database, asked.task_id).stage is Stage.REVIEWING)
    promises = {**GREETS, "promises": [*GREETS["promises"], WITHOUT_STEPS, KEYED]}
    approve(database, asked.task_id, None, promises)
    app = page("run", id=str(ended(opened_services, asked.task_id)), tab="Overview")
    assert "It works. 2 promises are yours to try" in texts(app)
    assert "python check_promises.py" in texts(app)
    assert "check_again" not in [button.key for button in app.button]
