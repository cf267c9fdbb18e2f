"""What would be open to other machines by accident does not start, or does not answer."""

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import httpx
import psutil
import pytest

from tests.app_process import ROOT, AppProcess, free_port
from tests.polling import eventually
from toggle_core.access.exposure import check_api, is_loopback, openness
from toggle_core.access.keys import create_key, revoke_key
from toggle_core.errors import ApiOpen
from toggle_core.settings import Settings
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Scope

BEYOND = "0.0.0.0"  # noqa: S104  the addresses are those of the test's own machine
STREAMLIT = ("-m", "streamlit", "run", "app.py", "--server.port={port}")
API = ("-m", "toggle_core", "api")
LOGIN = {
    "TOGGLE_OIDC_CLIENT_ID": "toggle",
    "TOGGLE_OIDC_CLIENT_SECRET": "secret",
    "TOGGLE_OIDC_METADATA_URL": "http://localhost:1/.well-known/openid-configuration",
    "TOGGLE_OIDC_REDIRECT_URI": "http://localhost:3030/oauth2callback",
    "TOGGLE_OIDC_ALLOWED": "*",
    "TOGGLE_COOKIE_SECRET": "x" * 32,
}
NO_LOGIN = f"The dashboard would listen on {BEYOND}, where others can reach it, and ask nobody"
NO_KEY = f"The API would listen on {BEYOND}, where others can reach it, and ask nobody for a key"


class Start(NamedTuple):
    """A start that must fail.

    Attributes:
        command: after the interpreter's name.
        variables: that are set.
        sentence: what the person reads.
    """

    command: tuple[str, ...]
    variables: dict[str, str]
    sentence: str


STARTS = {
    "app": Start(("app.py",), {"TOGGLE_HOST": BEYOND}, NO_LOGIN),
    "up": Start(("-m", "toggle_core", "up"), {"TOGGLE_HOST": BEYOND}, NO_LOGIN),
    "streamlit": Start((*STREAMLIT, f"--server.address={BEYOND}"), {}, NO_LOGIN),
    "second port": Start(STREAMLIT, {"TOGGLE_HOST": BEYOND}, NO_KEY),
    "api": Start(API, {"TOGGLE_HOST": BEYOND}, NO_KEY),
    "a worker's metrics": Start(
        ("-m", "toggle_core", "worker"),
        {"TOGGLE_HOST": BEYOND, "TOGGLE_METRICS_PORT": str(free_port())},
        NO_KEY,
    ),
    "login, but no key": Start(("app.py",), {"TOGGLE_HOST": BEYOND, **LOGIN}, NO_KEY),
}


def settings(**variables: Any) -> Settings:
    return Settings(_env_file=None, **variables)


@pytest.mark.parametrize("auth", ["auto", "off"])
@pytest.mark.parametrize("host", [None, BEYOND, "::", "toggle.example.com"])
def test_an_api_that_asks_for_no_key_is_refused_where_others_reach_it(
    shared_database: Database, auth: str, host: str | None
) -> None:
    open_to_all = settings(TOGGLE_API_AUTH=auth)
    with pytest.raises(ApiOpen, match=r"ask nobody for a key.*TOGGLE_ALLOW_ANONYMOUS=1\."):
        check_api(open_to_all, shared_database, "127.0.0.1", host)
    check_api(open_to_all, shared_database, "127.0.0.1", "::1", "localhost")
    check_api(settings(TOGGLE_API_AUTH=auth, TOGGLE_ALLOW_ANONYMOUS="1"), shared_database, host)
    check_api(settings(TOGGLE_API_AUTH="required"), shared_database, host)


def test_an_api_with_a_key_may_be_reached_by_others_unless_it_is_off(
    shared_database: Database,
) -> None:
    made, _ = create_key(shared_database, "ci", Scope.READ)
    check_api(settings(), shared_database, BEYOND)
    with pytest.raises(ApiOpen):
        check_api(settings(TOGGLE_API_AUTH="off"), shared_database, BEYOND)
    revoke_key(shared_database, made.id)
    check_api(settings(), shared_database, BEYOND)


def test_what_is_open_to_others_is_told(shared_database: Database) -> None:
    def told(dashboard: str, api: str, **variables: str) -> str | None:
        given = settings(TOGGLE_ALLOW_ANONYMOUS="1", **variables)
        return openness(given, shared_database, dashboard=dashboard, api=[api])

    assert told("127.0.0.1", "127.0.0.1") is None
    assert (told(BEYOND, BEYOND) or "").startswith("Open to everybody who can reach it")
    assert (told("127.0.0.1", BEYOND) or "").startswith("The API is open to everybody")
    assert (told(BEYOND, BEYOND, **LOGIN) or "").startswith("The API is open to everybody")
    create_key(shared_database, "ci", Scope.READ)
    assert (told(BEYOND, BEYOND) or "").startswith("The pages are open to everybody")
    assert told(BEYOND, BEYOND, **LOGIN) is None


Launch = Callable[..., AppProcess]


@pytest.fixture
def launch(database_url: str) -> Iterator[Launch]:
    """Start a process on a fresh database, and do not wait for it."""
    with ExitStack() as stack:

        def launch(*command: str, **variables: str) -> AppProcess:
            given = {"DATABASE_URL": database_url, "TOGGLE_BUILDER": "blueprints", **variables}
            app = stack.enter_context(AppProcess(**given))
            app.command = tuple(part.format(port=app.port) for part in command)
            return app.launch()

        yield launch


