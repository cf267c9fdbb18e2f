"""A task that is typed but not submitted, and an address that leads nowhere."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e.journeys import at_rest

KEPT = "sessionStorage.getItem('task')"
TYPED = "Create a sundial that\nknows daylight saving"


def test_a_reload_keeps_what_is_typed_until_it_is_submitted(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    page.goto(crafted.dashboard)
    box = page.locator(".st-key-prompt textarea")
    box.fill(TYPED)
    page.reload()
    expect(box).to_have_value(TYPED)
    page.goto(f"{crafted.dashboard}/runs")
    expect(page.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    page.goto(crafted.dashboard)
    expect(box).to_have_value(TYPED)
    at_rest(page)
    page.screenshot(path=screenshots / "typed_after_reload.png")
    page.get_by_role("button", name="Submit Task").click()
    expect(page.locator(".st-key-receipt")).to_contain_text("sundial")
    expect(box).to_have_value("")
    page.reload()
    expect(page.get_by_role("button", name="Submit Task")).to_be_visible()
    at_rest(page)
    expect(box).to_have_value("")
    assert page.evaluate(KEPT) is None


def test_what_a_reload_has_kept_can_be_submitted_at_once_on_a_slow_computer(
    page: Page, crafted: AppProcess
) -> None:
    page.goto(crafted.dashboard)
    box = page.locator(".st-key-prompt textarea")
    words = "Create an astrolabe"
    box.fill(words)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.reload()
    expect(box).to_have_value(words)
    page.get_by_role("button", name="Submit Task").click()
    expect(page.locator(".st-key-receipt")).to_contain_text("astrolabe")


def test_a_tab_of_its_own_begins_without_what_another_one_has_typed(
    page: Page, crafted: AppProcess
) -> None:
    page.goto(crafted.dashboard)
    page.locator(".st-key-prompt textarea").fill(TYPED)
    other = page.context.new_page()
    other.goto(crafted.dashboard)
    expect(other.get_by_role("button", name="Submit Task")).to_be_visible()
    at_rest(other)
    expect(other.locator(".st-key-prompt textarea")).to_have_value("")
    other.close()


def test_an_address_without_a_page_leads_home(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    page.goto(f"{crafted.dashboard}/nowhere?id=1")
    expect(page.get_by_role("heading")).to_have_text(
        "There is no page at this address. The link may be wrong or out of date."
    )
    page.screenshot(path=screenshots / "unknown_page.png")
    page.get_by_role("link", name="Go to the start page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What should we build today?")
