"""What of the dashboard is reached by plain HTTP, and so has to ask for the login by itself.

Pages ask in their script. Files do not run one, and Streamlit's two addresses of the login itself
answer a failure with a bare line or with nothing at all.
"""

import json
import logging
import time
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from toggle_core.login import CALLBACK, Login

LOGIN_PATH: Final = "/auth/login"
GUARDED: Final = ("/media/", "/download/", "/_stcore/metrics", "/_stcore/upload_file/", "/open/")
"""Addresses of Streamlit and of ours that give out or take what belongs to the product."""

WANTED: Final = "toggle_wanted"
"""Cookie with the page that was asked for before the login, for the ten minutes it may take."""

WANTED_SECONDS: Final = 600
LOGIN_LOG: Final = "streamlit.web.server.starlette.starlette_auth_routes"

NOT_LOGGED_IN: Final = "Please log in first: open this address without what follows the host.\n"


class Door:
    """Middleware: guards files, and leads back from the login with a word about what came of it.

    Args:
        app: the dashboard.
        login: whom to let in.
    """

    def __init__(self, app: ASGIApp, login: Login) -> None:
        self.app = app
        self.login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        path = request.url.path
        if path.startswith(GUARDED) and not self._admits(request):
            await PlainTextResponse(NOT_LOGGED_IN, 401)(scope, receive, send)
            return
        if path == LOGIN_PATH and not self._is_at_home(request):
            there = f"{self.login.origin}{LOGIN_PATH}?{request.url.query}"
            await RedirectResponse(there)(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                if path == LOGIN_PATH:
                    self._sent_off(request, message)
                elif path == CALLBACK:
                    self._back(request, message)
                headers = MutableHeaders(scope=message)
                self._secure(headers)
                if path.startswith(GUARDED):
                    headers.setdefault("cache-control", "private, no-store")
            await send(message)

        await self.app(scope, receive, answer)

    def _admits(self, request: Request) -> bool:
        return person_of(self.login, request) is not None

    def _is_at_home(self, request: Request) -> bool:
        """Whether the browser calls the app as the provider will; cookies go by that name."""
        return request.url.hostname == urlsplit(self.login.origin).hostname

    def _sent_off(self, request: Request, message: Message) -> None:
        """Remember where the person was; a fault of the provider leads back to the login page."""
        headers = MutableHeaders(scope=message)
        if message["status"] >= 400:  # noqa: PLR2004  the errors of HTTP
            message["status"] = 303
            headers["location"] = "/?login=unreachable"
            return
        referrer = request.headers.get("referer", "")
        if referrer.startswith(f"{self.login.origin}/"):
            here = urlsplit(referrer)
            query = f"?{here.query}" if here.query and "login=" not in here.query else ""
            wanted = quote(here.path + query)
            headers.append(
                "set-cookie",
                f"{WANTED}={wanted}; Path={CALLBACK}; Max-Age={WANTED_SECONDS}; HttpOnly; "
                "SameSite=lax",
            )

    def _back(self, request: Request, message: Message) -> None:
        """Lead to the page that was wanted, or say why there is no login."""
        headers = MutableHeaders(scope=message)
        asked = request.query_params
        if _logs_in(headers):
            wanted = unquote(request.cookies.get(WANTED, ""))
            headers["location"] = wanted if _is_path(wanted) else "/"
            headers.append("set-cookie", f"{WANTED}=; Path={CALLBACK}; Max-Age=0")
        elif asked.get("error") == "access_denied":
            headers["location"] = "/?login=declined"
        elif asked:  # without any parameter it is the way back from a logout
            headers["location"] = "/?login=unfinished"

    def _secure(self, headers: MutableHeaders) -> None:
        """Keep the cookies off unencrypted connections, where the dashboard has encrypted ones."""
        if not self.login.origin.startswith("https://"):
            return
        cookies = headers.getlist("set-cookie")
        del headers["set-cookie"]
        for cookie in cookies:
            marked = cookie if "; secure" in cookie.lower() else f"{cookie}; Secure"
            headers.append("set-cookie", marked)


def person_of(login: Login, request: Request) -> str | None:
    """Who sends a request, by the login's cookie; None for somebody who is not let in.

    Args:
        login: whom to let in.
        request: of a browser.
    """
    secret = login.cookie_secret.get_secret_value()

    def signed(name: str) -> bytes | None:
        value = request.cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value)

    text = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    claims = json.loads(text) if text else {}
    if claims.get("origin") != login.origin:
        return None
    return login.person(claims, now=time.time())


def tell_faults_in_one_line() -> None:
    """Let Streamlit's log of a failed login be a sentence, not a traceback."""
    logging.getLogger(LOGIN_LOG).addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[1]:
        error = record.exc_info[1]
        record.msg, record.args = f"{record.getMessage()} {type(error).__name__}: {error}", ()
        record.exc_info = None
    return True


def _logs_in(headers: MutableHeaders) -> bool:
    return any(
        morsel.value
        for cookie in headers.getlist("set-cookie")
        for name, morsel in SimpleCookie(cookie).items()
        if name == USER_COOKIE_NAME
    )


def _is_path(address: str) -> bool:
    """Whether it leads to a page of ours: ``//host`` and ``/\\host`` lead elsewhere."""
    return (
        address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    )
