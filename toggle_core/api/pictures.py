"""Routes for the pictures of a task's program, as a browser showed it during the checks."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from toggle_core.api.dependencies import Opened
from toggle_core.api.openapi_responses import may_answer
from toggle_core.history.reads import get_submitter
from toggle_core.runs.pictures import PictureInfo, get_picture, list_pictures

router = APIRouter()

PNG: Final = "image/png"

FOR_A_YEAR: Final = "private, max-age=31536000, immutable"
"""An address has the hash of its picture, so what is there never changes (RFC 8246)."""


class PictureOut(BaseModel):
    """A picture of a page."""

    promise: str | None = Field(
        description="Id of the promise at whose end it was taken; null for the front page."
    )
    path: str = Field(description="Of the page, such as `/items?sort=name`.")
    width: int = Field(description="Of the window: 1280, a computer's, or 390, a phone's.")
    height: int = Field(description="Of the picture, in pixels.")
    attempt: int = Field(description="Number of the attempt whose program it shows.")
    bytes: int = Field(description="Size of its PNG file.")
    url: str = Field(description="Path of its PNG file on this server.")


class PictureList(BaseModel):
    """The pictures of a task."""

    pictures: list[PictureOut] = Field(description="The front page first, then promises.")


@router.get(
    "/tasks/{task_id}/pictures",
    summary="List pictures of a task's program",
    responses=may_answer(404, 422, 503),
)
def list_task_pictures(
    task_id: Annotated[UUID, Path()], request: Request, opened: Opened
) -> PictureList:
    """Pages of a web program as Chromium showed them during the checks.

    The list is empty for programs without pages, for drafts, where the worker has no browser, and
    once retention has deleted the pictures.
    """
    get_submitter(opened.database, task_id)

    def out(picture: PictureInfo) -> PictureOut:
        place = request.app.url_path_for("get_task_picture", task_id=task_id, name=picture.name)
        return PictureOut(
            promise=picture.promise or None,
            path=picture.path,
            width=picture.width,
            height=picture.height,
            attempt=picture.attempt,
            bytes=picture.size,
            url=request.scope.get("root_path", "") + place,
        )

    return PictureList(pictures=list(map(out, list_pictures(opened.database, task_id))))


@router.get(
    "/tasks/{task_id}/pictures/{name}.png",
    summary="Get a picture of a task's program",
    response_class=Response,
    responses={
        200: {"content": {PNG: {}}, "description": "A PNG file."},
        **may_answer(404, 422, 503),
    },
)
def get_task_picture(
    task_id: Annotated[UUID, Path()],
    name: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    opened: Opened,
) -> Response:
    """The PNG file, at the address that the list of pictures gives."""
    content = get_picture(opened.database, task_id, name)
    return Response(content, media_type=PNG, headers={"Cache-Control": FOR_A_YEAR})
