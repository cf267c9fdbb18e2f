"""What the comparison of two runs reads."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.integration.insight_runs import ENDED, NOON, add, tell_events
from tests.integration.sql import give_checkpoint
from toggle_core.errors import RunNotFound, SameRun
from toggle_core.gates.model import GateResult, to_json
from toggle_core.history.comparison import compare
from toggle_core.history.diff import FileChange
from toggle_core.store.database import Database
from toggle_core.words import Outcome, Stage

EVENTS = {"queued": 0.0, "planning": 2.0, "coding": 5.0, "done": 60.0}


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def made(database: Database, run_id: UUID, plan: str, files: dict[str, str], *gates: str) -> UUID:
    """Give a run what its newest checkpoint holds; its gates have failed."""
    results = [GateResult(gate, Outcome.FAILED, 0.1, "No.", "", "") for gate in gates]
    channels = {"plan": plan, "files": json.dumps(files), "gates": to_json(results)}
    give_checkpoint(database, run_id, channels)
    return run_id


def test_plan_and_files_are_compared_from_left_to_right(database: Database) -> None:
    left = made(database, add(database, **ENDED), "Say it", {"a.py": "1\n", "b.py": "2\n"})
    right = made(database, add(database, **ENDED), "Shout it", {"a.py": "1\n", "c.md": "3\n"})
    pair = compare(database, left, right)
    assert (pair.left.run.id, pair.right.run.id) == (left, right)
    assert pair.plan is not None
    assert "-Say it" in pair.plan.text
    assert "+Shout it" in pair.plan.text
    assert [(diff.path, diff.change) for diff in pair.files] == [
        ("b.py", FileChange.REMOVED),
        ("c.md", FileChange.ADDED),
    ]


def test_what_is_the_same_differs_in_nothing(database: Database) -> None:
    left, right = (
        made(database, add(database, **ENDED), "Say it", {"a.py": "1\n"}) for _ in range(2)
    )
    pair = compare(database, left, right)
    assert (pair.plan, pair.files) == (None, ())


def test_a_gate_that_spoke_of_one_run_only_is_among_the_gates(database: Database) -> None:
    left = made(database, add(database, **ENDED), "", {}, "types", "files")
    right = made(database, add(database, **ENDED), "", {}, "syntax")
    pair = compare(database, left, right)
    assert pair.gates == ("files", "syntax", "types")
    assert pair.right.said_by("files") is None
    said = pair.left.said_by("files")
    assert said is not None
    assert said.outcome is Outcome.FAILED


def test_each_run_has_its_time_in_each_stage(database: Database) -> None:
    left, right = (
        add(database, **ENDED, finished_at=NOON + timedelta(seconds=60)) for _ in range(2)
    )
    tell_events(database, left, NOON, EVENTS)
    tell_events(database, right, NOON, EVENTS | {"reviewing": 8.0})
    pair = compare(database, left, right)
    assert pair.left.stages[Stage.PLANNING] == 3
    assert pair.left.working_seconds == 58
    assert pair.stages == (Stage.QUEUED, Stage.PLANNING, Stage.REVIEWING, Stage.CODING)
    assert Stage.REVIEWING not in pair.left.stages


def test_a_run_is_not_compared_with_itself(database: Database) -> None:
    run_id = add(database, **ENDED)
    with pytest.raises(SameRun):
        compare(database, run_id, run_id)


def test_a_run_that_is_not_there_is_not_compared(database: Database) -> None:
    for pair in ((add(database, **ENDED), uuid4()), (uuid4(), add(database, **ENDED))):
        with pytest.raises(RunNotFound):
            compare(database, *pair)
