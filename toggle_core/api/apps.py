"""Routes that open the app of a task, look at it and let it sleep."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from toggle_core.api.authentication import OWN_TASK, CalledBy
from toggle_core.api.dependencies import Opened
from toggle_core.api.openapi_responses import may_answer
from toggle_core.apps.opening import open_app, serving_service
from toggle_core.apps.remote import RemoteApps
from toggle_core.apps.service import AppService
from toggle_core.apps.stored import stored_of
from toggle_core.history.reads import get_submitter
from toggle_core.store.database import Database

router = APIRouter()

TaskId = Annotated[UUID, Path()]


class AppOpened(BaseModel):
    """Where an app can be opened."""

    address: str = Field(description="Opens the app in a browser, once.")
    expires_at: datetime = Field(description="Until when the address can be used.")


class AppOut(BaseModel):
    """An app as it stands."""

    state: Literal["running", "sleeping", "ended"] = Field(
        description="`sleeping`: it wakes when it is used. `ended`: by itself; opening starts it."
    )
    detail: str = Field(
        description="How it ended or why it sleeps, in a sentence; empty otherwise."
    )
    printed: str = Field(description="What the program printed last, if it ended.")
    stored_bytes: int = Field(description="What is kept of its data, packed.")
    too_large: bool = Field(description="Whether it has more data than are kept.")


@router.post(
    "/tasks/{task_id}/app",
    dependencies=[OWN_TASK],
    summary="Open the app of a task",
    responses=may_answer(404, 409, 422, 503),
)
def open_the_app(task_id: TaskId, opened: Opened, caller: CalledBy) -> AppOpened:
    """Make an address that opens the task's program in a browser, once and within a minute.

    A command-line program gets a terminal. The program starts when the address is opened. `409`:
    there is nothing to open, or not here.
    """
    found = open_app(opened.database, task_id, caller.name)
    return AppOpened(address=found.address, expires_at=found.expires_at)


@router.get(
    "/tasks/{task_id}/app",
    summary="State of the app of a task",
    responses=may_answer(404, 409, 422, 503),
)
def get_the_app(task_id: TaskId, opened: Opened) -> AppOut:
    """Whether the task's app is running, and what is kept of its data."""
    service = serving_service()
    get_submitter(opened.database, task_id)
    return _app_out(service, opened.database, task_id)


@router.delete(
    "/tasks/{task_id}/app",
    summary="Let the app of a task sleep",
    responses=may_answer(404, 409, 422, 503),
)
def stop_the_app(task_id: TaskId, opened: Opened, caller: CalledBy) -> AppOut:
    """Stop the task's app now. What it has stored is kept; it wakes when it is used."""
    service = serving_service()
    get_submitter(opened.database, task_id)
    service.stop_app(task_id, caller.name)
    return _app_out(service, opened.database, task_id)


def _app_out(service: AppService | RemoteApps, database: Database, task_id: UUID) -> AppOut:
    state = service.state_of(task_id)
    kept = stored_of(database, task_id)
    return AppOut(
        state="running" if state.running else "ended" if state.sentence else "sleeping",
        detail=state.sentence or state.asleep,
        printed=state.words,
        stored_bytes=kept.size,
        too_large=kept.too_large,
    )
