"""A model may take the style sheet of the built-in builder's web apps by one line."""

import re

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import FILES, PLAN_TEXT
from tests.integration.chat.server import ScriptedServer
from tests.integration.chat.test_chat_changes import in_json
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.design import with_design
from toggle_core.builders.chat.prompts import text
from toggle_core.builders.protocol import Feedback, GateFailure, Project

OWN = ".mine{color:red}\n"
MAIN = '```python main.py\nprint("Hello")\n```\n\n'


def built(server: ScriptedServer, builder: ChatBuilder, css: str) -> Project:
    """The project of a model that answers with a style sheet."""
    server.script(replies.streamed(f"{MAIN}```css static/app.css\n{css}```\n"))
    return builder.code("Greet me", PLAN_TEXT)


@pytest.mark.parametrize(
    ("line", "brand"),
    [
        ("/* toggle:design #7C3AED */", "#7c3aed"),
        ("/*toggle:design*/", "#0f766e"),
        ("\n  /* Toggle: Design #7c3aed; */  ", "#7c3aed"),
    ],
)
def test_the_line_becomes_the_sheet_with_the_accent_and_own_rules_follow(
    server: ScriptedServer, builder: ChatBuilder, line: str, brand: str
) -> None:
    sheet = built(server, builder, f"{line}\n{OWN}").files["static/app.css"]
    assert f"--brand:{brand};" in sheet
    assert sheet.index(".card{") < sheet.index(OWN)
    assert sheet.endswith(OWN)
    assert "{{" not in sheet


@pytest.mark.parametrize("css", [OWN, "/* toggle:design red;} */\n", "/* no toggle:design */\n"])
def test_a_style_sheet_without_the_line_stays_as_it_is(
    server: ScriptedServer, builder: ChatBuilder, css: str
) -> None:
    assert built(server, builder, css).files["static/app.css"] == css


def test_a_repair_shows_the_line_and_keeps_the_sheet(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    project = built(server, builder, f"/* toggle:design #7c3aed */\n{OWN}")
    feedback = Feedback((GateFailure("tests", "red"),), project.files, "main.py", 2)
    change = {"path": "static/app.css", "search": "color:red", "replace": "color:blue"}
    server.script(replies.streamed(in_json(edits=[change])))
    repaired = builder.code("Greet me", PLAN_TEXT, feedback)
    asked = str(server.asked[-1].body)
    assert "/* toggle:design #7c3aed */" in asked
    assert ".card{" not in asked
    before = project.files["static/app.css"]
    assert repaired.files["static/app.css"] == before.replace("color:red", "color:blue")


def test_nothing_is_added_to_a_project_that_ignores_the_sheet(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(
        replies.streamed(MAIN + "```python tests/test_main.py\ndef test_it() -> None: ...\n```")
    )
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES


def test_every_class_that_a_model_is_told_of_is_in_the_sheet() -> None:
    _, _, look = text("code").partition("## The look of a page")
    told = set(
        re.findall(r"`(?:<[^`]*class=\")?([a-z0-9][a-z0-9 ]*)(?:\">)?`", look.partition("## ")[0])
    )
    sheet = with_design({"app.css": "/* toggle:design */"})["app.css"]
    tags = {
        "input",
        "select",
        "textarea",
        "fieldset",
        "table",
        "progress",
        "details",
        "code",
        "dt",
        "dd",
    }
    names = {name for each in told - tags for name in each.split()}
    assert len(names) > 40
    assert {name for name in names if not re.search(rf"\.{name}\b", sheet)} == set()
