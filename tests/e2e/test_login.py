"""Login at a real OpenID provider, in a real browser."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote
from uuid import UUID

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.app_process import AppProcess
from tests.e2e.login_app import (
    COOKIE,
    account,
    answer_of_provider,
    app_with_login,
    asked_to_log_in,
    carried_back,
    carry,
    heard_by,
    log_in,
    signed,
    window_of,
)
from tests.oidc_provider import Provider
from tests.sandbox.served_apps import ECHO, finished_run
from toggle_core.access.keys import create_key
from toggle_core.login import LASTS_SECONDS
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.words import Scope

HIDDEN = "A very private plan for a bakery"
NO_ACCESS = "No access with this account"
UNFINISHED = "/?login=unfinished"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider that knows four people."""
    with Provider() as started:
        yield started


@pytest.fixture(scope="module")
def kept(postgres: str, migrated_template: str) -> Iterator[tuple[str, Database]]:
    """A database for the tests of this file, and its address."""
    name = "with_login"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_template}")
    url = postgres.replace("/toggle?", f"/{name}?")
    database = open_database(conninfo_of(url))
    yield url, database
    database.close()


@pytest.fixture(scope="module")
def run_id(kept: tuple[str, Database]) -> UUID:
    """A run that nobody may see without a login."""
    return submit(kept[1], HIDDEN, builder="blueprints").task_id


@pytest.fixture(scope="module")
def key(kept: tuple[str, Database]) -> str:
    """A key that opens all of the API."""
    return create_key(kept[1], "everything", Scope.ADMIN)[1]


@pytest.fixture(scope="module")
def app(kept: tuple[str, Database], provider: Provider) -> Iterator[AppProcess]:
    """The app, which lets in everybody of example.com."""
    with app_with_login(kept[0], provider) as process:
        process.environment["TOGGLE_APPS"] = "on"
        yield process.start()


@pytest.fixture(scope="module")
def other(app: AppProcess) -> Iterator[AppProcess]:
    """A second dashboard, reached at the same address; its client secret is wrong."""
    with AppProcess() as process:
        ports = {name: process.environment[name] for name in ("TOGGLE_PORT", "TOGGLE_API_PORT")}
        wrong = {"TOGGLE_OIDC_CLIENT_SECRET": "wrong", "TOGGLE_APPS": "off"}
        process.environment = app.environment | ports | wrong
        yield process.start()


@pytest.fixture(scope="module")
def shared_window(browser: Browser) -> Iterator[BrowserContext]:
    """What it has loaded stays in its cache; who has logged in does not stay."""
    context = window_of(browser)
    yield context
    context.close()


@pytest.fixture
def stranger(shared_window: BrowserContext) -> Iterator[Page]:
    """A page of somebody who is not logged in."""
    shared_window.clear_cookies()
    page = shared_window.new_page()
    yield page
    page.close()


@pytest.fixture
def hers(stranger: Page, app: AppProcess) -> Page:
    """A page of Ada's, who is logged in."""
    carry(stranger, app, signed(app))
    return stranger


def cookies(state: StorageState) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in state["cookies"]}


def is_let_in(app: AppProcess, value: str) -> bool:
    """Whether a cookie opens the files."""
    headers = {b"Cookie": f"{COOKIE}={value}".encode("latin-1")}
    answer = httpx.get(f"{app.dashboard}/download/runs.csv", headers=headers, timeout=60)
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


# What a stranger gets.


def test_a_page_tells_a_stranger_nothing(stranger: Page, app: AppProcess, run_id: UUID) -> None:
    heard = heard_by(stranger)
    for place in (f"/run?id={run_id}", "/runs"):
        stranger.goto(f"{app.dashboard}{place}")
        expect(asked_to_log_in(stranger)).to_be_visible()
        expect(stranger.get_by_role("link", name="Settings")).to_have_count(0)
    assert "Please log in" in "".join(heard)
    assert HIDDEN not in "".join(heard)
    assert "blueprints" not in "".join(heard)


