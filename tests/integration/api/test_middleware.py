"""Who is let through to the API, and what every answer tells the browser."""

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from tests.integration.sql import ask
from toggle_core.api.hosts import host_name
from toggle_core.store.database import Database

TASK = {"description": "Create a hello world app"}
FOREIGN = "https://evil.example"


def called(address: str, name: str) -> int:
    """Status of a request that calls the server by a name."""
    return httpx.get(f"{address}/api/tasks", headers={"Host": name}, timeout=60).status_code


# Names.


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LOCALHOST:3030",
        "app.localhost",
        "127.0.0.1:8002",
        "192.168.1.20:3030",
        "[::1]:3030",
        "localhost.",
        socket.gethostname(),
    ],
)
def test_this_machines_own_names_and_every_address_are_answered(
    api_address: str, name: str
) -> None:
    assert called(api_address, name) == 200


@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:3030",
        "user@localhost",
        "localhost/evil",
        "localhost:port",
        "[::1",
        "",
    ],
)
def test_a_name_that_somebody_else_let_lead_here_is_refused(api_address: str, name: str) -> None:
    answer = httpx.get(f"{api_address}/api/tasks", headers={"Host": name}, timeout=60)
    assert answer.status_code == 421
    assert "TOGGLE_ALLOWED_HOSTS" in answer.json()["detail"]
    assert name == "" or name not in answer.text


def test_a_task_under_a_foreign_name_is_not_accepted(
    api: httpx.Client, shared_database: Database
) -> None:
    assert api.post("/tasks", json=TASK, headers={"Host": "evil.example"}).status_code == 421
    assert ask(shared_database, "SELECT FROM runs") == []


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("A.B:1", "a.b"),
        ("[::1]:1", "::1"),
        ("a?b", ""),
        ("a#b", ""),
        ("a:99999", ""),
        ("a b", "a b"),
    ],
)
def test_a_name_is_read_out_of_its_header(authority: str, name: str) -> None:
    assert host_name(authority) == name


# Pages of other sites.


def foreign(**headers: str) -> dict[str, str]:
    return {"Origin": FOREIGN, "Content-Type": "application/json"} | headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": FOREIGN},
        {"Origin": "null"},
        {"Origin": "http://localhost:9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        },
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", None])
def test_a_task_from_a_page_of_another_site_is_refused(
    api: httpx.Client, shared_database: Database, headers: dict[str, str], kind: str | None
) -> None:
    typed = {"Content-Type": kind} if kind else {}
    answer = api.post("/tasks", content=json.dumps(TASK), headers=headers | typed)
    assert answer.status_code == 403
    assert set(answer.json()) == {"detail", "field"}
    assert ask(shared_database, "SELECT FROM runs") == []


def test_our_own_pages_and_programs_may_submit(api: httpx.Client, api_address: str) -> None:
    for headers in ({}, {"Origin": api_address}, {"Sec-Fetch-Site": "same-origin"}):
        assert api.post("/tasks", json=TASK, headers=headers).status_code == 202


def test_what_the_browser_says_of_the_site_counts_more_than_the_name(api: httpx.Client) -> None:
    """Behind a proxy that rewrites the name, ``Origin`` differs from it."""
    headers = {"Origin": "https://toggle.example.com", "Sec-Fetch-Site": "same-origin"}
    assert api.post("/tasks", json=TASK, headers=headers).status_code == 202


@pytest.mark.parametrize("place", ["/tasks", "/runs.csv", "/runs.parquet"])
def test_a_page_of_another_site_embeds_nothing(api: httpx.Client, place: str) -> None:
    for destination in ("image", "script", "iframe", "empty"):
        headers = {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate" if destination == "iframe" else "no-cors",
            "Sec-Fetch-Dest": destination,
        }
        assert api.get(place, headers=headers).status_code == 403


def test_a_link_on_another_site_may_lead_here(api: httpx.Client) -> None:
    headers = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
    }
    assert api.get("/docs", headers=headers).status_code == 200


def test_other_sites_are_given_no_right_to_read(api: httpx.Client) -> None:
    for place in ("/tasks", "/runs.csv", "/health", "/openapi.json", "/docs"):
        answer = api.get(place, headers={"Origin": FOREIGN})
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_what_a_browser_asks_in_advance_is_refused(api: httpx.Client) -> None:
    asked = {
        "Origin": FOREIGN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    for extra in ({}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}):
        answer = api.options("/tasks", headers=asked | extra)
        assert answer.status_code in {403, 405}
        assert not [name for name in answer.headers if name.startswith("access-control-")]


# Headers of answers.


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("/tasks", 200),
        ("/health", 200),
        ("/runs.csv", 200),
        ("/tasks/nonsense", 422),
        ("/nowhere", 404),
        ("/insights/runs-per-day.csv", 200),
    ],
)
def test_every_answer_is_data_and_nothing_else(api: httpx.Client, place: str, status: int) -> None:
    answer = api.get(place)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_refusal_ahead_of_all_routes_has_the_headers_too(api: httpx.Client) -> None:
    answer = api.get("/tasks", headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "place", ["/runs.csv", "/runs.parquet", "/exports/gates.csv", "/insights/hours.csv"]
)
def test_files_are_downloads(api: httpx.Client, place: str) -> None:
    answer = api.get(place)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_guide_may_run_its_own_scripts_and_no_others(api: httpx.Client) -> None:
    policy = api.get("/docs").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "frame-ancestors 'none'" in policy


# A connection of its own.


def raw(address: str, content: bytes) -> bytes:
    """What is answered to bytes of any kind."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 60) as connection:
        connection.sendall(content)
        connection.settimeout(60)
        return connection.recv(4_096)


@pytest.mark.parametrize(
    "content",
    [
        b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nHost : a\r\n\r\n",
        b"rubbish\r\n\r\n",
    ],
    ids=["blank before the colon", "no HTTP"],
)
def test_what_is_no_proper_request_is_refused(api_address: str, content: bytes) -> None:
    try:
        answer = raw(api_address, content)
    except ConnectionError:
        return
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
