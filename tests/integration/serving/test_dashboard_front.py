"""The dashboard as a process: to whom its pages, files and WebSocket answer."""

import base64
import hashlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import streamlit
import streamlit_autorefresh
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.app_process import AppProcess
from tests.pictures import pictures_of, store_pictures
from toggle_core.api.headers import (
    DRAFTS_SCRIPT,
    GUARDS_SCRIPT,
    RUNS_SCRIPT,
    SERVERS_SCRIPT,
    STREAMLITS_SCRIPT,
    TIMERS_SCRIPT,
    TYPINGS_SCRIPT,
)
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.ui.document import LIBRARIES, SCRIPTS

FOREIGN = "https://evil.example"
FONT = "/app/static/fonts/inter-latin-wght-normal.woff2"
SCRIPT = next(
    f"/static/js/{path.name}"
    for path in (Path(streamlit.__file__).parent / "static" / "static" / "js").glob("index.*.js")
)
LIMIT = 400


@pytest.fixture(scope="module")
def app(one_database: Database) -> Iterator[AppProcess]:
    """The app, on the shared database."""
    variables = {
        "DATABASE_URL": one_database.conninfo,
        "TOGGLE_BUILDER": "tests.builders:Quick",
        "TOGGLE_WORKER_THREADS": "0",
        "TOGGLE_REQUESTS_PER_MINUTE": str(LIMIT),
    }
    with AppProcess(**variables) as process:
        yield process.start()


@pytest.fixture
def dashboard(app: AppProcess) -> Iterator[httpx.Client]:
    """A client of the dashboard."""
    with httpx.Client(base_url=app.dashboard, timeout=60) as client:
        yield client


def connected(app: AppProcess, origin: str, name: str = "localhost", **headers: str) -> int:
    """Status of the answer to a WebSocket of Streamlit's page, called by a name."""
    address = f"ws://{name}:{app.port}/_stcore/stream"
    here = socket.create_connection(("127.0.0.1", app.port))
    try:
        with connect(address, sock=here, origin=Origin(origin), additional_headers=headers):
            return 101
    except InvalidStatus as error:
        return error.response.status_code


# The WebSocket.


def test_our_own_page_is_alive(app: AppProcess) -> None:
    assert connected(app, app.dashboard) == 101


def test_a_page_under_an_address_of_this_machine_is_alive(app: AppProcess) -> None:
    assert connected(app, f"http://127.0.0.1:{app.port}", "127.0.0.1") == 101


@pytest.mark.parametrize(
    "origin",
    [FOREIGN, "null", "http://localhost", "http://localhost:1", "http://127.0.0.1:1", "rubbish"],
)
def test_a_page_of_another_site_gets_no_websocket(app: AppProcess, origin: str) -> None:
    assert connected(app, origin) == 403


def test_a_page_whose_name_leads_here_gets_no_websocket(app: AppProcess) -> None:
    assert connected(app, f"http://evil.example:{app.port}", "evil.example") == 403


def test_what_the_browser_says_of_the_site_counts_for_the_websocket(app: AppProcess) -> None:
    assert connected(app, app.dashboard, **{"Sec-Fetch-Site": "cross-site"}) == 403


# Pages and files.


def test_pages_say_what_they_may_do(dashboard: httpx.Client) -> None:
    for place in ("/", "/runs", FONT):
        answer = dashboard.get(place)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        scripts = re.findall(r"script-src ([^;]+)", policy)
        assert scripts == [
            " ".join(
                (
                    "'self'",
                    STREAMLITS_SCRIPT,
                    SERVERS_SCRIPT,
                    GUARDS_SCRIPT,
                    TYPINGS_SCRIPT,
                    RUNS_SCRIPT,
                    DRAFTS_SCRIPT,
                    TIMERS_SCRIPT,
                )
            )
        ]
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        (Path(streamlit.__file__).parent / "static" / "index.html", STREAMLITS_SCRIPT),
        (
            Path(streamlit_autorefresh.__file__).parent / "frontend" / "build" / "index.html",
            TIMERS_SCRIPT,
        ),
    ],
    ids=["streamlit", "timer"],
)
def test_the_one_script_in_a_page_is_the_one_that_is_allowed(page: Path, allowed: str) -> None:
    [script] = re.findall(r"<script>(.*?)</script>", page.read_text(), flags=re.DOTALL)
    found = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{found}'" == allowed


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_page_says_where_its_server_is_and_names_files_that_are_there(
    dashboard: httpx.Client, name: str
) -> None:
    page = dashboard.get(f"/{name}").raise_for_status()
    assert page.headers["Cache-Control"] == "no-cache"
    scripts = re.findall(r"<script>(.+?)</script>", page.text, re.DOTALL)
    assert scripts[: len(SCRIPTS)] == list(SCRIPTS)
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts
    ]
    assert [f"'sha256-{digest}'" for digest in digests] == [
        SERVERS_SCRIPT,
        GUARDS_SCRIPT,
        TYPINGS_SCRIPT,
        RUNS_SCRIPT,
        DRAFTS_SCRIPT,
        STREAMLITS_SCRIPT,
    ]
    own = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    early = set(re.findall(r'href="\./(static/js/[^"]+)"', page.text)) - set(
        re.findall(r'href="\./(static/js/[^"]+)"', own)
    )
    assert len(early) == len(LIBRARIES[name]), "one for each, whatever Streamlit names them"
    for file in early:
        dashboard.get(f"/{file}").raise_for_status()


