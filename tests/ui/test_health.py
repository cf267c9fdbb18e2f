"""How the system is doing, as Settings says it."""

import pytest

from tests.integration.sql import tell
from tests.ui.viewer import page, submitted, texts
from tests.worker_thread import WorkerThread
from toggle_core.queue.backlog import Backlog
from toggle_core.runs.control import cancel
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.status.readiness import Readiness
from toggle_core.status.system_status import Server, Vitals
from toggle_core.store.sweeping import sweep
from toggle_core.ui.health import FEW_CONNECTIONS, NO_WORKER, WELL, concerns_of, queue_in_words


def warned(services: Services) -> list[str]:
    """The warnings of the page."""
    assert services
    app = page("settings")
    assert not app.exception
    return [str(warning.value) for warning in app.warning]


def test_without_a_worker_health_says_what_to_do(opened_services: Services) -> None:
    assert warned(opened_services) == [NO_WORKER]
    assert "No worker has reported" in texts(page("settings"))


def test_with_a_worker_that_has_nothing_to_do_all_is_well(
    opened_services: Services, worker: WorkerThread
) -> None:
    worker.start()
    shown = texts(page("settings"))
    assert WELL in shown
    assert "1 worker, up to 4 runs at once. Idle." in shown
    assert "No tasks are waiting." in shown
    assert warned(opened_services) == []


@pytest.mark.usefixtures("opened_services")
def test_health_tells_the_version_and_the_connections_of_the_database() -> None:
    shown = texts(page("settings"))
    assert "version 18" in shown
    assert " connections in use." in shown


def test_tasks_that_wait_are_counted_and_the_oldest_is_timed(opened_services: Services) -> None:
    for number in range(2):
        submitted(opened_services, f"Wait {number}")
    tell(opened_services.database, "UPDATE procrastinate_events SET at = now() - interval '200 s'")
    assert "2 tasks are waiting, the oldest for 3\u00a0min" in texts(page("settings"))


def test_workers_that_do_not_fetch_are_told_as_stuck(opened_services: Services) -> None:
    submitted(opened_services, "Wait")
    tell(
        opened_services.database,
        "INSERT INTO workers (identity, threads, started_at, seen_at, sandbox_ready, sandbox)"
        " VALUES ('machine/1', 8, now() - interval '9 min', now(), true, 'bubblewrap')",
    )
    for table in ("procrastinate_events", "run_events"):
        tell(
            opened_services.database,
            f"UPDATE {table} SET at = now() - interval '200 s'",  # type: ignore[arg-type]  # noqa: S608  names of ours
        )
    [warning] = warned(opened_services)
    assert "Tasks wait although a worker is free" in warning


def test_a_worker_without_a_sandbox_is_told_by_the_name_of_its_machine(
    opened_services: Services,
) -> None:
    tell(
        opened_services.database,
        "INSERT INTO workers (identity, threads, seen_at, sandbox_ready, sandbox) VALUES"
        " ('one <b>*evil*</b>/1', 8, now(), true, 'bubblewrap'),"
        " ('two/1', 1, now(), false, 'Install bubblewrap.')",
    )
    [warning] = warned(opened_services)
    assert "Checks cannot run" in warning
    app = page("settings")
    shown = texts(app)
    assert "Checks cannot run on 1 of 2 workers." in shown
    assert "**two**: 1 run at a time" in shown
    assert "2 workers, up to 9 runs at once" in shown
    assert "<b>*evil*" not in shown


def test_the_last_clearing_up_is_told(opened_services: Services) -> None:
    assert "Last clean-up: not yet" in texts(page("settings"))
    sweep(opened_services.database, opened_services.retention)
    assert "Last clean-up: not yet" not in texts(page("settings"))


def test_webhooks_that_are_still_to_be_told_are_counted(opened_services: Services) -> None:
    assert "All webhooks have been sent." in texts(page("settings"))
    database = opened_services.database
    url = "https://example.invalid/hook"
    cancel(database, submit(database, "Tell me", builder="quick", webhook_url=url).task_id)
    assert "1 webhook is still to be sent" in texts(page("settings"))


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        (Backlog(0, None, 0), "No tasks are waiting."),
        (Backlog(1, 0.2, 0), "1 task is waiting."),
        (Backlog(1_200, None, 8), "1,200 tasks are waiting."),
        (Backlog(2, 61.0, 8), "2 tasks are waiting, the oldest for 1\u00a0min 1\u00a0s."),
    ],
)
def test_the_queue_is_told_in_a_sentence(queue: Backlog, words: str) -> None:
    assert queue_in_words(queue) == words


@pytest.mark.parametrize(("used", "told"), [(89, False), (90, True), (100, True)])
def test_a_database_that_is_almost_out_of_connections_is_told(used: int, told: bool) -> None:
    vitals = Vitals(Server("18.1", used, 100), Backlog(0, None, 0), (), 0, 0, None)
    concerns = list(concerns_of(vitals, Readiness(database=True, migrations=True)))
    assert (FEW_CONNECTIONS in concerns) is told