@pytest.mark.parametrize("name", STARTS)
def test_what_would_be_open_by_accident_does_not_start(launch: Launch, name: str) -> None:
    start = STARTS[name]
    app = launch(*start.command, **start.variables)
    assert app.process is not None
    assert app.process.wait(120) == 1
    last = app.output().strip().splitlines()[-1]
    assert start.sentence in last, app.output()
    assert "TOGGLE_ALLOW_ANONYMOUS=1." in last
    assert "Traceback" not in app.output()
    for port in (app.port, app.api_port):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def own_address() -> str:
    """An address of this machine that others could reach."""
    for addresses in psutil.net_if_addrs().values():
        for found in addresses:
            if found.family == socket.AF_INET and not is_loopback(found.address):
                return found.address
    pytest.fail("this machine has no address but its own")


def test_a_person_can_let_everybody_in_and_the_log_says_so(launch: Launch) -> None:
    app = launch("app.py", TOGGLE_HOST=BEYOND, TOGGLE_ALLOW_ANONYMOUS="1")
    eventually(app.answers)
    said = "Open to everybody who can reach it: nobody is asked who they are."
    assert f"{said} TOGGLE_ALLOW_ANONYMOUS allows it." in app.output()
    address = own_address()
    assert httpx.get(f"http://{address}:{app.port}/", timeout=60).status_code == 200
    for port in (app.port, app.api_port):
        assert httpx.get(f"http://{address}:{port}/api/tasks", timeout=60).status_code == 200


def test_with_a_login_and_a_key_both_may_be_reached_and_neither_opens_the_other(
    launch: Launch, database_url: str
) -> None:
    database = open_database(conninfo_of(database_url))
    _, key = create_key(database, "ci", Scope.ADMIN)
    database.close()
    app = launch("app.py", TOGGLE_HOST=BEYOND, **LOGIN)
    eventually(app.answers)
    assert "open to everybody" not in app.output()
    headers = {"Authorization": f"Bearer {key}"}
    address = own_address()
    for host in (address, "127.0.0.1"):
        for port in (app.port, app.api_port):
            base = f"http://{host}:{port}/api"
            assert httpx.get(f"{base}/tasks", timeout=60).status_code == 401
            assert httpx.get(f"{base}/tasks", headers=headers, timeout=60).status_code == 200
            assert httpx.get(f"{base}/tasks", params={"key": key}, timeout=60).status_code == 401
        download = f"http://{host}:{app.port}/download/runs.csv"
        assert httpx.get(download, headers=headers, timeout=60).status_code == 401
    app.stop()
    assert key.rpartition("_")[2] not in app.output()


def test_on_this_machine_a_key_closes_the_api_and_the_pages_keep_their_downloads(
    launch: Launch,
) -> None:
    app = launch("app.py")
    eventually(app.answers)
    assert httpx.get(f"{app.api}/tasks", timeout=60).status_code == 200
    made = subprocess.run(
        [sys.executable, "-m", "toggle_core", "keys", "create", "--name", "ci", "--scope", "read"],
        cwd=ROOT,
        env=app.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    key = made.stdout.strip()
    assert httpx.get(f"{app.api}/tasks", timeout=60).status_code == 401
    assert httpx.get(f"{app.dashboard}/api/runs.csv", timeout=60).status_code == 401
    assert (
        httpx.get(
            f"{app.api}/tasks", headers={"Authorization": f"Bearer {key}"}, timeout=60
        ).status_code
        == 200
    )
    for path in ("runs.csv", "runs.parquet", "insights/runs-per-day.csv"):
        assert httpx.get(f"{app.dashboard}/download/{path}", timeout=60).status_code == 200, path


def test_a_server_that_was_started_in_another_way_answers_nobody_from_elsewhere(
    launch: Launch,
) -> None:
    port = free_port()
    listening = (f"--host={BEYOND}", f"--port={port}", "--timeout-graceful-shutdown=1")
    app = launch("-m", "uvicorn", "app:app", *listening)
    eventually(app.answers)
    address = own_address()
    assert httpx.get(f"http://127.0.0.1:{port}/", timeout=60).status_code == 200
    assert httpx.get(f"http://127.0.0.1:{port}/api/tasks", timeout=60).status_code == 200
    for path in ("/", "/_stcore/host-config", "/download/runs.csv", "/nothing"):
        answer = httpx.get(f"http://{address}:{port}{path}", timeout=60)
        assert answer.status_code == 403, path
        assert "TOGGLE_ALLOW_ANONYMOUS" in answer.json()["detail"]
    assert httpx.get(f"http://{address}:{port}/api/tasks", timeout=60).status_code == 401
    assert httpx.get(f"http://{address}:{port}/api/health", timeout=60).status_code == 200
    assert re.match(rb"HTTP/1\.1 403 ", opened_websocket(address, port))
    assert re.match(rb"HTTP/1\.1 101 ", opened_websocket("127.0.0.1", port))


def opened_websocket(host: str, port: int) -> bytes:
    """The beginning of what a server says to a browser that opens the page's WebSocket."""
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: http://{host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    with socket.create_connection((host, port), 60) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        return connection.recv(64)
