"""What a run's checkpoints tell beside themselves, and when."""

from uuid import uuid4

import pytest

from toggle_core.runs.progress import Lease
from toggle_core.runs.steps import ADVANCE_AND_PUT, COMPLETE_AND_PUT, Steps
from toggle_core.store.holding import held_by_lease
from toggle_core.words import Stage

LEASE = Lease(uuid4(), 3)
HELD_ONLY = held_by_lease(LEASE.run_id, LEASE.number)
END = {"stage": "done", "verdict": "draft", "tokens_in": 7}


@pytest.fixture
def asked() -> list[str]:
    """Notes that a run was asked to end."""
    return []


@pytest.fixture
def steps(asked: list[str]) -> Steps:
    """The steps of a run whose planning was told."""
    return Steps(LEASE, Stage.PLANNING, lambda: asked.append("cancel"))


@pytest.mark.parametrize("stage", ["planning", "reviewing"])
def test_a_stage_that_is_told_already_or_elsewhere_is_not_told(steps: Steps, stage: str) -> None:
    assert steps.holding({"stage": stage}) == HELD_ONLY


def test_the_next_stage_is_told_once_with_what_was_used(steps: Steps) -> None:
    channels = {"stage": "coding", "attempt": 1, "tokens_in": 7, "tokens_out": 8}
    holding = steps.holding(channels)
    assert holding.statement == ADVANCE_AND_PUT
    assert channels.items() <= holding.values.items()
    steps.written(channels, cancel_asked=False)
    assert steps.holding(channels) == HELD_ONLY


def test_the_last_checkpoint_ends_the_run_once(steps: Steps) -> None:
    holding = steps.holding(END)
    assert holding.statement == COMPLETE_AND_PUT
    assert holding.values["verdict"] == "draft"
    assert not steps.completed, "it is not written yet"
    steps.written(END, cancel_asked=False)
    assert steps.completed
    assert steps.holding(END) == HELD_ONLY


def test_a_run_that_begins_after_its_last_checkpoint_is_not_ended_by_it() -> None:
    steps = Steps(LEASE, Stage.DONE, lambda: None)
    steps.written(END, cancel_asked=False)
    assert not steps.completed


def test_who_asks_for_the_end_is_heard_with_each_checkpoint_but_the_last(
    steps: Steps, asked: list[str]
) -> None:
    steps.written({"stage": "coding"}, cancel_asked=True)
    assert asked == ["cancel"]
    steps.written(END, cancel_asked=True)
    assert asked == ["cancel"], "it is too late"
