"""Which transition is written with a checkpoint."""

from uuid import uuid4

import pytest

from toggle_core.errors import TransitionRefused
from toggle_core.runs.checkpoint_guard import PUTS, CheckpointGuard
from toggle_core.runs.lifecycle import ADVANCE, COMPLETE
from toggle_core.store.lease_guard import Lease, put_by_lease
from toggle_core.words import Stage

LEASE = Lease(uuid4(), 3)
LEASE_ONLY = put_by_lease(LEASE)
CODING = {"stage": "coding", "attempt": 1, "tokens_in": 7, "tokens_out": 8}
END = {"stage": "done", "verdict": "draft", "tokens_in": 7}


def guard_at(stage: Stage, cancels: list[str] | None = None) -> CheckpointGuard:
    """A guard of a run whose stage is recorded, which notes that it was cancelled."""
    noted = [] if cancels is None else cancels
    return CheckpointGuard(LEASE, stage, lambda: noted.append("cancel"))


@pytest.mark.parametrize("stage", ["planning", "reviewing"])
def test_stage_is_not_recorded_when_recorded_already_or_elsewhere(stage: str) -> None:
    assert guard_at(Stage.PLANNING).put({"stage": stage}) == LEASE_ONLY


def test_next_stage_is_recorded_once_with_what_was_used() -> None:
    guard = guard_at(Stage.PLANNING)
    guarded = guard.put(CODING)
    assert guarded.statement == PUTS[Stage.CODING]
    assert guarded.statement.startswith(ADVANCE[Stage.CODING].change)
    assert CODING.items() <= guarded.values.items()
    guard.written(CODING, cancel_asked=False)
    assert guard.put(CODING) == LEASE_ONLY


@pytest.mark.parametrize(
    ("promises", "kind"),
    [
        ('{"interface": {"kind": "web"}}', "web"),
        ('{"interface": {"kind": "boat"}}', None),
        ("{}", None),
        ("", None),
    ],
)
def test_kind_of_program_is_recorded_once_it_is_promised(promises: str, kind: str | None) -> None:
    for stage, channels in ((Stage.PLANNING, CODING), (Stage.RESPONDING, END)):
        guarded = guard_at(stage).put(channels | {"promises": promises})
        assert guarded.values["kind"] == kind


def test_last_checkpoint_completes_the_run_once() -> None:
    guard = guard_at(Stage.RESPONDING)
    guarded = guard.put(END)
    assert guarded.statement.startswith(COMPLETE.change)
    assert guarded.values["verdict"] == "draft"
    assert not guard.completed, "it is not written yet"
    guard.written(END, cancel_asked=False)
    assert guard.completed
    assert guard.put(END) == LEASE_ONLY


@pytest.mark.parametrize(
    ("before", "after"),
    [("planning", "done"), ("planning", "checking"), ("coding", "planning"), ("coding", "queued")],
)
def test_stage_that_cannot_follow_is_refused(before: str, after: str) -> None:
    with pytest.raises(TransitionRefused, match=before):
        guard_at(Stage(before)).put({**END, "stage": after})


def test_run_that_resumes_after_its_last_checkpoint_is_not_completed_by_it() -> None:
    guard = guard_at(Stage.DONE)
    guard.written(END, cancel_asked=False)
    assert not guard.completed


def test_cancellation_is_noticed_at_every_checkpoint_but_the_last() -> None:
    cancels: list[str] = []
    guard = guard_at(Stage.RESPONDING, cancels)
    guard.written({"stage": "responding"}, cancel_asked=True)
    assert cancels == ["cancel"]
    guard.written(END, cancel_asked=True)
    assert cancels == ["cancel"], "it is too late"
