"""The table of transitions and its page."""

import re
from uuid import uuid4

import pytest

from scripts.lifecycle_page import PAGE, filled
from tests.unit.test_architecture import CORE
from toggle_core.runs import lifecycle
from toggle_core.runs.lifecycle import (
    ADVANCE,
    PROCESSING,
    RESUME,
    TRANSITIONS,
    Transition,
    parameters,
)
from toggle_core.store.lease_guard import Lease
from toggle_core.words import Stage, Status

WRITES = re.compile(
    r"UPDATE runs\b|update\(RunRow|INSERT INTO run_events\b|insert\(RunEventRow", re.IGNORECASE
)


def test_page_shows_the_diagram_and_table_of_the_code() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page, "run: python -m scripts.lifecycle_page"


def test_every_transition_of_the_module_is_in_the_table() -> None:
    named = [value for value in vars(lifecycle).values() if isinstance(value, Transition)]
    held = [lifecycle.HOLD, *TRANSITIONS]
    assert [transition.name for transition in named if transition not in held] == []
    assert {*map(id, RESUME.values()), *map(id, ADVANCE.values())} <= {*map(id, TRANSITIONS)}


def test_every_state_is_reached_and_only_completed_is_never_left() -> None:
    states = PROCESSING | (set(Status) - {Status.PROCESSING})
    assert {transition.target for transition in TRANSITIONS} == states | {None}
    left = set().union(*(transition.sources for transition in TRANSITIONS))
    assert states - left == {Status.COMPLETED}


def test_a_run_that_processes_reaches_every_end_from_every_stage_in_the_end() -> None:
    follows = {
        source: {each.target for each in TRANSITIONS if each.target and source in each.sources}
        for source in PROCESSING
    }
    assert all({Status.FAILED, Status.CANCELLED} <= follows[stage] for stage in PROCESSING)
    assert follows[Stage.RESPONDING] >= {Status.COMPLETED}


@pytest.mark.parametrize("transition", TRANSITIONS, ids=lambda each: each.name)
def test_transition_is_refused_without_its_lease_or_with_a_needless_one(
    transition: Transition,
) -> None:
    run_id = uuid4()
    with pytest.raises(ValueError, match=transition.name):
        parameters(transition, run_id if transition.by_lease else Lease(run_id, 1))


def test_no_other_module_updates_runs_or_inserts_events() -> None:
    sources = [path for path in CORE.rglob("*.py") if "migrations" not in path.parts]
    found = {path.name: len(WRITES.findall(path.read_text())) for path in sources}
    assert {name: count for name, count in found.items() if count} == {"lifecycle.py": 2}
