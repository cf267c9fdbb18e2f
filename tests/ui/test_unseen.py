"""Characters that nobody can see have a mark on every page, whoever wrote them."""

import io
import zipfile
from dataclasses import replace
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest

from tests.integration.proved_builders import GOOD, MAIN, TESTS, Scripted
from tests.integration.sql import tell
from tests.polling import eventually
from tests.ui.conftest import Finish
from tests.ui.viewer import page
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Feedback, Plan, Project
from toggle_core.history.reads import get_run
from toggle_core.projects.archive import zip_of
from toggle_core.runs.submission import submit
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")

TURNED = "\u202e"
ESCAPE = "\x1b"
HIDDEN = f"{TURNED}gnp.{ESCAPE}[31m\u200bexe"
SHOWN = "⟨U+202E⟩gnp.␛[31m⟨U+200B⟩exe"
TABS = ("Preview", "Overview", "Plan", "Code", "Checks", "Diff", "Timeline")
PROGRAM = MAIN.replace(
    '    print(greeting("world"))',
    '    print(greeting("world"), "\\u202egnp.\\x1b[31m\\u200bexe")',
)
FAILING = GOOD | {
    "main.py": PROGRAM,
    "test_main.py": f'{TESTS}\n\ndef test_it_says_so() -> None:\n    assert "{HIDDEN}" == "x"\n',
}


class Hiding(Scripted):
    """Hides characters in everything it writes."""

    def plan(self, task: str) -> Plan:
        """A plan."""
        return Plan(f"# Plan {HIDDEN}\n\n1. `{HIDDEN}`\n")

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """A program."""
        files = super().code(task, plan, feedback).files
        return Project(files, "main.py", "python main.py", f"It says {HIDDEN}", 1, 1)


class HidingNames(Hiding):
    """Hides them in the names of files as well."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """A program, with a file more."""
        made = super().code(task, plan, feedback)
        return replace(made, files={**made.files, f"a{HIDDEN}.md": f"# {HIDDEN}\n"})


def sent(app: AppTest) -> bytes:
    """Everything that the browser is told to show."""
    elements = [element.proto for element in app.main if getattr(element, "proto", None)]
    return b"\n".join(proto.SerializeToString() for proto in elements)


def hides(app: AppTest) -> list[str]:
    """What of the hidden characters is told to the browser as it is."""
    told = sent(app)
    return [name for name in (TURNED, f"{ESCAPE}[31m", "\u200b") if name.encode() in told]


def ended(services: Services, worker: WorkerThread, *answers: dict[str, str]) -> UUID:
    """A checked run whose task, plan, files, output and checks hold hidden characters."""
    worker.start(Hiding(*answers))
    run_id = submit(services.database, "Say hello", builder="hiding", production=True).task_id
    eventually(lambda: get_run(services.database, run_id).finished_at)
    task = f"Say {HIDDEN}"  # as a run has it that was submitted before these were refused
    tell(services.database, "UPDATE runs SET task = %(task)s", task=task)
    return run_id


def test_nothing_is_hidden_on_the_page_of_a_run(
    opened_services: Services, worker: WorkerThread
) -> None:
    run_id = ended(opened_services, worker, FAILING)
    for tab in TABS:
        app = page("run", id=str(run_id), tab=tab, file="test_main.py")
        assert not app.exception
        assert hides(app) == [], tab
        if tab != "Diff":
            assert SHOWN.encode() in sent(app).replace(b"\\", b""), tab
    printed = page("run", id=str(run_id), tab="Preview").code[-1].value
    assert printed == f"Hello, world! {SHOWN}"


def test_nothing_is_hidden_in_the_names_of_files(finished: Finish) -> None:
    run_id = finished("Say hello", HidingNames(GOOD))
    app = page("run", id=str(run_id), tab="Code", file=f"a{HIDDEN}.md")
    assert hides(app) == []
    assert app.code[-1].value == f"# {SHOWN}"
    labels = [button.label.replace("\\", "") for button in app.get_by_key("file_tree").button]
    assert f"**a{SHOWN}.md**" in labels


@pytest.mark.parametrize("name", ["home", "runs"])
def test_nothing_is_hidden_in_a_list(
    name: str, opened_services: Services, finished: Finish
) -> None:
    run_id = finished("Say hello", Hiding(GOOD))
    task = f"Say {HIDDEN}"
    tell(opened_services.database, "UPDATE runs SET task = %(task)s", task=task)
    tell(opened_services.database, "UPDATE projects SET name = %(task)s", task=task)
    app = page(name)
    key = "recent" if name == "home" else "history"
    row = app.get_by_key(f"{key}_row_{run_id.hex}")
    assert row.page_link[0].value.replace("\\", "") == f"Say {SHOWN}"
    assert hides(app) == []


def test_download_has_every_character_as_it_was_made(
    finished: Finish, opened_services: Services
) -> None:
    run = get_run(opened_services.database, finished("Say hello", HidingNames(GOOD)))
    with zipfile.ZipFile(io.BytesIO(zip_of(run.files))) as archive:
        contents = [archive.read(name).decode() for name in archive.namelist()]
        assert not [name for name in archive.namelist() if TURNED in name or ESCAPE in name]
    assert f"# {HIDDEN}\n" in contents
