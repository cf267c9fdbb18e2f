"""Each promise of a web program breaks when a feature that only this form has is taken out."""

import pytest

from tests.sandbox.features import sections, without_each_feature
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome


@pytest.mark.parametrize(("name", "interface", "section"), sections("web", "web"))
def test_a_promise_breaks_when_its_feature_is_taken_out(
    name: str, interface: str, section: str, sandbox: Backend, settings: GateSettings
) -> None:
    outcomes = without_each_feature(name, interface, section, sandbox, settings)
    assert outcomes == dict.fromkeys(outcomes, Outcome.FAILED)
