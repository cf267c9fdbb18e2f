"""The webhook of a task, and what became of its deliveries."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from toggle_core.api.dependencies import Opened
from toggle_core.api.openapi_responses import may_answer
from toggle_core.api.schemas import TaskIn
from toggle_core.deliveries.event_types import EVENTS
from toggle_core.history.reads import get_run
from toggle_core.runs.webhooks import check_webhook, list_deliveries
from toggle_core.settings import Settings
from toggle_core.words import DeliveryState


class DeliveryOut(BaseModel):
    """An event of a task that was delivered to a webhook, or is to be."""

    id: UUID = Field(description="The header `webhook-id` of each attempt.")
    url: str | None = Field(description="Of the task's own webhook; null: that of all tasks.")
    event_type: str = Field(
        description="What happened.", examples=list(EVENTS), json_schema_extra={"enum": [*EVENTS]}
    )
    state: DeliveryState
    attempts: int = Field(description="How often it was tried.")
    answer_code: int | None = Field(description="Status of the newest answer; null: none came.")
    error: str | None = Field(description="Why the newest attempt failed, in a sentence.")
    created_at: datetime = Field(description="When it happened.")
    last_attempt_at: datetime | None
    next_attempt_at: datetime | None = Field(description="null: there will be none.")


class DeliveryList(BaseModel):
    """All deliveries of a task, the first first."""

    deliveries: list[DeliveryOut]


router = APIRouter()


@router.get(
    "/tasks/{task_id}/deliveries",
    summary="Read what webhooks were told",
    responses=may_answer(404, 422, 503),
)
def get_deliveries(task_id: Annotated[UUID, Path()], opened: Opened) -> DeliveryList:
    """One delivery for each webhook and each event: a task that is retried ends again."""
    get_run(opened.database, task_id)
    found = list_deliveries(opened.database, task_id)
    return DeliveryList(
        deliveries=[DeliveryOut.model_validate(each, from_attributes=True) for each in found]
    )


def webhook_of(task: TaskIn, settings: Settings) -> str | None:
    """The webhook that comes with a task, checked.

    Raises:
        WebhookRefused: it cannot be accepted; the sentence says why.
    """
    if task.webhook_url is None:
        return None
    return check_webhook(
        task.webhook_url,
        signed=settings.webhook_secret is not None,
        allow_private=settings.webhook_allow_private,
    )
