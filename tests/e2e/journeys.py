"""What journeys have in common: runs made over the API, and the way to their pages."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.app_process import AppProcess
from tests.polling import eventually
from toggle_core.api.schemas import TaskOut
from toggle_core.client import Client
from toggle_core.ui.text import project_title
from toggle_core.words import Stage

LOCAL = {"localhost", "127.0.0.1", None}
"""The hosts that a page may ask; None is that of a ``data:`` address."""

UNFOLD_MILLISECONDS = 3_000


def task(app: AppProcess, run_id: str) -> TaskOut:
    """A run as the API tells it."""
    with Client(app.dashboard, timeout=60) as client:
        return client.get_task(run_id)


def submitted(
    app: AppProcess, words: str, *, production: bool = False, review: bool = False
) -> str:
    """Id of a run that was just submitted."""
    with Client(app.dashboard, timeout=60) as client:
        return str(client.submit_task(words, production=production, review=review).task_id)


def becomes(app: AppProcess, run_id: str, what: Callable[[TaskOut], object]) -> TaskOut:
    """The run, as soon as something is true of it."""
    with Client(app.dashboard, timeout=60) as client:

        def ask() -> TaskOut | None:
            found = client.get_task(run_id)
            return found if what(found) else None

        found = eventually(ask, pause=0.1)
    assert found is not None
    return found


def ended(app: AppProcess, run_id: str) -> TaskOut:
    """The run once it has ended."""
    return becomes(app, run_id, lambda found: found.finished_at)


def choose_from(page: Page, name: str, choice: str) -> None:
    """Choose from a list in a menu. One that is opened while the menu scrolls closes again."""
    unfold = page.get_by_role("combobox", name=name)
    option = page.get_by_role("option", name=choice)

    def unfolded() -> bool:
        unfold.click()
        with suppress(TookTooLong):
            option.wait_for(timeout=UNFOLD_MILLISECONDS)
        return option.is_visible()

    eventually(unfolded)
    option.click()


def built(app: AppProcess, words: str, *, production: bool = False) -> str:
    """Id of a run that has ended."""
    run_id = submitted(app, words, production=production)
    ended(app, run_id)
    return run_id


def reviewable(app: AppProcess, words: str) -> str:
    """Id of a run whose plan waits for a review."""
    run_id = submitted(app, words, review=True)
    becomes(app, run_id, lambda found: found.stage is Stage.REVIEWING)
    return run_id


def run_page(app: AppProcess, run_id: str, tab: str = "") -> str:
    """Address of a run's page."""
    return f"{app.dashboard}/run?id={run_id}" + (f"&tab={tab}" if tab else "")


def runs_page(app: AppProcess, query: str = "") -> str:
    """Address of the history."""
    return f"{app.dashboard}/runs?{query}".rstrip("?")


def query_of(page: Page) -> dict[str, str]:
    """The parameters of a page's address."""
    return _parameters(page.url)


def expect_query(page: Page, query: dict[str, str]) -> None:
    """Wait until the address of a page has these parameters and no others."""
    page.wait_for_url(lambda address: _parameters(address) == query)


UNCHANGED = """() => new Promise(resolve => {
  const changes = new MutationObserver(() => { clearTimeout(timer); timer = wait(); });
  const wait = () => setTimeout(() => { changes.disconnect(); resolve(); }, 1000);
  let timer = wait();
  changes.observe(document, { subtree: true, childList: true, attributes: true });
})"""
"""Is over once nothing of a document has changed for a second."""


def at_rest(page: Page) -> None:
    """Wait until the script of a page has come to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def drawn(page: Page) -> None:
    """Wait until a page is not drawn anew any more: while it is, its controls take no focus."""
    at_rest(page)
    page.evaluate(UNCHANGED)


UNFOLD = "Expand sidebar"
"""The button that a narrow window has in place of the menu."""


def menu_there(page: Page) -> None:
    """Wait until a page has its menu, or the button that unfolds it: it may come after the rest."""
    unfold = page.get_by_role("button", name=UNFOLD)
    last = page.get_by_role("link", name="Settings", exact=True)
    expect(unfold.or_(last).first).to_be_visible()


def choose(page: Page, name: str) -> None:
    """Go to a page by the menu, which a narrow window folds away."""
    menu_there(page)
    unfold = page.get_by_role("button", name=UNFOLD)
    if unfold.is_visible():
        unfold.click()
    page.get_by_role("link", name=name, exact=True).click()


def opened_run(page: Page, words: str, version: int = 1) -> str:
    """Id of the run that the page has moved to, once its head is there.

    Args:
        page: that moves.
        words: description of the project's first version.
        version: of the project; from 2 on there is a switch that shows it.
    """
    expect(page.get_by_role("heading", level=1)).to_have_text(project_title(words))
    if version > 1:
        expect(page.get_by_role("radio", name=f"v{version}", exact=True)).to_be_checked()
    return query_of(page)["id"]


def row(page: Page, words: str) -> Locator:
    """The row of the list with a run."""
    return page.locator("[class*=_row_]").filter(has_text=words)


def let_go(app: AppProcess, words: str) -> None:
    """Let a task go on that is slow or stumbling; see the crafted builder."""
    Path(app.environment["TEST_GATE"], words).touch()


def _parameters(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
