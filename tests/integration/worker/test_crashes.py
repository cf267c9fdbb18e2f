"""The app is killed, stopped and started again, and no accepted task is lost."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.app_process import AppProcess
from tests.builders import calls
from tests.polling import eventually
from toggle_core.client import Client
from toggle_core.words import Stage, Status


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[AppProcess]:
    """The app with the gated builder, not started."""
    with AppProcess(
        DATABASE_URL=database_url,
        TOGGLE_BUILDER="tests.builders:Gated",
        TEST_GATE=str(tmp_path),
        TOGGLE_WORKER_THREADS="4",
    ) as process:
        yield process


def client_of(app: AppProcess) -> Client:
    return Client(f"http://127.0.0.1:{app.api_port}", timeout=60)


def coding_task(app: AppProcess, gate: Path, task: str) -> UUID:
    """Submit a task and wait until it is in the middle of the coder."""
    with client_of(app) as client:
        task_id = client.submit_task(task).task_id
    eventually(lambda: calls(gate, "code", task) == 1)
    return task_id


def completed(app: AppProcess, task_id: UUID) -> bool:
    with client_of(app) as client:
        task = client.get_task(task_id)
    assert task.status in {Status.PROCESSING, Status.COMPLETED}
    return task.status is Status.COMPLETED


def test_a_restart_after_kill_9_continues_a_run_before_its_worker_would_count_as_stalled(
    app: AppProcess, tmp_path: Path
) -> None:
    app.environment["TOGGLE_STALLED_SECONDS"] = "600"
    task_id = coding_task(app.start(), tmp_path, "Survive")
    app.kill()
    app.start()
    eventually(lambda: calls(tmp_path, "code", "Survive") == 2)
    (tmp_path / "go").touch()
    eventually(lambda: completed(app, task_id))
    assert calls(tmp_path, "plan", "Survive") == 1, "the planner's work was kept"
    with client_of(app) as client:
        assert client.get_task(task_id).takeovers == 1


def test_a_silent_worker_has_its_run_taken_over_with_the_default_settings(
    app: AppProcess, tmp_path: Path
) -> None:
    """Of a worker on another machine one knows no more than of this."""
    task_id = coding_task(app.start(), tmp_path, "Survive")
    with AppProcess(("-m", "toggle_core", "worker"), **app.environment) as other:
        other.launch()
        eventually(lambda: "Press Ctrl-C" in other.output())
        os.kill(app.pid, signal.SIGSTOP)
        eventually(lambda: calls(tmp_path, "code", "Survive") == 2)
        os.kill(app.pid, signal.SIGCONT)
        (tmp_path / "go").touch()
        eventually(lambda: completed(app, task_id))
    assert calls(tmp_path, "plan", "Survive") == 1, "the planner's work was kept"
    with client_of(app) as client:
        assert client.get_task(task_id).takeovers == 1


def test_queued_tasks_survive_kill_9(app: AppProcess, tmp_path: Path) -> None:
    app.start()
    with client_of(app) as client:
        ids = [client.submit_task(f"Queued {number}").task_id for number in range(12)]
    app.kill()
    (tmp_path / "go").touch()
    app.start()
    for task_id in ids:
        eventually(lambda task_id=task_id: completed(app, task_id))


def test_a_stop_does_not_wait_for_a_node_that_goes_on_and_the_run_is_continued(
    app: AppProcess, tmp_path: Path
) -> None:
    task_id = coding_task(app.start(), tmp_path, "Patience")
    assert app.stop(signal.SIGTERM) == 0
    (tmp_path / "go").touch()
    app.start()
    eventually(lambda: completed(app, task_id))
    assert calls(tmp_path, "plan", "Patience") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_app_stops_at_a_signal(app: AppProcess, number: signal.Signals) -> None:
    app.start()
    assert app.stop(number) in {0, -number, 128 + number}
    assert "Traceback" not in app.output()


def test_a_run_released_at_a_stop_counts_no_take_over(app: AppProcess, tmp_path: Path) -> None:
    app.start()
    with client_of(app) as client:
        task_id = client.submit_task("Hand over").task_id
    eventually(lambda: calls(tmp_path, "code", "Hand over") == 1)
    assert app.process is not None
    app.process.terminate()
    (tmp_path / "go").touch()
    app.process.wait(120)
    app.start()
    eventually(lambda: completed(app, task_id))
    with client_of(app) as client:
        assert client.get_task(task_id).takeovers == 0
    assert calls(tmp_path, "code", "Hand over") == 1


def test_runs_go_on_after_all_connections_were_cut(
    app: AppProcess, tmp_path: Path, database_url: str
) -> None:
    task_id = coding_task(app.start(), tmp_path, "Cut off")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    (tmp_path / "go").touch()
    eventually(lambda: completed(app, task_id))


def test_a_finished_run_says_done_everywhere(app: AppProcess, tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    task_id = coding_task(app.start(), tmp_path, "Finish")
    eventually(lambda: completed(app, task_id))
    with client_of(app) as client:
        task = client.get_task(task_id)
    assert task.stage is Stage.DONE
    assert task.finished_at is not None
