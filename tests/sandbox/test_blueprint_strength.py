"""The tests that come with every project of the built-in builder notice most planned mistakes."""

from threading import Event

import pytest

from tests.unit.blueprints.rendered import variants
from toggle_core.builders.blueprints.builder import render
from toggle_core.gates.checks.context import Context
from toggle_core.gates.checks.proof import check
from toggle_core.gates.run import tidy
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

LEAST = 65
PROJECTS = [(blueprint.name, interface) for blueprint, interface in variants()]


@pytest.mark.parametrize(("name", "interface"), PROJECTS)
def test_tests_of_a_blueprint_are_strong(
    name: str, interface: str, sandbox: Backend, settings: GateSettings
) -> None:
    project = render(name, {"interface": interface})
    files = tidy(project.files, settings=settings)
    judged = check(Context(files, project.entry, sandbox, settings, Event()))
    assert judged.outcome is Outcome.PASSED, f"{judged.summary} {judged.detail}"
    proof = judged.proof
    assert proof is not None
    assert (proof.flaky, proof.neutral_failed) == ((), 0)
    assert proof.strength is not None
    assert proof.strength >= LEAST, judged.detail
