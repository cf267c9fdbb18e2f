"""Runs that come of others: a change is asked for, and a run starts again from a step."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import built, drawn, ended, opened_run, run_page, task


def code(page: Page) -> Locator:
    """The code that can be seen."""
    return page.locator("[data-testid=stCode]").filter(visible=True)


def step(page: Page, words: str) -> Locator:
    """A checkpoint of the timeline."""
    return page.locator("[class*=st-key-checkpoint_]").filter(has_text=words)


def test_a_change_is_asked_for_and_seen_against_what_it_changes(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    parent = built(crafted, "Create a shopping list")
    page.goto(run_page(crafted, parent))
    page.get_by_role("textbox", name="Ask for a change").fill("Sort it by shop")
    page.get_by_role("button", name="Build the change").click()
    change = opened_run(page, "Create a shopping list", 2)
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    page.get_by_role("tab", name="Diff").click()
    expect(page.get_by_text("Changes since the previous version")).to_be_visible()
    expect(code(page).first).to_contain_text("+Sort it by shop")
    page.screenshot(path=screenshots / "change_diff.png")
    assert str(ended(crafted, change).parent_id) == parent

    page.get_by_text("v1", exact=True).click()
    expect(page).not_to_have_url(run_page(crafted, change, "Diff"))
    assert opened_run(page, "Create a shopping list") == parent


def test_a_change_is_asked_for_without_a_mouse(page: Page, crafted: AppProcess) -> None:
    parent = built(crafted, "Create a reading list")
    page.goto(run_page(crafted, parent))
    box = page.get_by_role("textbox", name="Ask for a change")
    keyboard.write(page, box, "Sort it by author")
    keyboard.press(page, page.get_by_role("button", name="Build the change"))
    change = opened_run(page, "Create a reading list", 2)
    # At its end a run's page is drawn anew, and whoever is among its tabs then starts over.
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    drawn(page)
    keyboard.open_tab(page, "Diff")
    expect(code(page).first).to_contain_text("+Sort it by author")
    assert str(task(crafted, change).parent_id) == parent


def test_a_run_starts_again_from_a_step(page: Page, crafted: AppProcess, screenshots: Path) -> None:
    words = "Create a packing list"
    first = built(crafted, words)
    page.goto(run_page(crafted, first, "Timeline"))
    expect(step(page, "Plan written")).to_contain_text("Changed: the plan")
    page.screenshot(path=screenshots / "timeline.png")
    step(page, "Plan written").get_by_role("button", name="Start again from here").click()
    expect(page.locator(".st-key-parent")).to_contain_text("Based on")
    second = opened_run(page, words, 2)
    assert second != first
    page.get_by_role("tab", name="Timeline").click()
    expect(step(page, "Plan written")).to_contain_text("taken over from the earlier run")
    assert str(ended(crafted, second).parent_id) == first


def test_a_run_starts_again_with_another_plan_without_a_mouse(
    page: Page, crafted: AppProcess
) -> None:
    words = "Create a wish list"
    first = built(crafted, words)
    page.goto(run_page(crafted, first, "Timeline"))
    keyboard.press(page, page.locator("summary").filter(has_text="another plan"))
    keyboard.write(page, page.get_by_role("textbox", name="The plan"), "Wishes of three people.")
    keyboard.press(page, page.get_by_role("button", name="Start again with this plan"))
    expect(page.locator(".st-key-parent")).to_contain_text("Based on")
    second = opened_run(page, words, 2)
    done = ended(crafted, second)
    assert done.plan == "Wishes of three people."
    assert done.files["PLAN.md"] == "Wishes of three people.\n"
    assert str(done.parent_id) == first
