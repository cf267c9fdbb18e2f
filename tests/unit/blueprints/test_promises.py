"""Every blueprint brings promises for each of its interfaces, filled in like its files."""

import json
from html import escape
from typing import Any

import pytest

from tests.unit.blueprints.rendered import HOSTILE, TEXTS, hostile_values, variants
from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.literals import promise_sentence, promise_texts
from toggle_core.builders.protocol import can_promise
from toggle_core.errors import NoBlueprint
from toggle_core.gates.harness.promises.matchers import holds
from toggle_core.gates.promises.reading import read_promises

VARIANTS = [(blueprint.name, interface) for blueprint, interface in variants()]
KINDS = {"cli": {"cli"}, "web": {"web", "api"}}


def texts_in(value: Any) -> list[str]:
    """List all texts of a JSON value."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in (*value, *value.values()) for text in texts_in(each)]
    return [text for each in value for text in texts_in(each)] if isinstance(value, list) else []


def expected_in(promises: dict[str, Any]) -> str:
    """Return all that the steps of promises expect or send, as JSON."""
    return json.dumps([each["steps"] for each in promises["promises"]], ensure_ascii=False)


@pytest.mark.parametrize(("name", "interface"), VARIANTS)
def test_a_blueprint_brings_three_to_seven_valid_promises(name: str, interface: str) -> None:
    promises = promises_of(name, {"interface": interface})
    assert 3 <= len(read_promises(promises).promises) <= 7
    assert promises["interface"]["kind"] in KINDS[interface]
    assert all("before" not in each and "needs" not in each for each in promises["promises"])


@pytest.mark.parametrize("text", [HOSTILE, *TEXTS.values()])
def test_hostile_values_stay_texts_of_valid_promises(text: str) -> None:
    for blueprint, interface in variants():
        values = hostile_values(blueprint, text)
        harmless = hostile_values(blueprint, "tulip")
        usual = promises_of(blueprint.name, {"interface": interface, **harmless})
        promises = promises_of(blueprint.name, {"interface": interface, **values})
        assert read_promises(promises)
        assert [each["id"] for each in promises["promises"]] == [
            each["id"] for each in usual["promises"]
        ]


@pytest.mark.parametrize(("name", "interface"), VARIANTS)
def test_every_ability_is_named_by_a_promise(name: str, interface: str) -> None:
    blueprint = next(each for each in catalogue().blueprints if each.name == name)
    had = [each for each in blueprint.abilities if each.interface in {"", interface}]
    promised = {each["id"] for each in promises_of(name, {"interface": interface})["promises"]}
    for ability in had:
        assert ability.promises, ability.what
        assert set(ability.promises) <= promised, ability.what


@pytest.mark.parametrize(("name", "interface"), VARIANTS)
def test_a_name_is_looked_for_where_the_project_shows_it(name: str, interface: str) -> None:
    values = {"interface": interface, "name": 'Zoë\'s "${evil}" {y} <b>'}
    shown = texts_in([each["steps"] for each in promises_of(name, values)["promises"]])
    assert any("Zoë" in text for text in shown) or name == "rest-api"
    assert not any("${evil" in text for text in shown)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("expense-tracker", {"currency": "EUR"}, "€"),
        ("expense-tracker", {"currency": "CHF"}, "CHF"),
        ("expense-tracker", {"currency": "JPY"}, "¥"),
        ("invoice", {"tax_name": "VAT", "asked": 7}, "7% VAT"),
        ("landing-page", {"accent": "teal"}, "--accent: #0f766e"),
        ("habit-tracker", {"listed": ["yoga", "naps"]}, "Naps"),
        ("hello-world", {"language": "Welsh", "name": "Ada"}, "Helo, Ada!"),
        ("guessing-game", {"asked": 500}, "from 1 to 500"),
        ("log-analyser", {"kind": "access"}, "Visitors"),
        ("quiz", {"topic": "planets", "asked": 5}, "5 of 5"),
        ("rest-api", {"noun": "book"}, "/books/${id}"),
        ("rest-api", {"listed": ["price"]}, "/price"),
        ("password-generator", {"mode": "words", "words": 3}, "[a-z]+-[a-z]+-[a-z]+"),
        ("password-generator", {"asked": 21}, "{21}"),
        ("unit-converter", {"units": ["litres", "cups"]}, "${number} litres = "),
        ("csv-report", {"measures": ["country"], "value": "sales"}, "sales by country"),
        ("to-do-list", {"sort": "packing list"}, "Packing list"),
        ("notes", {"sort": "meeting notes"}, "Meeting notes"),
    ],
)
def test_a_parameter_is_in_the_steps(name: str, values: dict[str, Any], expected: str) -> None:
    assert expected in expected_in(promises_of(name, values))


@pytest.mark.parametrize(("top", "listed"), [(1, "/page-aa"), (7, "/page-ag"), (100, "/page-jj")])
def test_the_length_of_a_list_is_in_the_steps(top: int, listed: str) -> None:
    promises = promises_of("log-analyser", {"top": top})
    step = next(each for each in promises["promises"] if each["id"] == "top")["steps"][0]
    assert step["expect"]["stdout"]["contains"] == listed
    assert read_promises(promises)


def test_promises_are_no_file_of_the_project() -> None:
    for name, interface in VARIANTS:
        assert not any("promise" in path for path in render(name, {"interface": interface}).files)


def test_the_builder_promises_what_it_plans() -> None:
    builder = Blueprints()
    assert can_promise(builder)
    task = "Create an expense tracker in euros"
    promised = builder.promise(task, builder.plan(task).text)
    assert promised.promises is not None
    assert "€" in expected_in(dict(promised.promises))
    assert "left_out" not in promised.promises
    assert builder.code(task, "", promises=promised.promises) == builder.code(task, "")


def test_unmet_wishes_are_left_out_with_the_reason() -> None:
    builder = Blueprints()
    task = "Create a to-do list with a dark theme"
    unmet = builder.code(task, "").unmet
    assert unmet
    promises = builder.promise(task, "").promises
    assert promises is not None
    assert read_promises(dict(promises)).left_out
    for sentence, left in zip(unmet, promises["left_out"], strict=True):
        assert left["words"] in task
        assert sentence.casefold() == f"{left['words']}: {left['why']}".casefold()


def test_an_edited_plan_is_left_out() -> None:
    builder = Blueprints()
    task = "Create a to-do list"
    promises = builder.promise(task, builder.plan(task).text + "6. Print stickers.\n").promises
    assert promises is not None
    assert "Print stickers" in promises["left_out"][0]["why"]
    assert read_promises(dict(promises))


@pytest.mark.parametrize("password", ["aB3&", "&&a3B", "aB3!"])
def test_a_symbol_that_html_writes_longer_counts_once(password: str) -> None:
    values = {"interface": "web", "asked": len(password)}
    usual = promises_of("password-generator", values)["promises"][0]["steps"][0]["expect"]
    pattern = {"matches": usual["html"]["matches"]}
    assert holds(pattern, f"<code>{escape(password)}</code>")
    assert not holds(pattern, f"<code>{escape(password)}&amp;</code>")
    assert not holds(pattern, f"<code>{escape(password[1:])}</code>")


def test_nothing_is_promised_for_a_task_without_a_blueprint() -> None:
    with pytest.raises(NoBlueprint):
        Blueprints().promise("Fold my laundry", "")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", ["plain"]),
        ("a ${b} c", ["a $", "{b} c"]),
        ("${x}${y}", ["$", "{x}$", "{y}"]),
        ("{a} $5", ["{a} $5"]),
    ],
)
def test_a_text_is_cut_where_an_expression_would_begin(text: str, pieces: list[str]) -> None:
    assert promise_texts(text) == pieces
    assert "".join(pieces) == text


def test_a_sentence_is_plain_and_bounded() -> None:
    assert promise_sentence("It shows ${name}\u200d.") == "It shows $ {name}."
    assert len(promise_sentence("word " * 99)) <= 200
