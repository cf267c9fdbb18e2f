"""Programs are built, opened and used: by mouse and by keyboard, at a desk and on a phone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app_process import AppProcess, app_in_a_folder, free_port
from tests.e2e.echo_builder import ECHO
from tests.e2e.hands import Hands, Keyboard, Mouse
from tests.e2e.journeys import built, run_page, task
from tests.e2e.viewing import View

EXPENSES = "Create an expense tracker in euros"

RunOf = Callable[[str], str]
"""The run of a task, built once for all journeys of this file."""

Use = Callable[[str, Hands], Page]

BY_MOUSE_AND_KEYBOARD = pytest.mark.parametrize(
    "hands", [Mouse(), pytest.param(Keyboard(), marks=pytest.mark.prove)], ids=str
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def opening() -> Iterator[AppProcess]:
    """The app, where programs can be opened, with the built-in builder and one program more."""
    with app_in_a_folder(
        TOGGLE_APPS="on",
        TOGGLE_APPS_PORT=str(free_port()),
        TOGGLE_BUILDER="tests.e2e.echo_builder:WithEcho",
    ) as started:
        yield started


@pytest.fixture(scope="module")
def run_of(opening: AppProcess) -> RunOf:
    """Builds drafts, and the expenses with the toggle on, through every gate."""
    runs: dict[str, str] = {}

    def of(task: str) -> str:
        if task not in runs:
            runs[task] = built(opening, task, production=task == EXPENSES)
        return runs[task]

    return of


@pytest.fixture
def dashboard(browser: Browser, view: View) -> Iterator[Page]:
    """A page of a browser without cookies, in which no script may fail."""
    context = browser.new_context(
        viewport={"width": view.width, "height": 900}, color_scheme=view.scheme
    )
    context.set_default_timeout(120_000)
    failed: list[str] = []
    context.on("weberror", lambda error: failed.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert failed == []


@pytest.fixture
def use(dashboard: Page, opening: AppProcess, run_of: RunOf) -> Use:
    """Opens the program of a task from its run."""

    def opened(words: str, hands: Hands) -> Page:
        dashboard.goto(run_page(opening, run_of(words)))
        link = dashboard.get_by_role("link", name="Open the app")
        expect(link).to_be_visible(timeout=180_000)
        with dashboard.context.expect_page() as found:
            hands.press(dashboard, link)
        tab = found.value
        tab.wait_for_url(re.compile(r"^http://app-[0-9a-f]{24}\.localhost:\d+/"))
        expect(tab).to_have_title(re.compile(r"^(?!.*Starting)."), timeout=180_000)
        tab.wait_for_load_state()
        assert tab.evaluate(SIDEWAYS) == 0
        return tab

    return opened


@BY_MOUSE_AND_KEYBOARD
def test_expense_is_added_and_deleted(
    use: Use, opening: AppProcess, run_of: RunOf, hands: Hands, screenshots: Path
) -> None:
    assert task(opening, run_of(EXPENSES)).verdict == "production-ready"
    tab = use(EXPENSES, hands)
    note = f"Lunch by {hands}"
    hands.write(tab, tab.get_by_label("Amount in EUR"), "12.34")
    hands.choose(tab, tab.get_by_label("Category"), "Leisure")
    hands.write(tab, tab.get_by_label("Note"), note)
    hands.press(tab, tab.get_by_role("button", name="Add"))
    added = tab.get_by_role("row").filter(has_text=note)
    expect(added).to_contain_text("12.34")
    expect(added).to_contain_text("Leisure")
    assert tab.evaluate(SIDEWAYS) == 0
    tab.screenshot(path=screenshots / f"journey_expenses_{hands}.png", full_page=True)
    hands.press(tab, added.get_by_role("button", name=f"Delete {note}"))
    expect(added).to_have_count(0)


@pytest.mark.prove
@BY_MOUSE_AND_KEYBOARD
def test_tic_tac_toe_is_won_against_a_friend(use: Use, hands: Hands, screenshots: Path) -> None:
    tab = use("Create a tic-tac-toe game", hands)
    hands.press(tab, tab.get_by_role("button", name="Against a friend"))
    for number, field in enumerate((1, 4, 2, 5, 3)):
        mark = "XO"[number % 2]
        expect(tab.get_by_role("status")).to_have_text(f"{mark}, your turn.")
        hands.press(tab, tab.get_by_role("button", name=f"Field {field}", exact=True))
    expect(tab.get_by_role("status")).to_have_text("X wins!")
    tab.screenshot(path=screenshots / f"journey_tic_tac_toe_{hands}.png", full_page=True)
    hands.press(tab, tab.get_by_role("button", name="Play again"))
    expect(tab.get_by_role("status")).to_have_text("X, your turn.")


@pytest.mark.prove
@BY_MOUSE_AND_KEYBOARD
def test_guide_of_an_api_counts_what_the_api_was_sent(
    use: Use, hands: Hands, screenshots: Path
) -> None:
    tab = use("Create a REST API for books", hands)
    expect(tab.get_by_role("heading", level=1)).to_have_text("API: books")
    count = re.compile(r"(\d+) records? stored in /books\.")
    found = count.search(tab.locator("main").inner_text())
    assert found is not None
    fields = tab.locator("main pre").inner_text()
    body = re.search(r"-d '(.*)'", fields)
    assert body is not None, "the guide has an example"
    status = tab.evaluate(
        "(body) => fetch('/books', {method: 'POST', body}).then((answer) => answer.status)", body[1]
    )
    assert status == httpx.codes.CREATED
    hands.press(tab, tab.locator("header").get_by_role("link"))
    expect(tab.locator("main")).to_contain_text(f"{int(found[1]) + 1} record")
    tab.screenshot(path=screenshots / f"journey_guide_{hands}.png", full_page=True)


@BY_MOUSE_AND_KEYBOARD
def test_messages_come_back_over_a_websocket(use: Use, hands: Hands, screenshots: Path) -> None:
    tab = use(ECHO, hands)
    for message in ("Hello", f"By {hands} ü"):
        hands.write(tab, tab.get_by_label("Message"), message)
        hands.press(tab, tab.get_by_role("button", name="Send"))
        expect(tab.get_by_role("listitem").last).to_have_text(f"Echo: {message}")
    expect(tab.get_by_role("listitem")).to_have_count(2)
    tab.screenshot(path=screenshots / f"journey_echo_{hands}.png", full_page=True)


@pytest.mark.prove
@BY_MOUSE_AND_KEYBOARD
def test_task_is_added_done_and_deleted(use: Use, hands: Hands, screenshots: Path) -> None:
    tab = use("Create a to-do list", hands)
    name = f"Buy milk by {hands}"
    hands.write(tab, tab.get_by_label("New task"), name)
    hands.press(tab, tab.get_by_role("button", name="Add", exact=True))
    added = tab.get_by_role("listitem").filter(has_text=name)
    hands.press(tab, added.get_by_role("button", name=f"Done: {name}"))
    expect(added.get_by_role("button", name=f"Undo: {name}")).to_be_visible()
    tab.screenshot(path=screenshots / f"journey_to_do_{hands}.png", full_page=True)
    hands.press(tab, added.get_by_role("button", name=f"Delete: {name}"))
    expect(added).to_have_count(0)


@pytest.mark.prove
@BY_MOUSE_AND_KEYBOARD
def test_quiz_is_played_to_its_result(use: Use, hands: Hands, screenshots: Path) -> None:
    tab = use("Create a quiz about planets", hands)
    for number in range(1, 9):
        expect(tab.locator("main")).to_contain_text(f"Question {number} of 8")
        hands.pick(tab, tab.get_by_role("radio").first)
        hands.press(tab, tab.locator("main form button"))
    expect(tab.locator("main")).to_contain_text(re.compile(r"\d of 8"))
    assert tab.evaluate(SIDEWAYS) == 0
    tab.screenshot(path=screenshots / f"journey_quiz_{hands}.png", full_page=True)
