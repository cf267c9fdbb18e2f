"""What a model is told about promises, and what the coder reads of them."""

import json
import re

import pytest

from toggle_core.builders.chat.prompts import code_request, promise_request, text
from toggle_core.builders.chat.prompts.promised import promises_shown
from toggle_core.gates.promises.actions import ACTIONS
from toggle_core.gates.promises.matchers import MATCHERS
from toggle_core.gates.promises.model import Kind
from toggle_core.gates.promises.reading import survey

EXAMPLES = re.findall(r"^`(\w+)`: `(\{.*\})`$", text("promises"), flags=re.MULTILINE)


def test_there_is_an_example_for_every_kind_of_interface() -> None:
    assert [kind for kind, _ in EXAMPLES] == [kind.value for kind in Kind]


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_is_a_valid_promise(kind: str, example: str) -> None:
    value = {"version": 1, "interface": {"kind": kind}, "promises": [json.loads(example)]}
    assert survey(value, fewest=1).faults == ()


@pytest.mark.parametrize("word", [*ACTIONS, *MATCHERS, "vars", "needs", "left_out", "save", "as"])
def test_every_word_of_the_language_is_explained(word: str) -> None:
    assert f"`{word}" in text("promises")


def test_the_prompt_stays_short() -> None:
    assert len(text("promises")) + len(text("promises_as_json")) < 8_000


def test_a_request_for_a_change_holds_history_and_promises_and_no_file() -> None:
    request = promise_request("the wish", "the plan", {"promises": ["$task"]}, "asked before")
    for part in ("the wish", "the plan", "asked before", '{"promises": ["$task"]}'):
        assert part in request


def promise_with(*steps: object, **more: object) -> dict[str, object]:
    """Promises of a web program with one promise."""
    promise = {"id": "one", "sentence": "It costs $5.", "steps": list(steps), **more}
    interface = {"kind": "web", "routes": ["GET /"], "fields": ["Name"]}
    return {"version": 1, "interface": interface, "promises": [promise]}


def test_a_saved_value_stays_a_placeholder_among_examples() -> None:
    value = promise_with(
        {"post": "/", "save": {"id": {"pointer": "/id"}}},
        {"get": "/${id}/${w}", "expect": {"text": {"contains": "${a + 1}"}}},
        vars={"w": "word", "a": "int:5..9"},
    )
    shown = promises_shown(value)
    assert re.search(r'"get": "/\$\{id\}/[a-z]+"', shown)
    assert re.search(r'"contains": "(?:[6-9]|10)"', shown)
    assert "- GET /" in shown
    assert "form fields, by label: Name" in shown


def test_examples_are_the_same_in_every_request() -> None:
    value = promise_with({"get": "/${w}", "expect": {"status": 404}}, vars={"w": "word"})
    assert promises_shown(value) == promises_shown(value)


def test_steps_on_the_version_before_are_shown_apart() -> None:
    value = promise_with(
        {"get": "/", "expect": {"text": {"contains": "old"}}}, before=[{"post": "/"}]
    )
    shown = promises_shown(value)
    assert shown.index("before this change") < shown.index('"post"') < shown.index("Then, on")


def test_a_sentence_without_steps_is_shown_as_a_sentence() -> None:
    assert "1. It costs $5." in promises_shown(promise_with())


def test_promises_that_cannot_be_read_are_not_shown() -> None:
    assert promises_shown({"version": 9}) == ""
    assert code_request("a", "b", None, None, {"version": 9}) == code_request("a", "b", None)
