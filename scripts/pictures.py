"""Takes the pictures of the README anew: ``.venv/bin/python -m scripts.pictures``.

Starts the app on a database of its own, builds a few projects, and photographs the pages.
"""

from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.app_process import ROOT, AppProcess, app_in_a_folder
from tests.e2e.viewing import QUIET, browser_path
from tests.polling import eventually
from toggle_core.client import Client
from toggle_core.words import Status

PICTURES: Final = ROOT / "docs" / "pictures"
TASKS: Final = (
    "Create a CSV report of sales by region",
    "A unit converter for miles and kilometres",
    "Train a neural network on my photos",
    "Create a landing page for a bakery called Crumbs",
)
SETTLE_MILLISECONDS: Final = 1500


def main() -> None:
    """Build, look, photograph."""
    with app_in_a_folder() as app, sync_playwright() as playwright:
        task_id = _build(app)
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(QUIET))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        _photograph(page, app.dashboard, "build")
        _photograph(page, f"{app.dashboard}/run?id={task_id}&tab=Checks", "checks")
        _photograph(page, f"{app.dashboard}/runs", "runs")
        browser.close()


def _build(app: AppProcess) -> str:
    """Build the tasks. Returns the id of the last."""
    with Client(f"http://127.0.0.1:{app.api_port}") as client:
        ids = [client.submit_task(task, production=True).task_id for task in TASKS]
        for task_id in ids:
            eventually(
                lambda task_id=task_id: client.get_task(task_id).status is not Status.PROCESSING,
                seconds=120,
            )
    return str(ids[-1])


def _photograph(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.locator(".st-key-live").wait_for()
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
