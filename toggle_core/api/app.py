"""The REST API, to be mounted under ``/api``."""

from collections.abc import Callable
from operator import attrgetter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline

from toggle_core.api import (
    apps,
    deliveries,
    events,
    exports,
    insights,
    lineage,
    metrics,
    pictures,
    problems,
)
from toggle_core.api.authentication import KEY_IN_GUIDE, OWN_TASK, Authenticate, CalledBy
from toggle_core.api.deliveries import webhook_of
from toggle_core.api.dependencies import Opened
from toggle_core.api.events import Streams
from toggle_core.api.filters import Wanted
from toggle_core.api.limits import LimitBody
from toggle_core.api.openapi_responses import BEHIND_KEY, may_answer
from toggle_core.api.rates import LimitRate, address_of
from toggle_core.api.schemas import (
    Health,
    Ready,
    TaskAccepted,
    TaskIn,
    TaskList,
    TaskOut,
    task_listed,
    task_out,
)
from toggle_core.errors import FilesMissing, FilterRefused
from toggle_core.history import reads
from toggle_core.history.changes import ChangeCursor, list_changes
from toggle_core.history.cursor import read_cursor
from toggle_core.history.sorting import Sort
from toggle_core.observing.tracing import about_run, submit_span
from toggle_core.runs import control, submission
from toggle_core.runs.attempts import list_attempts
from toggle_core.runs.download import zipped
from toggle_core.status.readiness import check_readiness
from toggle_core.versions.lineage import run_again

CHANGES_ALONE = "it goes with no filter, order or cursor of a page"

router = APIRouter()
signs = APIRouter()
"""Signs of life, which ask nobody for a key."""


@router.post(
    "/tasks",
    status_code=202,
    summary="Submit a task",
    responses=may_answer(409, 413, 422, 503),
)
def submit_task(
    task: TaskIn,
    request: Request,
    response: Response,
    opened: Opened,
    caller: CalledBy,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="The same key with the same body, deadline aside, returns the same task."
        ),
    ] = None,
) -> TaskAccepted:
    """Accept a task. From this answer on it survives any crash."""
    with submit_span():
        receipt = submission.submit(
            opened.database,
            task.description,
            builder=opened.builder.name,
            intake=opened.intake,
            production=task.production,
            review=task.review,
            priority=task.priority,
            deadline_seconds=task.deadline_seconds,
            idempotency_key=idempotency_key,
            submitted_by=caller.name,
            webhook_url=webhook_of(task, opened.settings),
            promises=task.promises,
        )
        about_run(receipt.task_id)
    path = request.app.url_path_for("get_task", task_id=str(receipt.task_id))
    response.headers["Location"] = request.scope.get("root_path", "") + path
    return TaskAccepted(task_id=receipt.task_id, status=receipt.status)


@router.get(
    "/tasks/{task_id}",
    summary="Read a task",
    responses=may_answer(404, 422, 503),
)
def get_task(task_id: Annotated[UUID, Path()], opened: Opened) -> TaskOut:
    """Everything that is known of a task, at this moment."""
    run = reads.get_run(opened.database, task_id)
    return task_out(run, list_attempts(opened.database, task_id))


@router.get(
    "/tasks/{task_id}/files.zip",
    summary="Download a project",
    response_class=Response,
    responses={
        200: {"content": {"application/zip": {}}, "description": "All files of the project."},
        **may_answer(404, 422, 503),
    },
)
def get_files(task_id: Annotated[UUID, Path()], opened: Opened) -> Response:
    """The project as a zip: plain files with safe relative paths, in a folder named for the task.

    With promises it also has `promises.json` and `check_promises.py`; with pictures, `pictures/`.
    """
    run = reads.get_run(opened.database, task_id)
    if not run.files:
        raise FilesMissing
    headers = {"Content-Disposition": f'attachment; filename="{task_id}.zip"'}
    return Response(zipped(opened.database, run), media_type="application/zip", headers=headers)


@router.post(
    "/tasks/{task_id}/cancel",
    status_code=202,
    dependencies=[OWN_TASK],
    summary="Cancel a task",
    responses=may_answer(404, 409, 422, 503),
)
def cancel_task(task_id: Annotated[UUID, Path()], opened: Opened) -> TaskAccepted:
    """Ask for its end. The status is `cancelled` as soon as that is true, not before.

    Sent again it changes nothing. A task that has completed or failed cannot be cancelled.
    """
    receipt = control.cancel(opened.database, task_id)
    return TaskAccepted(task_id=receipt.task_id, status=receipt.status)


