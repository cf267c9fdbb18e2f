"""What the events of a task say."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from toggle_core.words import EventKind, Stage, Status, Verdict


class EventOut(BaseModel):
    """Something that happened to a task: the data of each event but the last."""

    id: int = Field(description="Greater than those of all earlier events of the task.")
    at: datetime
    kind: EventKind
    stage: Stage = Field(description="Where the task was then.")
    detail: dict[str, Any] = Field(description="Facts, such as the gate and its outcome.")


class EndOut(BaseModel):
    """How the task has ended: the data of the event `end`, the last one."""

    task_id: UUID
    status: Status
    verdict: Verdict | None