@pytest.mark.parametrize(
    "place",
    [
        "/download/runs.csv",
        "/download/runs.parquet",
        "/download/insights/hours.csv",
        f"/download/tasks/{UUID(int=1)}/pictures",
        f"/download/tasks/{UUID(int=1)}/pictures/{'0' * 64}.png",
        "/download/nothing",
        "/media/0.zip",
        "/_stcore/metrics",
        "/_stcore/upload_file/1/2",
    ],
)
def test_a_file_is_given_neither_to_a_stranger_nor_for_a_key(
    app: AppProcess, key: str, place: str
) -> None:
    for headers in ({}, {"Authorization": f"Bearer {key}"}):
        answer = httpx.get(f"{app.dashboard}{place}", headers=headers, timeout=60)
        assert answer.status_code == 401
        assert answer.text.startswith("Please log in first")


def test_a_key_of_the_api_opens_no_page(stranger: Page, app: AppProcess, key: str) -> None:
    stranger.set_extra_http_headers({"Authorization": f"Bearer {key}"})
    stranger.goto(f"{app.dashboard}/runs")
    expect(asked_to_log_in(stranger)).to_be_visible()


def test_app_of_a_run_opens_only_for_people_of_the_list_and_keys_that_may_change_it(
    app: AppProcess, kept: tuple[str, Database], key: str
) -> None:
    run_id = finished_run(kept[1], ECHO, submitted_by="ada@example.com")
    page, route = f"{app.dashboard}/open/{run_id}", f"{app.api}/tasks/{run_id}/app"
    eve = signed(app, sub="eve", email="eve@example.com.evil.test")
    for stranger in ({}, {"Cookie": f"{COOKIE}={eve}"}, {"Authorization": f"Bearer {key}"}):
        assert httpx.get(page, headers=stranger, timeout=60).status_code == 401
    for scope, status in ((None, 401), (Scope.READ, 403), (Scope.SUBMIT, 403)):
        headers = {"Cookie": f"{COOKIE}={signed(app)}"}
        if scope is not None:
            name = f"apps-{scope}"
            headers = {"Authorization": f"Bearer {create_key(kept[1], name, scope)[1]}"}
        for method in ("POST", "DELETE"):
            assert httpx.request(method, route, headers=headers, timeout=60).status_code == status
    opened = httpx.post(route, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    assert opened.status_code == 200
    hers = httpx.get(page, headers={"Cookie": f"{COOKIE}={signed(app)}"}, timeout=60)
    assert hers.status_code == 303
    for address in (hers.headers["location"], opened.json()["address"]):
        link = httpx.URL(address)
        host = {"Host": link.netloc.decode()}
        inside = f"http://127.0.0.1:{app.environment['TOGGLE_APPS_PORT']}"
        ticket = f"{inside}{link.raw_path.decode()}"
        login = host | {"Cookie": f"{COOKIE}={signed(app)}"}
        assert httpx.get(inside, headers=login, timeout=60).status_code == 403, (
            "a login is not a pass"
        )
        [given] = httpx.get(ticket, headers=host, timeout=60).headers.get_list("set-cookie")
        assert httpx.get(ticket, headers=host, timeout=60).status_code == 403, (
            "somebody has used it"
        )
        passed = host | {"Cookie": given.partition(";")[0]}
        assert httpx.get(inside, headers=passed, timeout=60).text == "hello"
    for person in ("ada@example.com", "key:everything"):
        assert f"[run={run_id}]: App opened by {person}" in app.output()


# What a person gets.


def test_after_the_login_comes_the_page_that_was_asked_for(
    stranger: Page, app: AppProcess, run_id: UUID
) -> None:
    stranger.goto(f"{app.dashboard}/run?id={run_id}")
    log_in(stranger, "grace")
    expect(stranger.get_by_role("heading", name=HIDDEN[2:])).to_be_visible()
    expect(account(stranger)).to_contain_text("grace@")
    assert stranger.url == f"{app.dashboard}/run?id={run_id}"


def test_a_run_carries_the_name_of_who_asked_for_it(hers: Page, app: AppProcess, key: str) -> None:
    hers.goto(app.dashboard)
    hers.get_by_role("textbox", name="What should be built?").fill("Create a guessing game")
    hers.get_by_role("button", name="Submit Task").click()
    hers.locator(".st-key-receipt").get_by_role("link", name="Follow it").click()
    expect(hers.get_by_text(re.compile(r"submitted .* by ada@.?example\.com"))).to_be_visible()
    headers = {"Authorization": f"Bearer {key}"}
    found = httpx.get(
        f"{app.api}/tasks?submitted_by=ada@example.com", headers=headers, timeout=60
    ).json()
    assert "Create a guessing game" in [task["description"] for task in found["tasks"]]


def test_the_files_of_the_dashboard_come_with_the_login(
    hers: Page, app: AppProcess, run_id: UUID
) -> None:
    hers.goto(f"{app.dashboard}/runs")
    hers.get_by_role("button", name="Export").click()
    with hers.expect_download() as export:
        hers.get_by_role("link", name="Export CSV").click()
    assert str(run_id) in export.value.path().read_text()


def test_a_login_opens_nothing_of_the_api(app: AppProcess) -> None:
    assert is_let_in(app, signed(app))
    for server in (f"{app.dashboard}/api", app.api):
        for method in ("GET", "POST"):
            answer = httpx.request(
                method, f"{server}/tasks", cookies={COOKIE: signed(app)}, timeout=60
            )
            assert answer.status_code == 401


def test_who_logs_out_is_out(hers: Page, app: AppProcess) -> None:
    hers.goto(f"{app.dashboard}/runs")
    account(hers).get_by_role("button").click()
    hers.get_by_role("button", name="Log out").click()
    hers.get_by_role("button", name="End session").click()
    expect(asked_to_log_in(hers)).to_be_visible()
    expect(hers.get_by_text("was not finished")).to_have_count(0)
    assert COOKIE not in cookies(hers.context.storage_state())


def test_who_is_not_on_the_list_is_told_so_and_can_go(
    stranger: Page, app: AppProcess, run_id: UUID
) -> None:
    heard = heard_by(stranger)
    stranger.goto(f"{app.dashboard}/run?id={run_id}")
    log_in(stranger, "eve")
    expect(stranger.get_by_role("heading", name=NO_ACCESS)).to_be_visible()
    expect(stranger.get_by_text(re.compile(r"eve@.?example\.com\.evil\.test"))).to_be_visible()
    assert HIDDEN not in "".join(heard)
    assert not is_let_in(app, cookies(stranger.context.storage_state())[COOKIE])
    stranger.get_by_role("button", name="Use another account").click()
    stranger.get_by_role("button", name="End session").click()
    expect(asked_to_log_in(stranger)).to_be_visible()


def test_an_address_that_is_not_verified_opens_nothing(app: AppProcess) -> None:
    with httpx.Client(timeout=60) as client:
        assert carried_back(client, app, answer_of_provider(client, app, "mallory")) == "/"
        assert not is_let_in(app, client.cookies[COOKIE])


def test_a_login_ends_by_itself_while_a_page_is_open(
    hers: Page, app: AppProcess, run_id: UUID
) -> None:
    began = time.monotonic()
    hers.goto(f"{app.dashboard}/run?id={run_id}")
    expect(account(hers)).to_be_visible()
    long_enough = 8 + 3 * (time.monotonic() - began)
    carry(hers, app, signed(app, iat=time.time() - LASTS_SECONDS + long_enough))
    hers.reload()
    expect(account(hers)).to_be_visible()
    expect(hers.get_by_text("Your login has ended")).to_be_visible(timeout=180_000)
    expect(account(hers)).to_have_count(0)


# Cookies and answers that are not what they should be.

TAMPERED: dict[str, Callable[[str], str]] = {
    "another name in it": lambda value: "x" + value[1:],
    "another signature": lambda value: value[:-3] + ("AAA" if value[-3:] != "AAA" else "BBB"),
    "no signature": lambda value: value.rpartition(".")[0],
    "nothing": lambda _: "",
    "no text": lambda _: "\xff\xfe",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_cookie_that_was_tampered_with_opens_nothing(app: AppProcess, how: str) -> None:
    assert is_let_in(app, signed(app))
    assert not is_let_in(app, TAMPERED[how](signed(app)))


def test_a_cookie_with_another_secret_leads_to_the_login(stranger: Page, app: AppProcess) -> None:
    carry(stranger, app, signed(app, secret="a secret of somebody else, as long"))
    stranger.goto(f"{app.dashboard}/runs")
    expect(asked_to_log_in(stranger)).to_be_visible()


def test_a_cookie_of_another_dashboard_opens_nothing(app: AppProcess) -> None:
    assert not is_let_in(app, signed(app, origin="http://localhost:1"))


def test_a_cookie_counts_on_every_dashboard_with_the_same_secret(
    app: AppProcess, other: AppProcess
) -> None:
    with httpx.Client(timeout=60) as client:
        assert carried_back(client, app, answer_of_provider(client, app, "ada")) == "/"
        assert is_let_in(other, client.cookies[COOKIE])


def test_an_answer_for_another_browser_logs_nobody_in(app: AppProcess) -> None:
    with httpx.Client(timeout=60) as client, httpx.Client(timeout=60) as victim:
        answer = answer_of_provider(client, app, "ada")
        assert carried_back(victim, app, answer) == UNFINISHED
        assert COOKIE not in victim.cookies


def test_an_answer_counts_once(app: AppProcess) -> None:
    with httpx.Client(timeout=60) as client:
        answer = answer_of_provider(client, app, "ada")
        assert carried_back(client, app, answer) == "/"
        del client.cookies[COOKIE]
        assert carried_back(client, app, answer) == UNFINISHED
        assert COOKIE not in client.cookies


@pytest.mark.parametrize("asked", ["code=made-up&state=made-up", "error=server_error", "state="])
def test_an_answer_that_nobody_asked_for_logs_nobody_in(app: AppProcess, asked: str) -> None:
    with httpx.Client(timeout=60) as client:
        assert carried_back(client, app, asked) == UNFINISHED
        assert not client.cookies.get(COOKIE)


def test_who_declines_is_back_at_the_login(app: AppProcess) -> None:
    with httpx.Client(timeout=60) as client:
        assert carried_back(client, app, "error=access_denied") == "/?login=declined"


@pytest.mark.parametrize("wanted", ["//evil.test/", "/\\evil.test/", "https://evil.test/"])
def test_a_login_leads_to_no_other_site(app: AppProcess, wanted: str) -> None:
    with httpx.Client(timeout=60) as client:
        answer = answer_of_provider(client, app, "ada")
        client.cookies.set("toggle_wanted", quote(wanted, safe=""))
        assert carried_back(client, app, answer) == "/"
        assert client.cookies[COOKIE]


# A provider, or a setting, that is not as it should be.


def test_a_provider_that_does_not_answer_is_told_of(
    stranger: Page, app: AppProcess, provider: Provider
) -> None:
    stranger.goto(app.dashboard)
    with provider.silent():
        stranger.get_by_role("button", name="Log in").click()
        expect(stranger.get_by_text("The login service cannot be reached")).to_be_visible()
    assert "Traceback" not in app.output()


def test_a_wrong_client_secret_is_told_and_logged_in_a_line(other: AppProcess) -> None:
    with httpx.Client(timeout=60) as client:
        assert carried_back(client, other, answer_of_provider(client, other, "ada")) == UNFINISHED
    assert "invalid_client" in other.output()
    assert "Traceback" not in other.output()
