"""``/api/metrics``: who may read it, and what it tells while something is wrong."""

import contextlib
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.integration.api_keys import bearer, is_problem
from tests.integration.api_server import serving
from tests.integration.executors import executors
from tests.integration.insight_runs import ENDED, FAILED, add
from tests.integration.proved_builders import NO_SYNTAX, Scripted
from tests.integration.sql import tell
from tests.integration.watched import families, value
from tests.polling import eventually
from toggle_core.access.keys import create_key
from toggle_core.api.middleware import metrics_alone
from toggle_core.observing.prometheus import Metrics
from toggle_core.runs.control import cancel
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Scope

NOBODY = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"


@contextlib.contextmanager
def refusing(database_url: str) -> Iterator[None]:
    """For the length of the block a database ends all connections and accepts none."""
    name = str(conninfo_to_dict(database_url)["dbname"])
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    elsewhere = make_conninfo(database_url, dbname="postgres")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        connection.execute(allow.format(sql.Identifier(name), sql.Literal(True)))


def test_an_open_api_tells_its_metrics_in_the_form_of_prometheus(api: httpx.Client) -> None:
    answer = api.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert value(families(answer.text), "toggle_database_up") == 1


@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), (Scope.READ, 403), (Scope.SUBMIT, 403), (Scope.ADMIN, 200)]
)
def test_a_closed_api_tells_them_to_a_key_with_the_scope_admin_alone(
    api: httpx.Client, keys: dict[Scope, str], scope: Scope | None, status: int
) -> None:
    answer = api.get("/metrics", headers=bearer(keys[scope]) if scope else {})
    assert answer.status_code == status
    assert status == 200 or is_problem(answer, status)


@pytest.fixture(scope="module")
def of_worker(one_database: Database) -> Iterator[str]:
    """Address of what a worker in a process of its own serves."""
    settings = Settings(_env_file=None, DATABASE_URL=one_database.conninfo)
    with serving(settings, metrics_alone()) as address:
        yield f"{address}/api"


def test_a_worker_tells_them_to_the_same_keys_and_nothing_else_to_anybody(
    of_worker: str, keys: dict[Scope, str]
) -> None:
    given = [
        httpx.get(f"{of_worker}/metrics", headers=bearer(keys[each]), timeout=60) for each in keys
    ]
    assert {scope: answer.status_code for scope, answer in zip(keys, given, strict=True)} == {
        Scope.READ: 403,
        Scope.SUBMIT: 403,
        Scope.ADMIN: 200,
    }
    assert is_problem(httpx.get(f"{of_worker}/metrics", timeout=60), 401)
    for path in ("/tasks", "/docs", "/openapi.json", "/runs.csv"):
        answer = httpx.get(f"{of_worker}{path}", headers=bearer(keys[Scope.ADMIN]), timeout=60)
        assert answer.status_code == 404, path
    foreign = {"Host": "evil.example", **bearer(keys[Scope.ADMIN])}
    assert httpx.get(f"{of_worker}/metrics", headers=foreign, timeout=60).status_code == 421


def test_while_the_database_is_away_that_is_told_to_those_who_are_known(database_url: str) -> None:
    database = open_database(conninfo_of(database_url))
    known, new = (bearer(create_key(database, name, Scope.ADMIN)[1]) for name in ("one", "two"))
    database.close()
    settings = Settings(
        _env_file=None, DATABASE_URL=database_url, TOGGLE_BUILDER="tests.builders:Quick"
    )
    with serving(settings) as address, httpx.Client(base_url=f"{address}/api", timeout=20) as api:

        def up() -> float:
            answer = api.get("/metrics", headers=known)
            assert answer.status_code == 200
            return value(families(answer.text), "toggle_database_up")

        assert up() == 1
        with refusing(database_url):
            eventually(lambda: up() == 0, pause=0.2)
            assert "toggle_queue_depth" not in api.get("/metrics", headers=known).text
            answer = api.get("/metrics", headers=new)
            assert is_problem(answer, 503)
            assert int(answer.headers["Retry-After"]) > 0
        eventually(lambda: up() == 1, pause=0.2)


