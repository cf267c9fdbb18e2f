"""Who may call the API: what every request is asked before anything of it is read.

It stands ahead of all routes, so that one that is added is closed until somebody opens it. Cookies
are not looked at: a login of the dashboard opens no route.
"""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from toggle_core.access.caller import Caller
from toggle_core.access.exposure import api_is_open, may_be_open
from toggle_core.access.keys import PREFIX, recognise
from toggle_core.api.dependencies import Opened
from toggle_core.api.problems import on_toggle_error
from toggle_core.api.rates import Buckets
from toggle_core.api.refusal import refuse
from toggle_core.errors import KeyInAddress, KeyMalformed, KeyMissing, ToggleError
from toggle_core.history.reads import get_submitter
from toggle_core.startup import Services, services
from toggle_core.words import Scope

PUBLIC: Final = {"/health", "/ready", "/docs", "/docs/oauth2-redirect", "/openapi.json"}
PUBLIC_FILES: Final = "/static-offline-docs/"
"""Of the guide. It says what the program can do, which everybody may know, and nothing of tasks."""

ASKS_ITSELF: Final = {"/metrics"}
"""Has to answer while the database, and with it all keys, is away: see ``api.metrics``."""

SCOPE_OF: Final = {"GET": Scope.READ, "HEAD": Scope.READ, "POST": Scope.SUBMIT}
"""What a method takes at least; every other takes ``admin``. A route may take more."""

FORBIDDEN: Final = 403
NO_WEBSOCKETS: Final = "The API has no WebSockets."

BEARER: Final = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)
"""RFC 6750, section 2.1."""


class Authenticate:
    """Middleware that lets in who may call, and notes who it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._buckets = Buckets()

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Pass on the request of somebody who may make it."""
        if scope["type"] == "lifespan" or _is_public(scope):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await refuse(FORBIDDEN, NO_WEBSOCKETS, scope, receive, send)
            return
        try:
            caller = await run_in_threadpool(admitted, scope)
            if caller.key:
                self._buckets.take(caller.key.id, services().settings.requests_per_minute)
        except ToggleError as error:
            refusal = await on_toggle_error(Request(scope), error)
            await refusal(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self.app(scope, receive, send)


async def caller_of(request: Request) -> Caller:
    """Who makes a request that was let in. Async: there is nothing to wait for, in any thread."""
    caller: Caller = request.state.caller
    return caller


CalledBy = Annotated[Caller, Depends(caller_of)]
"""Who calls a route."""


def may_change(task_id: UUID, caller: CalledBy, opened: Opened) -> None:
    """A dependency of routes that change a task: it must be the caller's own.

    Raises:
        RunNotFound: there is no such task.
        TaskOfOthers: somebody else has submitted it.
    """
    if not caller.may_change_everything:
        caller.check_change(get_submitter(opened.database, task_id))


OWN_TASK: Final = Depends(may_change)

KEY_IN_GUIDE: Final = Security(
    HTTPBearer(
        scheme_name="key",
        description=f"A key of the API, which begins with {PREFIX}. An open API needs none.",
        auto_error=False,
    )
)
"""Lets the guide know about keys; it refuses nobody."""


def _is_public(scope: Connection) -> bool:
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return path in PUBLIC | ASKS_ITSELF or path.startswith(PUBLIC_FILES)


def admitted(scope: Connection) -> Caller:
    """Who makes a request.

    Args:
        scope: of the request.

    Raises:
        KeyRefused: nobody who may call.
        ScopeTooSmall: their key is for less.
        DatabaseAway: this cannot be told.
    """
    opened = services()
    given = Headers(scope=scope).getlist("authorization")
    key = BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if key is None:
        if _is_open(opened, scope):
            return Caller()
        if given:
            raise KeyMalformed
        raise KeyInAddress if PREFIX.encode() in scope["query_string"] else KeyMissing
    caller = Caller(recognise(opened.database, key[1]))
    caller.check_scope(SCOPE_OF.get(scope["method"], Scope.ADMIN))
    return caller


def _is_open(opened: Services, scope: Connection) -> bool:
    """Whether who calls need not be known, at the address where the request arrived.

    The start has looked at the addresses it knew of; a server that was started in another way may
    listen on more.
    """
    here = (scope.get("server") or ("", 0))[0]
    return may_be_open(opened.settings, here) and api_is_open(opened.settings, opened.database)
