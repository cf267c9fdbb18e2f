"""The promises of every blueprint are kept by its projects, and break when a feature is taken out.

``features.toml`` lists the features, with the promise that has to break for each.
"""

import threading
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.unit.blueprints.rendered import HOSTILE, hostile_values, variants
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.protocol import Project
from toggle_core.gates.checks import promises as gate
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.promises.vacuity import vacuous
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

Judge = Callable[[Project, Iterable[Mapping[str, Any]]], Judgement]

FEATURES = tomllib.loads(Path(__file__).with_name("features.toml").read_text(encoding="utf-8"))
FORMS = [(blueprint.name, interface) for blueprint, interface in variants()]
NAME = {"name": 'Zoë\'s "${x}" {y} <b>&amp;'}
UNUSUAL: dict[str, list[dict[str, Any]]] = {
    "csv-report": [{"measures": ["order"], "value": "orders", "columns": ["price", "date"]}],
    "expense-tracker": [{"currency": "JPY"}, {"currency": "CHF"}],
    "guessing-game": [{"asked": 3}, {"asked": 1_000_000}],
    "habit-tracker": [{"listed": ["yoga", "running fast"]}],
    "hello-world": [{"language": "Japanese", **NAME}],
    "invoice": [{"currency": "JPY", "tax_name": "VAT", "asked": 0}, {"currency": "SEK"}],
    "landing-page": [{"accent": "teal", **NAME}],
    "log-analyser": [{"kind": "access", "top": 100}, {"top": 1}],
    "notes": [{"sort": "meeting notes"}],
    "password-generator": [{"mode": "words", "words": 12, "count": 50}, {"asked": 4, "count": 1}],
    "quiz": [{"topic": "planets", "asked": 3}, {"topic": "arithmetic", "asked": 12}],
    "rest-api": [{"listed": ["price", "done", "year", "name"]}, {"listed": ["active"]}],
    "text-statistics": [{"asked": 1}, {"asked": 100}],
    "to-do-list": [{"sort": "packing list", **NAME}],
    "unit-converter": [{"units": ["celsius", "kelvin"]}, {"units": ["kmh", "mph"]}],
}


@pytest.fixture(scope="module")
def judge(sandbox: Backend, settings: GateSettings) -> Judge:
    """Runs the gate ``promises`` alone on a project, with some promises."""

    def run(project: Project, listed: Iterable[Mapping[str, Any]]) -> Judgement:
        promises = {"promises": list(listed)}
        stop = threading.Event()
        return gate.check(
            Context(project.files, project.entry, sandbox, settings, stop, promises=promises)
        )

    return run


@dataclass(frozen=True)
class Feature:
    """Something a project does, and how to take it out."""

    promise: str
    file: str
    text: str
    without: str

    def taken_out(self, project: Project) -> Project:
        """Return the project without this feature."""
        text = project.files[self.file]
        assert self.text in text, f"{self.file} does not hold {self.text!r}"
        changed = text.replace(self.text, self.without)
        if self.file.endswith(".py"):
            compile(changed, self.file, "exec")
        return replace(project, files={**project.files, self.file: changed})


def features_of(name: str, *sections: str) -> dict[str, Feature]:
    """List the features of a blueprint, those of all interfaces ("common") or of one."""
    listed = {
        f"{section}: {feature}": Feature(*parts)
        for section in sections
        for feature, parts in FEATURES[name].get(section, {}).items()
    }
    assert listed
    return listed


def taken_out() -> list[tuple[str, str, str]]:
    """List what is tried: each blueprint with an interface and a section of its features."""
    return [
        (blueprint.name, interface, section)
        for blueprint, interface in variants()
        for section in ("common", interface)
        if section in FEATURES[blueprint.name]
    ]


def unusual_values(name: str) -> list[dict[str, Any]]:
    """List values that a project is rarely made with."""
    blueprint = next(each for each in catalogue().blueprints if each.name == name)
    return [hostile_values(blueprint, HOSTILE), NAME, *UNUSUAL.get(name, [])]


@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_a_blueprint_keeps_its_promises(name: str, interface: str, judge: Judge) -> None:
    values = {"interface": interface}
    judged = judge(render(name, values), promises_of(name, values)["promises"])
    assert judged.outcome is Outcome.PASSED, judged.detail


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_a_blueprint_keeps_its_promises_with_unusual_values(
    name: str, interface: str, judge: Judge
) -> None:
    for unusual in unusual_values(name):
        values = {"interface": interface, **unusual}
        judged = judge(render(name, values), promises_of(name, values)["promises"])
        assert judged.outcome is Outcome.PASSED, f"{unusual}: {judged.detail}"


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("name", "interface", "section"), taken_out())
def test_a_promise_breaks_when_its_feature_is_taken_out(
    name: str, interface: str, section: str, judge: Judge
) -> None:
    values = {"interface": interface}
    project = render(name, values)
    promises = {each["id"]: each for each in promises_of(name, values)["promises"]}
    outcomes = {
        feature: judge(part.taken_out(project), [promises[part.promise]]).outcome
        for feature, part in features_of(name, section).items()
    }
    assert outcomes == dict.fromkeys(outcomes, Outcome.FAILED)


@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_a_program_that_does_nothing_keeps_no_promise(
    name: str, interface: str, settings: GateSettings
) -> None:
    assert vacuous(promises_of(name, {"interface": interface}), settings) == []


@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_every_promise_has_a_feature_that_breaks_it(name: str, interface: str) -> None:
    promised = {each["id"] for each in promises_of(name, {"interface": interface})["promises"]}
    features = features_of(name, "common", interface)
    assert {each.promise for each in features.values()} == promised