def test_a_database_that_was_never_there_is_told_as_away() -> None:
    database = open_database(conninfo_of(NOBODY))
    told = families(Metrics(database).text().decode())
    assert value(told, "toggle_database_up") == 0
    assert value(told, "toggle_pool_connections", pool="commands", state="in_use") == 0
    database.close()


def test_runs_that_wait_are_counted_and_the_oldest_is_timed(shared_database: Database) -> None:
    for number in range(3):
        submit(shared_database, f"Wait {number}", builder="quick")
    tell(shared_database, "UPDATE procrastinate_events SET at = now() - interval '90 s'")
    told = families(Metrics(shared_database).text().decode())
    assert value(told, "toggle_queue_depth") == 3
    assert 90 <= value(told, "toggle_queue_oldest_seconds") < 300
    assert value(told, "toggle_runs", status="processing") == 3


def test_a_run_that_waits_for_its_submitters_turn_does_not_count_as_oldest(
    shared_database: Database,
) -> None:
    submit(shared_database, "Wait", builder="quick")
    tell(shared_database, "UPDATE procrastinate_events SET at = now() - interval '90 s'")
    tell(shared_database, "UPDATE procrastinate_jobs SET lock = 'ada'")
    tell(
        shared_database,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, priority)"
        " SELECT queue_name, task_name, lock, 'doing', 0 FROM procrastinate_jobs",
    )
    told = families(Metrics(shared_database).text().decode())
    assert value(told, "toggle_queue_depth") == 1
    assert value(told, "toggle_queue_oldest_seconds") == 0
    assert value(told, "toggle_worker_threads_busy") == 1


def test_runs_are_told_by_their_status(shared_database: Database) -> None:
    for facts in (FAILED, FAILED, ENDED, {"status": "cancelled"}):
        add(shared_database, **facts)
    told = families(Metrics(shared_database).text().decode())
    statuses = ("processing", "completed", "failed", "cancelled")
    assert [value(told, "toggle_runs", status=each) for each in statuses] == [0, 1, 2, 1]


def test_results_of_gates_are_told_by_their_outcome(shared_database: Database) -> None:
    run_id = submit(shared_database, "Repair it", builder="quick", production=True).task_id
    with executors(shared_database) as new_executor:
        new_executor(Scripted(NO_SYNTAX), "only").execute(run_id)
    told = families(Metrics(shared_database).text().decode())
    assert value(told, "toggle_gate_results", gate="syntax", outcome="failed") >= 1
    assert value(told, "toggle_gate_results", gate="tests", outcome="skipped") >= 1
    assert value(told, "toggle_gate_results", gate="tests", outcome="passed") == 0


def test_workers_and_those_without_a_sandbox_are_counted(shared_database: Database) -> None:
    tell(
        shared_database,
        "INSERT INTO workers (identity, threads, seen_at, sandbox_ready, sandbox) VALUES"
        " ('one/1', 8, now(), true, 'bubblewrap'), ('two/1', 4, now(), false, 'none'),"
        " ('old/1', 4, now() - interval '2 min', false, 'none')",
    )
    told = families(Metrics(shared_database).text().decode())
    assert value(told, "toggle_workers_alive") == 2
    assert value(told, "toggle_worker_threads") == 12
    assert value(told, "toggle_workers_without_sandbox") == 1


def test_a_webhook_that_is_still_to_be_told_is_counted(shared_database: Database) -> None:
    url = "https://example.com/hook"
    cancel(
        shared_database, submit(shared_database, "Tell", builder="quick", webhook_url=url).task_id
    )
    told = families(Metrics(shared_database).text().decode())
    assert value(told, "toggle_webhook_deliveries_pending") == 1
