"""The closing words of a run: what was proved comes first, and what others wrote is quoted."""

import json
from typing import Any

import pytest

from toggle_core.gates.model import GateResult, to_json
from toggle_core.graph.response import respond
from toggle_core.graph.state import NOTHING_CHANGED, AgentState, first_state
from toggle_core.ui.text import as_html
from toggle_core.words import GATES, Outcome

PASSED = [GateResult(gate, Outcome.PASSED, 1.0, f"{gate} is fine.") for gate in GATES]
NOT_PASSED = {
    "tests": GateResult("tests", Outcome.FAILED, 1.0, "Two tests failed."),
    "start": GateResult("start", Outcome.SKIPPED, 0.0, "It needs the variable WEATHER_KEY."),
}
FAILED = [NOT_PASSED.get(result.gate, result) for result in PASSED]
LIES = (
    "It is production-ready: all 9 checks passed.",
    "\n\n# It is production-ready: all 9 checks passed.\n\nIt has 3 files.",
    "> quoted\n\nIt is **production-ready**",
    "</blockquote><p><b>It is production-ready</b></p>",
    "`code`\n```\nIt is production-ready\n```",
    "\u202eydaer-noitcudorp si tI\u202c and \u2066isolated\u2069",
    "- a\n- b\n\n---\n\n1. It is production-ready",
    "It is\u2028production-ready\x1b[1m\x07\x85now",
    "|a|b|\n|-|-|\n|production|ready|",
    "[production-ready](javascript:alert) ![x](http://evil.test/x.png) <http://evil.test>",
    "&lt;b&gt; &#42;&#42;production-ready&#42;&#42;",
    "Title\n=====\n\n    code",
    "trailing backslash \\",
)


def ended(
    verdict: str, *, files: int = 3, gates: list[GateResult] | None = None, **channels: Any
) -> AgentState:
    """The final state of a run."""
    state = {
        **first_state("Ask", production=gates is not None),
        "summary": "A program that says hello.",
        "entry": "main.py",
        "how_to_run": "python main.py",
        "files": json.dumps({f"{number}.py": "" for number in range(files)}),
        "verdict": verdict,
        "attempt": 1,
        "gates": to_json(gates) if gates else "",
    }
    return {**state, **channels}  # type: ignore[typeddict-item]  # names of channels


def test_a_draft_begins_with_the_sentence_that_nothing_was_checked() -> None:
    assert respond(ended("draft")) == (
        "**This is a quick draft: nothing has been checked.** To have it checked, submit the task"
        " again with the production toggle on.\n\n"
        "The project has 3 files. To run it, download it, open a terminal in its folder and type:"
        "\n\n    python main.py\n\n"
        "The builder's own description, which no check covers:\n\n"
        "> A program that says hello."
    )


def test_one_file_is_one_file() -> None:
    assert "The project has 1 file. " in respond(ended("draft", files=1))


def test_a_proved_project_begins_with_the_evidence() -> None:
    words = respond(ended("production-ready", gates=PASSED))
    assert words.startswith("**It is production-ready: all 9 checks passed.**\n\n")
    assert "draft" not in words


def test_the_number_of_attempts_is_given_where_there_was_more_than_one() -> None:
    words = respond(ended("production-ready", gates=PASSED, attempt=3))
    assert words.startswith(
        "**It is production-ready: all 9 checks passed.** It took 3 attempts.\n\n"
    )


def test_each_gate_that_did_not_pass_is_listed_with_its_reason() -> None:
    words = respond(ended("not-production-ready", gates=FAILED, stopped="No more tries."))
    assert words.startswith(
        "**It is not production-ready: 7 of 9 checks passed.** What did not pass:\n\n"
        "- **tests**: Two tests failed.\n"
        "- **start**: It needs the variable WEATHER_KEY.\n\n"
        "No more tries.\n\nWhat you can do: "
    )
    assert "syntax" not in words


def test_gates_that_an_earlier_version_did_not_have_are_listed() -> None:
    words = respond(ended("not-production-ready", gates=PASSED[:6], stopped="Every check passed."))
    assert "**It is not production-ready: 6 of 9 checks passed.** What did not pass:" in words
    assert "- **promises**: The code was checked by an earlier version, which did not have" in words


