"""The app with a login, and people who use it in browsers of their own."""

import json
import time
from typing import Any
from urllib.parse import urlparse

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.app_process import AppProcess
from tests.oidc_provider import Provider

COOKIE = "_streamlit_user"
SECRET = "a secret of the cookies, for tests alone"


def app_with_login(database_url: str, provider: Provider) -> AppProcess:
    """The app, not yet started, without a worker: what is submitted stays in progress."""
    app = AppProcess()
    redirect_uri = f"{app.dashboard}/oauth2callback"
    client = provider.register(redirect_uri)
    app.environment |= {
        "DATABASE_URL": database_url,
        "TOGGLE_WORKER_THREADS": "0",
        "TOGGLE_API_AUTH": "required",
        "TOGGLE_OIDC_CLIENT_ID": client.id,
        "TOGGLE_OIDC_CLIENT_SECRET": client.secret,
        "TOGGLE_OIDC_METADATA_URL": provider.metadata_url,
        "TOGGLE_OIDC_REDIRECT_URI": redirect_uri,
        "TOGGLE_OIDC_ALLOWED": "example.com",
        "TOGGLE_COOKIE_SECRET": SECRET,
    }
    return app


def window_of(browser: Browser) -> BrowserContext:
    """A window that reaches nothing but this machine: the provider's page asks for a style."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(120_000)
    context.route(lambda url: urlparse(url).hostname != "localhost", lambda route: route.abort())
    return context


def log_in(page: Page, name: str) -> None:
    """Press the button, and say at the provider who one is."""
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name=name, exact=True).click()


def asked_to_log_in(page: Page) -> Locator:
    """What only the login page has."""
    return page.get_by_role("heading", name="Please log in")


def account(page: Page) -> Locator:
    """What only pages have that somebody is logged in to."""
    return page.locator(".st-key-account")


def answer_of_provider(client: httpx.Client, app: AppProcess, name: str) -> str:
    """Log in by HTTP up to the provider's answer: what it lets the browser carry back."""
    claims = {"provider": "default", "exp": int(time.time()) + 600}
    token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
    sent = client.get(f"{app.dashboard}/auth/login", params={"provider": token})
    answered = client.post(sent.headers["location"], data={"sub": name})
    return urlparse(answered.headers["location"]).query


def carried_back(client: httpx.Client, app: AppProcess, answer: str) -> str:
    """Carry the provider's answer to the app. Gives where the app leads to."""
    location = client.get(f"{app.dashboard}/oauth2callback?{answer}").headers["location"]
    assert isinstance(location, str)
    return location


def carry(page: Page, app: AppProcess, value: str, *, name: str = COOKIE) -> None:
    """Let a browser have a cookie for the app."""
    page.context.add_cookies([{"name": name, "value": value, "url": f"{app.dashboard}/"}])


def signed(app: AppProcess, *, secret: str = SECRET, **changed: Any) -> str:
    """A cookie's value as Streamlit makes it, for Ada."""
    claims = {
        "sub": "ada",
        "email": "ada@example.com",
        "email_verified": True,
        "iat": int(time.time()),
        "is_logged_in": True,
        "origin": app.dashboard,
        "provider": "default",
    }
    return create_signed_value(secret, COOKIE, json.dumps(claims | changed)).decode()


def heard_by(page: Page) -> list[str]:
    """All that the page is told by its WebSockets from now on."""
    heard: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(_text(frame)))

    page.on("websocket", listen)
    return heard


def _text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
