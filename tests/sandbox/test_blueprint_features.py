"""Each promise of a command line breaks when its feature is taken out, also a feature that a
blueprint's forms have in common."""

import pytest

from tests.sandbox.features import FORMS, features_of, sections, without_each_feature
from toggle_core.builders.blueprints.builder import promises_of
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

TAKEN_OUT = sections("cli", "common") + sections("cli", "cli")


@pytest.mark.parametrize(("name", "interface", "section"), TAKEN_OUT)
def test_a_promise_breaks_when_its_feature_is_taken_out(
    name: str, interface: str, section: str, sandbox: Backend, settings: GateSettings
) -> None:
    outcomes = without_each_feature(name, interface, section, sandbox, settings)
    assert outcomes == dict.fromkeys(outcomes, Outcome.FAILED)


@pytest.mark.parametrize(("name", "interface"), FORMS)
def test_every_promise_has_a_feature_that_breaks_it(name: str, interface: str) -> None:
    promised = {each["id"] for each in promises_of(name, {"interface": interface})["promises"]}
    features = features_of(name, "common", interface)
    assert {each.promise for each in features.values()} == promised
