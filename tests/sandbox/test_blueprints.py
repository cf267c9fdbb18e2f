"""Every project of the built-in builder passes all seven gates, in the sandbox."""

import pytest

from tests.unit.blueprints.rendered import Case, usual_cases
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.settings import GateSettings
from toggle_core.words import GATES, Outcome

CASES = usual_cases()


@pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
def test_a_blueprint_passes_all_seven_gates_and_speaks(case: Case, settings: GateSettings) -> None:
    files = tidy(case.project.files, settings=settings)
    results = run_gates(files, case.project.entry, settings=settings)
    assert [result.gate for result in results] == list(GATES)
    assert {
        result.gate: f"{result.summary} {result.detail}"
        for result in results
        if result.outcome is not Outcome.PASSED
    } == {}
    start = results[-1]
    assert start.pages if case.is_server else start.output.strip()


def test_there_are_fourteen_blueprints_and_more() -> None:
    assert len({case.blueprint.name for case in CASES}) >= 14
