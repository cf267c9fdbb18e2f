"""Who may call the API: HTTP against a real server, with keys, without, and with wrong ones."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.integration.api_keys import (
    NOWHERE,
    READS,
    TASK,
    bearer,
    is_problem,
    submitted,
    submitter,
)
from tests.integration.api_server import serving
from tests.integration.sql import ask, tell
from toggle_core.access.keys import create_key, revoke_key
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.words import Scope

# With no key made.


def test_before_the_first_key_the_api_of_this_machine_is_open(
    api: httpx.Client, shared_database: Database
) -> None:
    answer = api.post("/tasks", json=TASK)
    assert answer.status_code == 202
    assert submitter(shared_database, answer.json()["task_id"]) is None
    assert api.get("/tasks").status_code == 200


def test_a_key_that_is_wrong_is_told_even_where_none_is_needed(api: httpx.Client) -> None:
    answer = api.get("/tasks", headers=bearer("ptk_000000000000_" + "0" * 64))
    assert is_problem(answer, 401)


def test_the_password_of_a_web_server_in_front_does_no_harm_where_no_key_is_needed(
    api: httpx.Client,
) -> None:
    assert api.get("/tasks", auth=("founder", "hunter2")).status_code == 200


# Without a key.


@pytest.mark.parametrize("path", READS)
@pytest.mark.usefixtures("keys")
def test_without_a_key_nothing_is_read(api: httpx.Client, path: str) -> None:
    answer = api.get(path)
    assert is_problem(answer, 401)
    assert answer.json()["detail"].startswith("This API needs a key.")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Production Toggle"'


@pytest.mark.usefixtures("keys")
def test_without_a_key_nothing_is_submitted(api: httpx.Client, shared_database: Database) -> None:
    assert is_problem(api.post("/tasks", json=TASK), 401)
    assert ask(shared_database, "SELECT FROM runs") == []


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"description": ""}', b"\xff" * 1_000])
@pytest.mark.usefixtures("keys")
def test_a_key_is_asked_for_before_the_body_is_looked_at(api: httpx.Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert is_problem(api.post("/tasks", content=body, headers=headers), 401)


@pytest.mark.parametrize("path", ["/nothing", "/tasks/", "//tasks", "/health/", "/health/../tasks"])
@pytest.mark.usefixtures("keys")
def test_what_is_not_there_or_not_meant_to_be_open_is_closed(api: httpx.Client, path: str) -> None:
    url = httpx.URL(str(api.base_url), raw_path=f"/api{path}".encode())
    assert is_problem(api.get(url), 401)


@pytest.mark.parametrize("path", ["/health", "/ready", "/docs", "/openapi.json"])
@pytest.mark.usefixtures("keys")
def test_signs_of_life_and_the_guide_ask_for_no_key(api: httpx.Client, path: str) -> None:
    assert api.get(path).status_code in {200, 503}
    assert "WWW-Authenticate" not in api.get(path).headers


PLACES = {"task_id": NOWHERE, "name": "tokens", "part": "gates"}
"""What stands in the paths of routes."""


@pytest.mark.usefixtures("keys")
def test_every_route_but_those_asks_for_a_key(
    api: httpx.Client,
) -> None:
    document = api.get("/openapi.json").json()
    closed = {
        (method, path): api.request(method, path.format(**PLACES)).status_code
        for path, methods in document["paths"].items()
        for method in methods
        if path not in {"/health", "/ready"}
    }
    assert len(closed) >= 14
    assert set(closed.values()) == {401}


@pytest.mark.usefixtures("keys")
def test_a_cookie_opens_nothing(
    api: httpx.Client,
) -> None:
    cookies = {"_streamlit_user": "anything", "_streamlit_user_tokens": "x", "_xsrf": "y"}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    assert is_problem(api.get("/tasks", headers=headers), 401)


@pytest.mark.usefixtures("keys")
def test_a_browser_reads_a_sentence(
    api: httpx.Client,
) -> None:
    answer = api.get("/tasks", headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "This API needs a key." in answer.text


# Keys that no longer open.


def test_a_revoked_key_is_refused_from_the_next_request_on(
    api: httpx.Client, shared_database: Database
) -> None:
    made, key = create_key(shared_database, "ci", Scope.READ)
    assert api.get("/tasks", headers=bearer(key)).status_code == 200
    revoke_key(shared_database, made.id)
    answer = api.get("/tasks", headers=bearer(key))
    assert is_problem(answer, 401)
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_an_api_that_was_closed_stays_closed_when_every_key_is_revoked(
    api: httpx.Client, shared_database: Database
) -> None:
    made, _ = create_key(shared_database, "ci", Scope.READ)
    revoke_key(shared_database, made.id)
    assert is_problem(api.get("/tasks"), 401)


def test_an_expired_key_is_refused(api: httpx.Client, shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    tell(
        shared_database,
        "UPDATE api_keys SET created_at = now() - interval '2 days', expires_at = now()",
    )
    answer = api.get("/tasks", headers=bearer(key))
    assert is_problem(answer, 401)
    assert "has expired" in answer.json()["detail"]


# Settings and outages.


@pytest.fixture
def closed(one_database: Database) -> Iterator[str]:
    """Address of an API that asks for a key before there is one."""
    with serving(_settings(one_database, TOGGLE_API_AUTH="required")) as address:
        yield f"{address}/api"


def _settings(database: Database, **variables: str) -> Settings:
    return Settings(
        _env_file=None,
        DATABASE_URL=database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        **variables,  # type: ignore[arg-type]  # settings by the names of their variables
    )


def test_required_closes_the_api_before_the_first_key(
    shared_database: Database, closed: str
) -> None:
    assert is_problem(httpx.get(f"{closed}/tasks", timeout=60), 401)
    _, key = create_key(shared_database, "first", Scope.READ)
    assert httpx.get(f"{closed}/tasks", headers=bearer(key), timeout=60).status_code == 200


def test_off_opens_the_api_on_this_machine_and_still_knows_keys(shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.SUBMIT)
    with (
        serving(_settings(shared_database, TOGGLE_API_AUTH="off")) as address,
        httpx.Client(base_url=f"{address}/api", timeout=60) as api,
    ):
        assert api.get("/tasks").status_code == 200
        assert submitter(shared_database, submitted(api, key)) == "key:ci"
        assert is_problem(api.get("/tasks", headers=bearer(f"{key}0")), 401)


def test_a_key_has_one_limit_from_however_many_addresses(shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    _, other = create_key(shared_database, "other", Scope.READ)
    few = {"TOGGLE_REQUESTS_PER_MINUTE": "3", "TOGGLE_TRUSTED_PROXIES": "127.0.0.1"}
    with (
        serving(_settings(shared_database, **few)) as address,
        httpx.Client(base_url=f"{address}/api", timeout=60) as api,
    ):

        def ask_from(number: int, key: str) -> httpx.Response:
            return api.get("/tasks", headers=bearer(key) | {"X-Forwarded-For": f"192.0.2.{number}"})

        assert [ask_from(number, key).status_code for number in range(3)] == [200, 200, 200]
        refused = ask_from(4, key)
        assert is_problem(refused, 429)
        assert int(refused.headers["Retry-After"]) >= 1
        assert ask_from(4, other).status_code == 200


def test_while_the_database_is_away_nobody_is_let_in(database: Database) -> None:
    _, key = create_key(database, "ci", Scope.ADMIN)
    elsewhere = make_conninfo(database.conninfo, dbname="postgres")
    away = str(conninfo_to_dict(database.conninfo)["dbname"])
    name = sql.Identifier(away)
    with (
        serving(_settings(database)) as address,
        httpx.Client(base_url=f"{address}/api", headers=bearer(key), timeout=60) as api,
        psycopg.connect(elsewhere, autocommit=True) as connection,
    ):
        assert api.get("/tasks").status_code == 200
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            [away],
        )
        assert is_problem(api.get("/tasks"), 503)
        assert is_problem(api.get("/tasks", headers={"Authorization": ""}), 503)
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
        assert api.get("/tasks").status_code == 200
