"""What goes in and comes out where a person judges a plan, or lets a run come of another."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from toggle_core.history.checkpoints import PREVIEW_LENGTH, Step
from toggle_core.words import ERROR_LIMIT, PLAN_LIMIT, TASK_LIMIT


class PlanDecision(BaseModel):
    """A person's word on a plan."""

    model_config = ConfigDict(extra="forbid", strict=True)

    decision: Literal["approve", "reject"] = Field(description="What becomes of the plan.")
    plan: str | None = Field(
        None,
        description=f"The plan as it was edited, 1 to {PLAN_LIMIT:,} characters; null: as it is."
        " With `approve` only.",
    )
    promises: dict[str, Any] | None = Field(
        None,
        description="The promises as they were edited; null: as they are. A sentence without steps"
        " is left for a person to try. With `approve` only.",
    )
    reason: str = Field(
        "", description=f"Why it is rejected, up to {ERROR_LIMIT:,} characters. Kept in the events."
    )


class ContinueIn(BaseModel):
    """A wish to change what a task has made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    description: str = Field(
        description=f"What should change, 1 to {TASK_LIMIT:,} characters.",
        examples=["Show the sum in bold"],
    )
    production: bool | None = Field(None, description="null: as for the task it continues.")
    review: bool = Field(False, description="On: the plan waits for a yes before code is written.")


class ForkIn(BaseModel):
    """Where to start again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    checkpoint_id: str = Field(max_length=100, description="Of a step of the task's timeline.")
    plan: str | None = Field(
        None,
        description=f"The plan as it was edited, 1 to {PLAN_LIMIT:,} characters; null: as it was."
        " With one, the code is written anew, whatever the step.",
    )


class ChangeOut(BaseModel):
    """A value of the graph's state that a step changed."""

    channel: str = Field(examples=["plan"])
    preview: str = Field(description=f"Its first {PREVIEW_LENGTH} characters.")
    length: int = Field(description="Characters of all of it.")


class StepOut(BaseModel):
    """A checkpoint."""

    checkpoint_id: str = Field(description="What a fork asks for.")
    number: int = Field(
        description="0 is the arrival of the task; runs of earlier versions have -1 before it."
    )
    at: datetime
    node: str | None = Field(description="That wrote it; null before all nodes.")
    follows: str | None = Field(description="The node that comes next; null at the end.")
    forked: bool = Field(description="Whether it was taken over from another task.")
    changes: list[ChangeOut]


class TimelineOut(BaseModel):
    """All checkpoints of a task, oldest first."""

    steps: list[StepOut]


def timeline_out(steps: Sequence[Step]) -> TimelineOut:
    """A timeline in the API's words."""
    return TimelineOut(steps=[StepOut(**asdict(step)) for step in steps])
