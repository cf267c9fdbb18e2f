"""The events of a task as they happen: Server-Sent Events.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Final
from uuid import UUID

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field

from toggle_core.api.dependencies import Opened
from toggle_core.api.event_schemas import EndOut, EventOut
from toggle_core.api.openapi_responses import may_answer
from toggle_core.errors import DatabaseAway, RunNotFound, StreamsBusy
from toggle_core.events.feed import Feed, Follower
from toggle_core.events.following import Following, read_following
from toggle_core.store.database import Database

HEARTBEAT_SECONDS: Final = 15.0
"""Of silence: the HTML standard's advice, because proxies close what is silent for long."""

RECONNECT_MILLISECONDS: Final = 2_000
READERS: Final = 4
"""Reads at the same time: however many follow, other requests find threads and connections."""

LARGEST_ID: Final = 2**63 - 1

HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second tells nginx to pass on each event at once."""

EXAMPLE: Final = (
    'event: stage\ndata: {"id":41,"at":"2026-11-22T12:00:00Z","kind":"stage","stage":"coding",'
    '"detail":{}}\nid: 41\n\nevent: end\ndata: {"task_id":"019aab42-6f3a-7b1e-9c4d-2a5f8e7b6c1d",'
    '"status":"completed","verdict":"draft"}\n\n'
)


ITEM: Final = {
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "description": "Milliseconds before connecting again."},
    },
}
"""What one event is made of (OpenAPI 3.2, 4.14.3)."""


class Streams:
    """The streams of this process that are open.

    Attributes:
        feed: tells them that something happened.
        open: how many there are.
        readers: bounds their reads.
    """

    def __init__(self) -> None:
        self.feed = Feed()
        self.open = 0
        self.readers = CapacityLimiter(READERS)

    async def read(self, database: Database, run_id: UUID, after: int) -> Following:
        """Read on, in a thread."""
        read = partial(read_following, database, run_id, after)
        return await anyio.to_thread.run_sync(read, limiter=self.readers)


EventId = Annotated[int | None, Field(ge=0, le=LARGEST_ID)]


async def followed(
    task_id: Annotated[UUID, Path()],
    request: Request,
    opened: Opened,
    header: Annotated[
        EventId,
        Header(
            alias="Last-Event-ID",
            description="Id of the newest event that is known already. Browsers send it by"
            " themselves when they connect again.",
        ),
    ] = None,
    parameter: Annotated[
        EventId,
        Query(alias="last_event_id", description="The same, for the first connection."),
    ] = None,
) -> AsyncIterator[Follower]:
    """Follow a task until the answer is complete or its reader gone.

    Raises:
        StreamsBusy: as many streams are open as may be.
    """
    streams: Streams = request.app.state.streams
    if streams.open >= opened.settings.max_streams:
        raise StreamsBusy
    streams.open += 1
    known = parameter if header is None else header
    try:
        with streams.feed.following(opened.database, task_id, known or 0) as follower:
            yield follower
    finally:
        streams.open -= 1


router = APIRouter()


@router.get(
    "/tasks/{task_id}/events",
    summary="Follow a task",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"itemSchema": ITEM, "example": EXAMPLE}},
            "description": "Events until the task has ended: `stage`, `continued`, `gate`, `error`"
            " and `text` with an `EventOut` as their data, and then `end` with an `EndOut`.",
        },
        204: {"description": "All was told up to `Last-Event-ID`. Browsers do not connect again."},
        **may_answer(404, 422, 503),
    },
)
async def follow_task(
    task_id: Annotated[UUID, Path()],
    request: Request,
    opened: Opened,
    follower: Annotated[Follower, Depends(followed)],
) -> Response:
    """Server-Sent Events: all that has happened to a task, and what happens from now on.

    `text` is the end of a model's answer while it grows: at most 4,000 characters, at most once a
    second, and only the newest is kept.
    """
    streams: Streams = request.app.state.streams
    known = follower.position
    first = await streams.read(opened.database, task_id, known)
    if known and first.ended and not first.events:
        return Response(status_code=204)
    told = _told(streams, opened.database, task_id, follower, first)
    return StreamingResponse(told, media_type="text/event-stream", headers=HEADERS)


async def _told(
    streams: Streams, database: Database, task_id: UUID, follower: Follower, page: Following
) -> AsyncIterator[bytes]:
    """The stream. What its reader does not take yet is not read from the database either."""
    yield format_sse_event(retry=RECONNECT_MILLISECONDS)
    while not follower.dismissed:
        for event in page.events:
            follower.position = event.id
            data = EventOut.model_validate(event, from_attributes=True)
            yield format_sse_event(
                event=event.kind, data_str=data.model_dump_json(), id=str(event.id)
            )
        if page.ended:
            end = EndOut(task_id=task_id, status=page.status, verdict=page.verdict)
            yield format_sse_event(event="end", data_str=end.model_dump_json())
            return
        while not page.more and not await follower.wait(HEARTBEAT_SECONDS):
            yield format_sse_event(comment="")
        try:
            page = await streams.read(database, task_id, follower.position)
        except DatabaseAway:
            page = Following((), page.status, page.verdict, more=False)
        except RunNotFound:  # it was deleted
            return
