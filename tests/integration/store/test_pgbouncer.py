"""The whole app behind PgBouncer in transaction mode, with a direct address beside it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.app_process import AppProcess
from tests.builders import calls
from tests.integration.external_postgres import PASSWORD, Server, programs_of, running
from tests.integration.pgbouncer import bouncing, transactions
from tests.polling import eventually
from toggle_core.client import Client
from toggle_core.store.budget import DIRECT
from toggle_core.words import Stage, Status

RUNS = 12


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(programs_of(18)) as started:
        yield started


@pytest.fixture(scope="module")
def bouncer(server: Server) -> Iterator[int]:
    with bouncing(server) as port:
        yield port


@pytest.fixture
def app(server: Server, bouncer: int, tmp_path: Path) -> Iterator[AppProcess]:
    """The app with the gated builder, not started, on an empty database."""
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS pooled WITH (FORCE)")
        connection.execute("CREATE DATABASE pooled")
    direct = server.url.replace("/postgres", "/pooled")
    with AppProcess(
        DATABASE_URL=direct.replace(f":{server.port}/", f":{bouncer}/"),
        DATABASE_DIRECT_URL=direct,
        DATABASE_PASSWORD=PASSWORD,
        TOGGLE_BUILDER="tests.builders:Gated",
        TEST_GATE=str(tmp_path),
        TOGGLE_WORKER_THREADS="6",
    ) as process:
        yield process


def all_completed(client: Client, ids: list[str]) -> bool:
    tasks = [client.get_task(task_id) for task_id in ids]
    assert {task.status for task in tasks} <= {Status.PROCESSING, Status.COMPLETED}
    return all(task.status is Status.COMPLETED for task in tasks)


def test_runs_are_completed_over_few_shared_connections_and_survive_kill_9(
    app: AppProcess, bouncer: int, tmp_path: Path
) -> None:
    before = transactions(bouncer)
    app.start()
    with Client(f"http://127.0.0.1:{app.api_port}", timeout=60) as client:
        ids = [str(client.submit_task(f"Task {number}").task_id) for number in range(RUNS)]
        eventually(lambda: sum(calls(tmp_path, "code", f"Task {n}") for n in range(RUNS)) >= 6)
        app.kill()
        (tmp_path / "go").touch()
        app.start()
        eventually(lambda: all_completed(client, ids))
        assert all(client.get_task(task_id).stage is Stage.DONE for task_id in ids)
    each = ("submit", "claim", *("checkpoint" for _ in range(4)))
    assert transactions(bouncer) - before >= RUNS * len(each), "all of it went through PgBouncer"


def test_behind_it_a_process_asks_postgres_itself_for_few_connections(
    app: AppProcess, server: Server
) -> None:
    app.start()
    with psycopg.connect(server.url, password=PASSWORD, autocommit=True) as connection:

        def needs() -> set[str]:
            names = connection.execute("SELECT application_name FROM pg_stat_activity")
            return {name.split(" needs ")[1] for (name,) in names if " needs " in name}

        assert eventually(needs) == {str(DIRECT)}


def test_exports_and_events_work_behind_it(app: AppProcess, tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    app.start()
    with Client(f"http://127.0.0.1:{app.api_port}", timeout=60) as client:
        task_id = str(client.submit_task("Say hello").task_id)
        with httpx.stream("GET", f"{app.api}/tasks/{task_id}/events", timeout=30) as stream:
            told = stream.read().decode()
        assert '"done"' in told
        assert all_completed(client, [task_id])
    for ending in ("csv", "parquet"):
        answer = httpx.get(f"{app.api}/runs.{ending}", timeout=30)
        assert answer.status_code == 200
        assert task_id.encode() in answer.content
