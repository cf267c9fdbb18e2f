"""The address ``/open/<run>``: leads a person to the app of a run, with a ticket."""

import re
from typing import Final
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from toggle_core.apps.opening import open_app, serving_service
from toggle_core.errors import RunNotFound, ToggleError
from toggle_core.login import login_of
from toggle_core.startup import services
from toggle_core.ui.door import person_of
from toggle_core.ui.unknown_page import plain_page

OPEN: Final = "/open/"

FROM_HERE: Final = frozenset({"same-origin", "none"})
"""Values of ``Sec-Fetch-Site`` for a page of ours, and for an address that a person typed."""

PRIVATE: Final = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
ELSEWHERE: Final = (
    "Apps run on the machine of this dashboard and can be opened there. To use them from another "
    "device, whoever runs the dashboard sets TOGGLE_APPS_URL (docs/operations.md)."
)
ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")
"""An origin that can stand in a content security policy."""

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def open_routes() -> list[Route]:
    """The address, to be served beside the pages."""
    return [Route(f"{OPEN}{{run_id:uuid}}", _open)]


async def _open(request: Request) -> Response:
    """Lead to the app. A page of another site leads to the run's page instead."""
    run_id: UUID = request.path_params["run_id"]
    if request.headers.get("sec-fetch-site", "none") not in FROM_HERE:
        return RedirectResponse(f"/run?id={run_id}", 303, headers=PRIVATE)
    login = login_of(services().settings)
    person = None if login is None else person_of(login, request)
    try:
        if serving_service().hosts.is_local and not _is_here(request):
            return _refused(ELSEWHERE, run_id, 409)
        database = services().database
        is_log = "log" in request.query_params
        opening = await run_in_threadpool(
            open_app, database, run_id, person, _frame(request), log=is_log
        )
    except RunNotFound as error:
        return _refused(str(error), run_id, 404)
    except ToggleError as error:
        return _refused(str(error), run_id, 409)
    return RedirectResponse(opening.address, 303, headers=PRIVATE)


def _frame(request: Request) -> str:
    """Origin of the dashboard, where one of its pages loads the app into a frame."""
    origin = f"{request.url.scheme}://{request.url.netloc}"
    is_frame = request.headers.get("sec-fetch-dest") == "iframe"
    return origin if is_frame and ORIGIN.fullmatch(origin) else ""


def _is_here(request: Request) -> bool:
    """Whether the browser calls this machine by a name that only its own browsers know."""
    name = request.url.hostname or ""
    return name in LOCAL or name.endswith(".localhost")


def _refused(sentence: str, run_id: UUID, status: int) -> Response:
    page = plain_page("Not opened", sentence, f"/run?id={run_id}", "Back to the run")
    return HTMLResponse(page, status, headers=PRIVATE)
