"""Pictures of a program's pages: in Preview, beside its checks, on cards, receipts and in lists."""

import re
from uuid import UUID

from streamlit.testing.v1 import AppTest

from tests.integration.proved_builders import FAILING_TEST, GOOD, Scripted
from tests.integration.sql import statements_sent
from tests.pictures import store_pictures
from tests.polling import eventually
from tests.ui.viewer import page, texts
from tests.worker_thread import WorkerThread
from toggle_core.history.reads import get_run
from toggle_core.runs.pictures import list_pictures
from toggle_core.runs.submission import submit
from toggle_core.startup import Services

PROMISES = {
    "says-hello": "It says hello to the world.",
    "name": "It greets somebody by name.",
    "two": "It greets two people, one after the other.",
}
IMAGE = re.compile(r'<img class="[a-z_]*" src="([^"]*)" alt="([^"]*)" loading="lazy">')
LINK = re.compile(r'<a class="shot [a-z]+" href="([^"]*)" target="_blank">')
FRONT_ALTS = ["The front page, on a computer", "The front page, on a phone"]


def proved(services: Services, worker: WorkerThread, *answers: dict[str, str]) -> UUID:
    """A finished run with the toggle on."""
    worker.start(Scripted(*answers))
    run_id = submit(services.database, "Say hello", builder="scripted", production=True).task_id
    eventually(lambda: get_run(services.database, run_id).finished_at, seconds=600)
    return run_id


def images(app: AppTest) -> list[tuple[str, str]]:
    """Address and alternative text of each image on the page."""
    return [found for element in app.html for found in IMAGE.findall(element.value)]


def addresses(services: Services, run_id: UUID) -> list[str]:
    """Where the dashboard serves the pictures of a run."""
    return [
        f"/download/tasks/{run_id}/pictures/{picture.name}.png"
        for picture in list_pictures(services.database, run_id)
    ]


def ends(sentence: str) -> list[str]:
    """Alternative texts of the pictures at the end of a promise."""
    page = f"The page at the end of: “{sentence}”"
    return [f"{page}, on a computer", f"{page}, on a phone"]


def test_preview_shows_the_front_page_and_the_end_of_each_promise(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = proved(opened_services, worker, GOOD)
    store_pictures(opened_services.database, run_id, *PROMISES)
    app = page("run", id=str(run_id))
    assert not app.exception
    assert app.session_state.tab == "Preview"
    shown = images(app)
    every = [*FRONT_ALTS, *(alt for sentence in PROMISES.values() for alt in ends(sentence))]
    assert [alt for _, alt in shown] == every
    assert [address for address, _ in shown] == addresses(opened_services, run_id)
    links = [found for element in app.html for found in LINK.findall(element.value)]
    assert links == [address for address, _ in shown]
    assert "as Chromium showed it during the checks" in texts(app)


def test_checks_show_pictures_beside_the_promises_of_their_attempt(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = proved(opened_services, worker, FAILING_TEST, GOOD)
    store_pictures(opened_services.database, run_id, "name", "unknown", attempt=2)
    app = page("run", id=str(run_id), tab="Checks")
    assert [alt for _, alt in images(app)] == ends(PROMISES["name"])
    assert "as Chromium showed it during the checks" in texts(app)
    [place] = [
        number for number in range(len(PROMISES)) if images_in(app, f"promise_head_{number}")
    ]
    assert "greets somebody by name" in app.get_by_key(f"promise_head_{place}").markdown[0].value
    app.button_group(key="attempt_shown").set_value(1).run()
    assert "6 of 9 checks passed" in texts(app)
    assert images(app) == []


def images_in(app: AppTest, key: str) -> list[str]:
    """Addresses of the images in a container."""
    found = app.get_by_key(key).get("html")
    return [address for each in found for address, _ in IMAGE.findall(each.value)]


def test_cards_lists_and_receipts_show_the_front_page(
    opened_services: Services, worker: WorkerThread
) -> None:
    home = page("home")
    home.text_area(key="task").set_value("Say hello").run()
    next(button for button in home.button if button.label == "Submit Task").click().run()
    assert images(home) == []
    run_id: UUID = home.session_state.receipt
    worker.start(Scripted(GOOD))
    eventually(lambda: get_run(opened_services.database, run_id).finished_at, seconds=600)
    store_pictures(opened_services.database, run_id, "name")
    home.run()
    front = addresses(opened_services, run_id)[0]
    assert images_in(home, "receipt") == [front]
    assert images_in(home, f"picture_{run_id.hex}") == [front]
    assert (front, "Front page of Say hello") in images(home)
    runs = page("runs")
    assert images_in(runs, f"history_row_{run_id.hex}") == [front]
    with statements_sent(opened_services.database) as sent:
        runs.run()
        home.run()
    assert [statement for statement, _ in sent if "run_pictures" in statement] == []


def test_a_run_without_pictures_shows_its_output_as_before(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = proved(opened_services, worker, GOOD)
    for tab in ("Preview", "Checks"):
        assert images(page("run", id=str(run_id), tab=tab)) == []
    assert images(page("runs")) == []
