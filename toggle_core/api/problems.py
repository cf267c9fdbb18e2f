"""Errors in the API's words: a sentence, and the field that is wrong."""

import html
import logging
from collections.abc import Sequence
from functools import partial
from typing import Final
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from toggle_core import errors
from toggle_core.api.schemas import Problem

logger = logging.getLogger(__name__)

STATUS_OF: Final[dict[type[errors.ToggleError], int]] = {
    errors.KeyRefused: 401,
    errors.ScopeTooSmall: 403,
    errors.TaskOfOthers: 403,
    errors.TaskRefused: 422,
    errors.CursorRefused: 422,
    errors.ChangeCursorRefused: 422,
    errors.FilterRefused: 422,
    errors.RunNotFound: 404,
    errors.FilesMissing: 404,
    errors.PictureNotFound: 404,
    errors.CheckpointNotFound: 404,
    errors.IdempotencyConflict: 409,
    errors.NotCancellable: 409,
    errors.NotRetryable: 409,
    errors.NotReviewing: 409,
    errors.NotContinuable: 409,
    errors.ContinuationRefused: 409,
    errors.NothingFollows: 409,
    errors.AppsOff: 409,
    errors.AppsElsewhere: 409,
    errors.NothingToOpen: 409,
    errors.QueueFull: 429,
    errors.TooManyRequests: 429,
    errors.ExportsBusy: 429,
    errors.StreamsBusy: 429,
    errors.DatabaseAway: 503,
    errors.InsightsPending: 503,
}

SOON: Final = 5
"""Seconds in which a database that is away may be back."""

BODY_LIMIT: Final = 64 * 1024
"""Bytes of a request's body."""

A_JSON_OBJECT: Final = "a JSON object is needed, sent with Content-Type: application/json"

PLAIN: Final = {
    "extra_forbidden": "this field is not known",
    "missing": "this is missing",
    "model_attributes_type": A_JSON_OBJECT,
    "dict_type": A_JSON_OBJECT,
    "string_type": "a text is needed",
    "string_unicode": "it holds characters that are not text",
    "bool_type": "true or false is needed",
}
"""Sentences for the commonest of Pydantic's errors."""

NO_JSON: Final = "The body is not valid JSON."
TOO_LARGE: Final = f"The request is too large; at most {BODY_LIMIT // 1024} KB are accepted."
PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" '
    'content="light dark"><meta name="viewport" content="width=device-width">'
    "<title>Production Toggle</title><p>{sentence}</p></html>"
)
"""What a person sees who followed a link and gets no file."""

MALFORMED_ID: Final = "This is no task id: ids look like 0199d2c8-6f3a-7b1e-9c4d-2a5f8e7b6c1d."


def answer(
    status: int, detail: str, field: str | None = None, *, retry_after: int | None = None
) -> JSONResponse:
    """A problem as a response.

    Args:
        status: of the answer.
        detail: a sentence for people.
        field: what in the request was wrong.
        retry_after: seconds after which it is worth another try.
    """
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    content = Problem(detail=detail, field=field).model_dump()
    return JSONResponse(content, status_code=status, headers=headers)


def answer_of(error: Exception) -> JSONResponse:
    """An error of ours as a response: its sentence is made for people."""
    status = next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 500)
    away = SOON if status == STATUS_OF[errors.DatabaseAway] else None
    retry_after = getattr(error, "retry_after", away)
    found = answer(status, str(error), getattr(error, "field", None), retry_after=retry_after)
    if challenge := getattr(error, "challenge", None):
        found.headers["WWW-Authenticate"] = challenge
    return found


async def on_toggle_error(request: Request, error: Exception) -> Response:
    """One of ours. A browser that followed a link gets it as a page."""
    found = answer_of(error)
    if "text/html" not in request.headers.get("accept", ""):
        return found
    page = HTMLResponse(PAGE.format(sentence=html.escape(str(error))), found.status_code)
    for name in ("Retry-After", "WWW-Authenticate"):
        if value := found.headers.get(name):
            page.headers[name] = value
    return page


async def on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    """A request that does not fit the schema. What was sent is never repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    if place[:2] == ["path", "task_id"]:
        return answer(422, MALFORMED_ID, "task_id")
    if first["type"] == "json_invalid":
        return answer(422, NO_JSON, "body")
    field = ".".join(place[1:]) or "body"
    return answer(422, f"{field}: {PLAIN.get(first['type'], first['msg'])}.", field)


async def on_http_error(
    request: Request, error: Exception, *, routes: Sequence[BaseRoute]
) -> JSONResponse:
    """Unknown addresses and methods, and bodies that could not be read."""
    if not isinstance(error, HTTPException):
        raise error
    match error.status_code:
        case 400:  # FastAPI's answer to what is not even text
            return answer(422, NO_JSON, "body")
        case 405:
            refusal = answer(405, "Method Not Allowed.")
            refusal.headers["Allow"] = ", ".join(_methods(request, routes))
            return refusal
        case 413:
            return too_large()
    return answer(error.status_code, f"{error.detail}.")


def too_large() -> JSONResponse:
    """The answer to a body that weighs too much."""
    return answer(413, TOO_LARGE, "body")


def _methods(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """The methods that the address of a request does allow."""
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted(
        {name for route in here if isinstance(route, Route) for name in route.methods or ()}
    )


async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Whatever else: a sentence with a reference that is also in the log."""
    reference = getattr(request.state, "request_id", None) or uuid4().hex[:8]
    logger.error("unexpected error, reference %s", reference, exc_info=error)
    return answer(500, f"Something went wrong on our side. Reference: {reference}.")


def register(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Turn every error of the app into words.

    Args:
        app: whose errors.
        routes: of the app, to tell which methods an address allows.
    """
    app.add_exception_handler(errors.ToggleError, on_toggle_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, partial(on_http_error, routes=routes))
    app.add_exception_handler(Exception, on_unexpected)
