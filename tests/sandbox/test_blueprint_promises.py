"""The promises of every blueprint are kept by its projects also when these are made with unusual
values. With usual ones ``test_blueprints`` shows it.
"""

from typing import Any

import pytest

from tests.sandbox.promise_judge import judged_alone
from tests.unit.blueprints.rendered import HOSTILE, hostile_values, variants
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.gates.promises.vacuity import vacuous
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

FORMS = [(blueprint.name, interface) for blueprint, interface in variants()]
NAME = {"name": 'Zoë\'s "${x}" {y} <b>&amp;'}
UNUSUAL: dict[str, list[dict[str, Any]]] = {
    "bmi-calculator": [{"system": "imperial"}],
    "blog": [{"sort": "travel", **NAME}, {"subject": "my garden & “co”"}],
    "booking": [NAME],
    "csv-report": [{"measures": ["order"], "value": "orders", "columns": ["price", "date"]}],
    "expense-tracker": [{"currency": "JPY"}, {"currency": "CHF"}],
    "flashcards": [{"topic": "Spanish"}, {"subject": "knitting stitches"}],
    "guessing-game": [{"asked": 3}, {"asked": 1_000_000}],
    "habit-tracker": [{"listed": ["yoga", "running fast"]}],
    "hello-world": [{"language": "Japanese", **NAME}],
    "invoice": [{"currency": "JPY", "tax_name": "VAT", "asked": 0}, {"currency": "SEK"}],
    "landing-page": [
        {
            "accent": "teal",
            "trade": "plumber",
            "phone": "01234 567890",
            "pages": ["prices"],
            **NAME,
        },
        {"trade": "bakery", "hours": "Mon-Fri 8-17", "pages": ["menu", "about", "contact"]},
    ],
    "loan-calculator": [{"sort": "mortgage", "currency": "CHF"}, {"currency": "JPY"}],
    "log-analyser": [{"kind": "access", "top": 100}, {"top": 1}],
    "memory-game": [{"asked": 2}, {"asked": 12, **NAME}],
    "notes": [{"sort": "meeting notes"}],
    "own-quiz": [{"subject": 'my dogs: "names"', "asked": 5}, {"asked": 1, **NAME}],
    "password-generator": [{"mode": "words", "words": 12, "count": 50}, {"asked": 4, "count": 1}],
    "poll": [{"listed": ["tea", "coffee"]}],
    "quiz": [{"topic": "planets", "asked": 3}, {"topic": "arithmetic", "asked": 12}],
    "records": [
        {"topic": "moods", "currency": "JPY"},
        {"topic": "wines", "listed": ["year", "price", "rating"]},
        {"subject": "guitars", "listed": ["done", "last played", "brand", "total price"]},
    ],
    "quotes": [{"sort": "motivational"}],
    "rest-api": [{"listed": ["price", "done", "year", "name"]}, {"listed": ["active"]}],
    "signup-page": [{"sort": "waitlist", **NAME}],
    "snake": [NAME],
    "text-statistics": [{"asked": 1}, {"asked": 100}],
    "timer": [{"sort": "pomodoro timer", "asked": 50, "pause": 10, **NAME}],
    "tip-calculator": [{"currency": "CHF", "asked": 20}, {"currency": "JPY"}],
    "to-do-list": [{"sort": "packing list", **NAME}],
    "unit-converter": [{"units": ["celsius", "kelvin"]}, {"units": ["kmh", "mph"]}],
}


def unusual_values(name: str) -> list[dict[str, Any]]:
    """List values that a project is rarely made with."""
    blueprint = next(each for each in catalogue().blueprints if each.name == name)
    return [hostile_values(blueprint, HOSTILE), *UNUSUAL.get(name, [])]


@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_a_blueprint_keeps_its_promises_with_unusual_values(
    name: str, interface: str, sandbox: Backend, settings: GateSettings
) -> None:
    for unusual in unusual_values(name):
        values = {"interface": interface, **unusual}
        judged = judged_alone(
            sandbox, settings, render(name, values), promises_of(name, values)["promises"]
        )
        assert judged.outcome is Outcome.PASSED, f"{unusual}: {judged.detail}"


@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_a_program_that_does_nothing_keeps_no_promise(
    name: str, interface: str, settings: GateSettings
) -> None:
    assert vacuous(promises_of(name, {"interface": interface}), settings) == []