@router.post(
    "/tasks/{task_id}/retry",
    status_code=202,
    dependencies=[OWN_TASK],
    summary="Continue a failed task",
    responses=may_answer(404, 409, 422, 503),
)
def retry_task(task_id: Annotated[UUID, Path()], opened: Opened) -> TaskAccepted:
    """Go on from its last checkpoint; what was made is kept."""
    receipt = control.retry(opened.database, task_id)
    return TaskAccepted(task_id=receipt.task_id, status=receipt.status)


@router.post(
    "/tasks/{task_id}/again",
    status_code=202,
    summary="Run a task again",
    responses=may_answer(404, 409, 422, 503),
)
def run_task_again(
    task_id: Annotated[UUID, Path()],
    opened: Opened,
    caller: CalledBy,
    idempotency_key: Annotated[
        str | None, Header(description="The same key returns the same new task.")
    ] = None,
) -> TaskAccepted:
    """Submit the same task as a new one, from the start."""
    receipt = run_again(
        opened.database,
        task_id,
        builder=opened.builder.name,
        intake=opened.intake,
        idempotency_key=idempotency_key,
        submitted_by=caller.name,
    )
    return TaskAccepted(task_id=receipt.task_id, status=receipt.status)


@router.get(
    "/tasks",
    summary="List tasks",
    responses=may_answer(422, 503),
)
def list_tasks(
    wanted: Wanted,
    opened: Opened,
    limit: Annotated[int, Query(ge=1, le=reads.PAGE_LIMIT)] = 50,
    sort: Annotated[Sort, Query(description="Their order.")] = Sort.NEWEST,
    cursor: Annotated[
        str | None,
        Query(max_length=200, description="`previous` or `next` of a page in the same order."),
    ] = None,
    changed_since: Annotated[
        str | None,
        Query(
            max_length=200,
            description="Only what changed after this cursor, in the order of the changes, without"
            " filters; empty: everything, from the beginning.",
        ),
    ] = None,
) -> TaskList:
    """A page of tasks.

    With `changed_since`: what changed after the cursor, each task once, as it is now, and the ids
    of deleted tasks. Begin with an empty cursor, and go on with that of the answer; an answer
    without tasks and deletions means that there is nothing newer.
    """
    if changed_since is not None:
        if cursor is not None or (wanted, sort) != (reads.EVERYTHING, Sort.NEWEST):
            raise FilterRefused(field="changed_since", reason=CHANGES_ALONE)
        since = ChangeCursor.read(changed_since)
        changes = list_changes(opened.database, since, limit=limit)
        return TaskList(
            tasks=[task_listed(run) for run in changes.runs],
            previous=None,
            next=None,
            deleted=list(changes.deleted),
            changed_since=str(changes.cursor),
        )
    page = reads.list_runs(
        opened.database,
        wanted,
        sort=sort,
        limit=limit,
        cursor=read_cursor(cursor, sort) if cursor else None,
    )
    return TaskList(
        tasks=[task_listed(run) for run in page.runs],
        previous=str(page.previous) if page.previous else None,
        next=str(page.next) if page.next else None,
    )


@signs.get("/health", summary="Is the process alive?", responses=may_answer())
def health() -> Health:
    """Answers as long as the process does."""
    return Health()


@signs.get(
    "/ready",
    summary="Can tasks be accepted and executed?",
    response_model=Ready,
    responses={**may_answer(), 503: {"model": Ready, "description": "Not now."}},
)
def ready(opened: Opened) -> JSONResponse:
    """Asks the database, the queue and the migrations."""
    found = check_readiness(opened.database)
    body = Ready(
        ready=found.all_well,
        database=found.database,
        migrations=found.migrations,
        queue=found.queue,
        sandbox=found.sandbox,
        advice=list(found.advice),
    )
    return JSONResponse(body.model_dump(), status_code=200 if found.all_well else 503)


def create_api() -> FastAPI:
    """The application. Its documentation is served without a request to another host."""
    make: Callable[..., FastAPI] = FastAPIOffline
    app = make(
        redoc_url=None,
        title="Production Toggle",
        summary="Submit tasks, watch them being built, export runs.",
        version="1",
        generate_unique_id_function=attrgetter("name"),
        swagger_ui_parameters={"syntaxHighlight": False},
    )
    app.state.streams = Streams()
    behind_key = (
        router,
        lineage.router,
        apps.router,
        pictures.router,
        events.router,
        deliveries.router,
        exports.router,
        insights.router,
        metrics.router,
    )
    for each in behind_key:
        app.include_router(each, dependencies=[KEY_IN_GUIDE], responses=BEHIND_KEY)
    app.include_router(signs)
    app.add_middleware(LimitBody)
    app.add_middleware(Authenticate)
    app.add_middleware(LimitRate, who=address_of)
    routers = (*behind_key, signs)
    problems.register(app, [route for each in routers for route in each.routes])
    return app
