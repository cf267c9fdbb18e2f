"""Review the plan first: a run waits for a person, who edits, approves or rejects its plan."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.e2e import keyboard
from tests.e2e.journeys import ended, opened_run, reviewable, run_page, task
from tests.e2e.walk import FIVE_MINUTES
from tests.polling import eventually
from toggle_core.words import Stage, Status


def test_a_plan_is_edited_and_built_as_it_was_edited(
    page: Page, crafted: AppProcess, screenshots: Path
) -> None:
    words = "Create a quiz about rivers"
    page.goto(crafted.dashboard)
    page.get_by_role("textbox", name="What should be built?").fill(words)
    page.locator(".st-key-review label").click()
    expect(page.get_by_role("switch", name="Review the plan first")).to_be_checked()
    page.get_by_role("button", name="Submit Task").click()
    receipt = page.locator(".st-key-receipt")
    expect(receipt).to_contain_text("has a plan that waits for your review")
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    page.screenshot(path=screenshots / "review_1_waiting.png")

    receipt.get_by_role("link", name="Open it").click()
    run_id = opened_run(page, words)
    expect(page.get_by_role("tab", name="Plan")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Edit the plan").click()
    plan = page.get_by_role("textbox", name="The plan")
    expect(plan).to_contain_text(f"A program for: {words}")
    plan.fill("A quiz about lakes instead.")
    page.screenshot(path=screenshots / "review_2_editing.png")
    assert task(crafted, run_id).stage is Stage.REVIEWING, "typing approves nothing"

    page.get_by_role("button", name="Approve with changes").click()
    expect(page.locator(".st-key-timeline")).to_contain_text("Ready", timeout=FIVE_MINUTES)
    page.screenshot(path=screenshots / "review_3_built.png")
    done = ended(crafted, run_id)
    assert done.status is Status.COMPLETED
    assert done.plan == "A quiz about lakes instead."
    assert done.files["PLAN.md"] == "A quiz about lakes instead.\n"


def test_a_plan_is_rejected_without_a_mouse(page: Page, crafted: AppProcess) -> None:
    run_id = reviewable(crafted, "Create a quiz about hills")
    page.goto(run_page(crafted, run_id))
    keyboard.press(page, page.get_by_role("button", name="Reject"))
    keyboard.write(page, page.get_by_role("textbox", name="Why? (optional)"), "Too many hills")
    keyboard.press(page, page.get_by_role("button", name="Reject this plan"))
    expect(page.locator(".st-key-timeline")).to_contain_text("Cancelled")
    done = ended(crafted, run_id)
    assert done.status is Status.CANCELLED
    assert done.plan, "its plan is kept"
    assert done.files == {}


def test_a_plan_is_approved_without_a_mouse(page: Page, crafted: AppProcess) -> None:
    run_id = reviewable(crafted, "Create a quiz about seas")
    page.goto(run_page(crafted, run_id))
    keyboard.press(page, page.get_by_role("button", name="Approve"))
    expect(page.locator(".st-key-timeline")).to_contain_text("Draft finished")
    assert ended(crafted, run_id).status is Status.COMPLETED


def test_nothing_turns_while_a_person_is_waited_for(page: Page, crafted: AppProcess) -> None:
    run_id = reviewable(crafted, "Create a quiz about moons")
    page.goto(run_page(crafted, run_id))
    step = page.locator(".st-key-timeline details, .st-key-timeline [data-testid=stExpander]").last
    expect(step).to_contain_text("Waiting for your review")
    moving = "() => document.getAnimations().filter(one => one.playState === 'running').length"
    eventually(lambda: page.evaluate(moving) == 0)
    expect(page.locator("[data-testid*=Spinner]")).to_have_count(0)
    keyboard.press(page, page.get_by_role("button", name="Approve"))
    assert ended(crafted, run_id).status is Status.COMPLETED  # Home is others' again
    expect(page.locator(".st-key-timer")).to_have_count(0)