def test_a_wish_that_is_left_out_is_named_although_every_check_passed() -> None:
    unmet = json.dumps(["sync with my bank", "an app for *my* watch"])
    words = respond(ended("not-production-ready", gates=PASSED, unmet=unmet))
    assert words.startswith(
        "**It is not production-ready**, although all 9 checks passed.\n\n"
        "Left out: “sync with my bank”; “an app for \\*my\\* watch”.\n\n"
    )


def test_a_draft_names_what_is_left_out_and_what_was_assumed() -> None:
    words = respond(ended("draft", unmet='["the export"]', assumptions='["# Prices are in €"]'))
    assert "Left out: “the export”." in words
    assert words.endswith(
        "What the builder decided where the task left it open:\n\n> - \\# Prices are in €"
    )


def test_a_change_that_changed_nothing_says_so_first() -> None:
    words = respond(ended("not-production-ready", gates=PASSED, changed=NOTHING_CHANGED))
    assert words.startswith(
        "**Nothing was changed.** The project is as it was before.\n\n"
        "**It is not production-ready**, although all 9 checks passed."
    )


def test_a_draft_of_a_change_that_changed_nothing_says_so_first() -> None:
    words = respond(ended("draft", changed=NOTHING_CHANGED))
    assert words.startswith("**Nothing was changed.** ")
    assert "This is a quick draft: nothing has been checked." in words


def test_a_change_names_the_files_it_changed() -> None:
    changed = json.dumps([f"{number}.py" for number in range(12)])
    assert "12 files were changed: 0.py, 1.py" in respond(ended("draft", changed=changed))
    assert "9.py and 2 more." in respond(ended("draft", changed=changed))
    assert "1 file was changed: a.py." in respond(ended("draft", changed='["a.py"]'))


def test_a_repair_that_was_given_up_quotes_the_builders_reason() -> None:
    state = ended(
        "not-production-ready",
        gates=FAILED,
        stopped="The builder gave up the repair.",
        objection="the check contradicts the task: **ready**",
    )
    assert (
        "The builder gave up the repair.\n\nIts reason, in its own words:\n\n"
        "> the check contradicts the task: \\*\\*ready\\*\\*\n\n" in respond(state)
    )


def test_a_project_that_is_no_python_program_has_no_command() -> None:
    words = respond(ended("draft", entry="index.html", how_to_run=""))
    assert "Its main file, index.html, is not a Python program." in words
    assert "type:" not in words


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("channel", ["summary", "unmet", "assumptions", "objection"])
def test_words_of_the_builder_stay_inside_their_quotation(lie: str, channel: str) -> None:
    remarks = channel in {"unmet", "assumptions"}
    said = json.dumps([lie]) if remarks else lie
    harmless = json.dumps(["harmless"]) if remarks else "harmless"
    words = {
        text: respond(ended("not-production-ready", gates=FAILED, **{channel: text}))
        for text in (said, harmless)
    }
    pages = {text: as_html(markdown) for text, markdown in words.items()}
    assert _skeleton(pages[said]) == _skeleton(pages[harmless]), "the same elements"
    assert words[said].count("\n") == words[harmless].count("\n")
    assert not set("\u202e\u202c\u2066\u2069\u2028\x1b\x07\x85") & set(words[said])


@pytest.mark.parametrize("lie", LIES)
def test_names_in_a_gates_sentence_are_shown_as_they_are(lie: str) -> None:
    gates = [*PASSED[1:], GateResult("syntax", Outcome.FAILED, 1.0, f"Python cannot read {lie}")]
    plain = [*PASSED[1:], GateResult("syntax", Outcome.FAILED, 1.0, "Python cannot read it")]
    pages = [as_html(respond(ended("not-production-ready", gates=each))) for each in (gates, plain)]
    assert _skeleton(pages[0]) == _skeleton(pages[1])


def _skeleton(page: str) -> list[str]:
    """The elements of a page, without their text."""
    return [piece.partition(">")[0] for piece in page.split("<")[1:]]


def test_a_web_program_is_started_by_a_double_click() -> None:
    promises = json.dumps({"interface": {"kind": "web"}, "promises": []})
    words = respond(ended("production-ready", gates=PASSED, promises=promises))
    assert "double-click `start.command` (macOS), `start.bat` (Windows) or `start.sh`" in words
    assert words.count("\n\n    python main.py") == 1


def test_a_web_program_that_starts_in_its_own_way_is_started_in_a_terminal() -> None:
    files = json.dumps({"main.py": "make_server()", "start.py": ""})
    words = respond({**ended("draft"), "files": files})
    assert "open a terminal in its folder" in words
