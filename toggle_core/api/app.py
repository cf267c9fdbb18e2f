"""The REST API, to be mounted under ``/api``."""

import itertools
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi_offline import FastAPIOffline

from toggle_core.api import lineage, problems
from toggle_core.api.answers import may_answer
from toggle_core.api.limits import LimitBody
from toggle_core.api.opened import Opened
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
from toggle_core.errors import FilesMissing
from toggle_core.runs import commands, control, export, reads
from toggle_core.runs.archive import zip_of
from toggle_core.runs.attempts import list_attempts
from toggle_core.runs.cursor import read_cursor
from toggle_core.runs.query import RunFilter
from toggle_core.runs.readiness import check_readiness
from toggle_core.words import Status

router = APIRouter()


def wanted_runs(
    status: Annotated[Status | None, Query(description="Only tasks of this status.")] = None,
    q: Annotated[
        str, Query(max_length=200, description="Words; each begins a word of the task.")
    ] = "",
) -> RunFilter:
    """The filter that lists and exports share."""
    return RunFilter(status=status, search=q)


Wanted = Annotated[RunFilter, Depends(wanted_runs)]


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
    idempotency_key: Annotated[
        str | None,
        Header(description="The same key with the same body returns the same task."),
    ] = None,
) -> TaskAccepted:
    """Accept a task. From this answer on it survives any crash."""
    receipt = commands.submit(
        opened.database,
        task.description,
        builder=opened.builder.name,
        production=task.production,
        review=task.review,
        idempotency_key=idempotency_key,
    )
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
    """The project as a zip: plain files with safe relative paths, nothing else."""
    run = reads.get_run(opened.database, task_id)
    if not run.files:
        raise FilesMissing
    headers = {"Content-Disposition": f'attachment; filename="{task_id}.zip"'}
    return Response(zip_of(run.files), media_type="application/zip", headers=headers)


@router.post(
    "/tasks/{task_id}/cancel",
    status_code=202,
    summary="Cancel a task",
    responses=may_answer(404, 422, 503),
)
def cancel_task(task_id: Annotated[UUID, Path()], opened: Opened) -> TaskAccepted:
    """Ask for its end. The status is `cancelled` as soon as that is true, not before."""
    receipt = control.cancel(opened.database, task_id)
    return TaskAccepted(task_id=receipt.task_id, status=receipt.status)


@router.post(
    "/tasks/{task_id}/retry",
    status_code=202,
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
    idempotency_key: Annotated[
        str | None, Header(description="The same key returns the same new task.")
    ] = None,
) -> TaskAccepted:
    """Submit the same task as a new one, from the start."""
    receipt = control.run_again(
        opened.database,
        task_id,
        builder=opened.builder.name,
        idempotency_key=idempotency_key,
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
    cursor: Annotated[
        str | None, Query(max_length=200, description="`newer` or `older` of another page.")
    ] = None,
) -> TaskList:
    """A page of tasks, newest first."""
    page = reads.list_runs(
        opened.database, wanted, limit=limit, cursor=read_cursor(cursor) if cursor else None
    )
    return TaskList(
        tasks=[task_listed(run) for run in page.runs],
        newer=str(page.newer) if page.newer else None,
        older=str(page.older) if page.older else None,
    )


@router.get(
    "/runs.csv",
    summary="Export runs as CSV",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/csv": {}}, "description": "UTF-8 with BOM, with a header."},
        **may_answer(422, 503),
    },
)
def export_csv(wanted: Wanted, opened: Opened) -> StreamingResponse:
    """All runs of the filter with plan and code, streamed, safe to open in a spreadsheet."""
    chunks: Iterator[bytes] = export.csv_chunks(opened.database, wanted)
    # The first piece is fetched before the answer begins, so that a fault can still be told.
    chunks = itertools.chain((next(chunks),), chunks)
    name = export.file_name(wanted, "csv")
    return StreamingResponse(
        chunks,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/health", summary="Is the process alive?", responses=may_answer())
def health() -> Health:
    """Answers as long as the process does."""
    return Health()


@router.get(
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
    app.include_router(router)
    app.include_router(lineage.router)
    app.add_middleware(LimitBody)
    problems.register(app, [*router.routes, *lineage.router.routes])
    return app
