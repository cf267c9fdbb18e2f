"""Every project of the built-in builder passes every gate, in the sandbox."""

from dataclasses import replace

import pytest

from tests.sandbox.browsing import BROWSER
from tests.unit.blueprints.rendered import variants
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.settings import GateSettings
from toggle_core.words import GATES, Outcome

LEAST_STRENGTH = 65
"""Percent."""

PROJECTS = [(blueprint.name, interface) for blueprint, interface in variants()]


@pytest.mark.parametrize(("name", "interface"), PROJECTS)
def test_a_blueprint_passes_every_gate_and_speaks(
    name: str, interface: str, settings: GateSettings
) -> None:
    settings = replace(settings, browser=BROWSER)
    project = render(name, {"interface": interface})
    files = tidy(project.files, settings=settings)
    promises = promises_of(name, {"interface": interface})
    results = run_gates(files, project.entry, settings=settings, promises=promises)
    assert [result.gate for result in results] == list(GATES)
    assert {
        result.gate: f"{result.summary} {result.detail}"
        for result in results
        if result.outcome is not Outcome.PASSED
    } == {}
    found = {result.gate: result for result in results}
    proof, start = found["proof"].proof, found["start"]
    assert proof is not None
    assert (proof.flaky, proof.neutral_failed) == ((), 0)
    assert proof.strength is not None
    assert proof.strength >= LEAST_STRENGTH, found["proof"].detail
    assert start.pages if interface == "web" else start.output.strip()
    shows = any(page.content_type == "text/html" for page in start.pages)  # an API does not
    assert len(start.pictures) == (2 if shows else 0)


def test_there_are_fourteen_blueprints_and_more() -> None:
    assert len({name for name, _ in PROJECTS}) >= 14
