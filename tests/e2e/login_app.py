"""The app with a login, and people who use it in browsers of their own."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from tests.app_process import AppProcess
from tests.oidc_provider import Client, Provider

COOKIE = "_streamlit_user"
SECRET = "a secret of the cookies, for tests alone"


def app_with_login(database_url: str, provider: Provider, **changed: str) -> AppProcess:
    """The app, not yet started, without a worker: what is submitted stays in progress."""
    app = AppProcess()
    redirect_uri = f"{app.dashboard}/oauth2callback"
    client = provider.register(redirect_uri)
    app.environment |= {
        "DATABASE_URL": database_url,
        "TOGGLE_WORKER_THREADS": "0",
        "TOGGLE_API_AUTH": "required",
        **login_variables(provider, client, redirect_uri),
        **changed,
    }
    return app


def login_variables(provider: Provider, client: Client, redirect_uri: str) -> dict[str, str]:
    """The settings of the login."""
    return {
        "TOGGLE_OIDC_CLIENT_ID": client.id,
        "TOGGLE_OIDC_CLIENT_SECRET": client.secret,
        "TOGGLE_OIDC_METADATA_URL": provider.metadata_url,
        "TOGGLE_OIDC_REDIRECT_URI": redirect_uri,
        "TOGGLE_OIDC_ALLOWED": "example.com",
        "TOGGLE_COOKIE_SECRET": SECRET,
    }


@contextmanager
def visitor(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a browser that nobody has used before."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    context.set_default_timeout(20_000)
    context.route(lambda url: urlparse(url).hostname != "localhost", lambda route: route.abort())
    yield context.new_page()
    context.close()


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


def callback_of(page: Page, app: AppProcess, name: str) -> str:
    """Log in up to the provider's answer, which is caught and not delivered."""
    caught: list[str] = []

    def catch(request: Request) -> None:
        if "/oauth2callback" in request.url:
            caught.append(request.url)

    page.on("request", catch)
    page.route(f"{app.dashboard}/oauth2callback*", lambda route: route.abort())
    page.goto(app.dashboard)
    log_in(page, name)
    expect.poll(lambda: len(caught)).to_be_greater_than(0) if hasattr(expect, "poll") else None
    page.unroute(f"{app.dashboard}/oauth2callback*")
    return caught[0]