@pytest.mark.parametrize("place", ["/", "/runs", SCRIPT])
def test_page_and_its_scripts_are_compressed_once_for_everybody(
    dashboard: httpx.Client, place: str
) -> None:
    plain = dashboard.get(place, headers={"Accept-Encoding": "identity"}).raise_for_status()
    zipped = dashboard.get(place, headers={"Accept-Encoding": "gzip"}).raise_for_status()
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["Content-Length"]) < len(plain.content) / 2
    for answer in (plain, zipped):
        assert set(answer.headers["Vary"].split(", ")) == {"Accept-Encoding"}
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    for answer in (plain, zipped):
        known = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
        expected = 304 if answer is zipped else 200
        assert dashboard.get(place, headers=known).status_code == expected


@pytest.mark.parametrize(
    "place", ["/nowhere", "/runs/nowhere", "/index.html", "/static/js/no-such-file.js"]
)
def test_an_address_without_a_page_says_so_and_leads_home(
    dashboard: httpx.Client, place: str
) -> None:
    for asked in ("gzip", "identity"):
        answer = dashboard.get(place, headers={"Accept-Encoding": asked})
        assert answer.status_code == 404
        assert "There is no page at this address." in answer.text
        assert '<a href="/">' in answer.text
        assert "<script" not in answer.text
        assert "Content-Security-Policy" in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    assert dashboard.head(place).status_code == 404


def test_other_sites_may_read_nothing_of_the_dashboard(dashboard: httpx.Client) -> None:
    for place in ("/", FONT, "/_stcore/health", "/_stcore/host-config", "/api/tasks"):
        for answer in (
            dashboard.get(place, headers={"Origin": FOREIGN}),
            dashboard.options(
                place, headers={"Origin": FOREIGN, "Access-Control-Request-Method": "GET"}
            ),
        ):
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_name_that_somebody_else_let_lead_here_gets_no_page(dashboard: httpx.Client) -> None:
    for place in ("/", FONT, "/_stcore/health", "/api/health"):
        assert dashboard.get(place, headers={"Host": "evil.example"}).status_code == 421


def test_a_page_of_another_site_uploads_nothing(dashboard: httpx.Client) -> None:
    answer = dashboard.put("/_stcore/upload_file/a/b", headers={"Origin": FOREIGN})
    assert answer.status_code == 403


def test_streamlits_interface_for_programs_is_closed(dashboard: httpx.Client) -> None:
    for place in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        assert dashboard.post(place, json={}).is_client_error


def test_files_of_pages_are_data_that_is_not_kept(dashboard: httpx.Client) -> None:
    answer = dashboard.get("/download/runs.csv")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].endswith("no-store")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


def test_pictures_of_programs_are_served_to_pages_of_the_dashboard_only(
    dashboard: httpx.Client, shared_database: Database
) -> None:
    run_id = submit(shared_database, "Say hello", builder="quick").task_id
    store_pictures(shared_database, run_id)
    place = f"/download/tasks/{run_id}/pictures"
    address = dashboard.get(place).json()["pictures"][0]["url"]
    assert address.startswith(f"{place}/")
    answer = dashboard.get(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.content == pictures_of("")[0].content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"].startswith("private, ")
    assert dashboard.get(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


# On whose behalf.


@pytest.mark.parametrize("port", ["dashboard", "api"])
def test_nobody_is_believed_whom_they_ask_for(app: AppProcess, port: str) -> None:
    """Else one client could take any number of addresses, and so of limits."""
    address = {"dashboard": app.dashboard, "api": f"http://127.0.0.1:{app.api_port}"}[port]
    found = set()
    with httpx.Client(base_url=address, timeout=60) as client:
        for number in range(LIMIT + 50):
            headers = {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250}"}
            found.add(client.get("/api/nowhere", headers=headers).status_code)
            if 429 in found:
                break
    assert 429 in found
