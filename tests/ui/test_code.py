"""The Code tab of a run: its files as a tree."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Quick
from tests.ui.builders import Hostile
from tests.ui.conftest import Finish
from tests.ui.viewer import page, submitted, texts
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.startup import Services

pytestmark = pytest.mark.usefixtures("opened_services")

PARTS = 39
LINES = 5_000


class Many(Quick):
    """Makes forty files, one of them with five thousand lines."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        files = {f"shop/part_{number // 10}/{number}.py": "" for number in range(PARTS)}
        long = "".join(f"ROW_{number} = {number}\n" for number in range(LINES))
        return Project(files | {"main.py": long}, "main.py", "python main.py", "Many files.")


def code_of(finished: Finish, builder: Quick | None = None, **query: str) -> AppTest:
    run_id = finished("Create a hello world app", builder)
    app = page("run", id=str(run_id), tab="Code", **query)
    assert not app.exception
    return app


def tree(app: AppTest) -> list[str]:
    """The files of the tree, the chosen one in bold."""
    return [button.label.replace("\\", "") for button in app.get_by_key("file_tree").button]


def press(app: AppTest, name: str) -> AppTest:
    [button] = [
        button
        for button in app.get_by_key("file_tree").button
        if button.label.replace("\\", "") == name
    ]
    return button.click().run()


def test_the_file_that_starts_is_shown_first(finished: Finish) -> None:
    app = code_of(finished)
    assert tree(app) == ["test_main.py", "README.md", "**main.py**"]
    assert [box.label for box in app.get_by_key("file_tree").expander] == ["tests"]
    assert (app.code[-1].value, app.code[-1].language) == ("print('hello')", "python")
    assert "1 line, this file starts the project" in texts(app)


def test_a_pressed_file_is_shown_and_stands_in_the_address(finished: Finish) -> None:
    app = press(code_of(finished), "README.md")
    assert (app.code[-1].value, app.code[-1].language) == ("# Hello", "markdown")
    assert tree(app) == ["test_main.py", "**README.md**", "main.py"]
    assert app.query_params["file"] == "README.md"


def test_a_link_opens_its_file(finished: Finish) -> None:
    app = code_of(finished, file="tests/test_main.py")
    assert "def test_it" in app.code[-1].value


def test_a_file_that_is_not_there_shows_the_one_that_starts(finished: Finish) -> None:
    assert tree(code_of(finished, file="../etc/passwd"))[-1] == "**main.py**"


def test_of_many_files_only_the_folders_of_the_chosen_one_are_open(finished: Finish) -> None:
    app = code_of(finished, Many(), file="shop/part_1/12.py")
    unfolded = {
        box.label.replace("\\", ""): box.proto.expanded
        for box in app.get_by_key("file_tree").expander
    }
    assert unfolded == {
        "shop": True,
        "part_0": False,
        "part_1": True,
        "part_2": False,
        "part_3": False,
    }
    assert len(tree(app)) == PARTS + 1


def test_a_very_long_file_is_plain_text_in_a_box_that_scrolls(finished: Finish) -> None:
    app = code_of(finished, Many())
    assert "5,000 lines" in texts(app)
    assert app.code[-1].language in {None, "", "plaintext"}
    assert app.code[-1].value.endswith("ROW_4999 = 4999")


def test_hostile_names_are_shown_as_text(finished: Finish) -> None:
    names = tree(code_of(finished, Hostile()))
    assert any("<b>" in name for name in names)


def test_code_that_is_not_written_yet_is_told(opened_services: Services) -> None:
    app = page("run", id=str(submitted(opened_services, "Wait")), tab="Code")
    assert "The code is not written yet" in texts(app)
