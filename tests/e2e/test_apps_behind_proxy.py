"""Apps below a domain of their own, by ``TOGGLE_APPS_URL``, with TLS in front of them."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.app_process import AppProcess, app_in_a_folder, free_port
from tests.e2e.journeys import built, run_page
from tests.e2e.tls_proxy import tls_in_front

WISH = "A to-do list as a web page for my family"
PHONE = "phone.example"


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, whose apps are reached through another server."""
    outside, inside = free_port(), free_port()
    with (
        tls_in_front(outside, inside, tmp_path_factory.mktemp("tls")),
        app_in_a_folder(
            TOGGLE_APPS="on",
            TOGGLE_APPS_PORT=str(inside),
            TOGGLE_APPS_URL=f"https://*.apps.localhost:{outside}",
            TOGGLE_ALLOWED_HOSTS=PHONE,
        ) as started,
    ):
        yield started


def test_form_cookies_log_and_frame_of_an_app_work_behind_a_proxy(
    browser: Browser, opening: AppProcess
) -> None:
    run_id = built(opening, WISH)
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(run_page(opening, run_id, "Preview"))
    link = page.get_by_role("link", name="Open the app")
    expect(link).to_be_visible(timeout=180_000)
    with context.expect_page() as found:
        link.click()
    tab = found.value
    tab.get_by_label("New task").fill("Buy milk")
    tab.keyboard.press("Enter")
    expect(tab.get_by_text("Buy milk")).to_be_visible()
    host = re.match(r"https://(app-[0-9a-f]{24}\.apps\.localhost):\d+/", tab.url)
    assert host is not None, tab.url
    [cookie] = context.cookies(tab.url)
    assert cookie["name"] == "__Host-toggle_app"
    assert cookie["domain"] == host[1], "of this app alone"
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
    tab.goto(f"{tab.url}.toggle/log")
    expect(tab.locator(".xterm-rows")).to_contain_text("POST /tasks")
    page.get_by_role("button", name="Use it here").click()
    app = page.frame_locator("iframe[title='The app']")
    expect(app.get_by_text("Buy milk")).to_be_visible()
    app.get_by_label("New task").fill("Bake bread")
    app.get_by_label("New task").press("Enter")
    expect(app.get_by_text("Bake bread")).to_be_visible()
    assert {each["name"] for each in context.cookies(tab.url)} == {
        "__Host-toggle_app",
        "__Host-toggle_app_framed",
    }
    context.close()


def test_phone_is_told_what_lets_it_open_apps(opening: AppProcess) -> None:
    run_id = built(opening, WISH)
    headers = {"Host": f"{PHONE}:{opening.port}"}
    answer = httpx.get(f"{opening.dashboard}/open/{run_id}", headers=headers, timeout=60)
    assert answer.status_code == 409
    assert "sets TOGGLE_APPS_URL" in answer.text
