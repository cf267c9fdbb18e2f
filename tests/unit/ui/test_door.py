"""What the login's addresses answer, seen on a small app behind the door."""

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from toggle_core.login import Login
from toggle_core.ui.door import Door


async def answer(_: Request) -> Response:
    """Leads to the provider, with a cookie, as Streamlit's login does."""
    response = Response(status_code=302, headers={"location": "https://id.example.com/"})
    response.set_cookie("state", "17", httponly=True)
    return response


def browser(dashboard: str) -> TestClient:
    login = Login(
        client_id="toggle",
        client_secret=SecretStr("of the client"),
        metadata_url="https://id.example.com/.well-known/openid-configuration",
        redirect_uri=f"{dashboard}/oauth2callback",
        cookie_secret=SecretStr("c" * 32),
        allowed=frozenset({"*"}),
    )
    routes = [Route("/{path:path}", answer)]
    app = Starlette(routes=routes, middleware=[Middleware(Door, login=login)])
    return TestClient(app, base_url=dashboard, follow_redirects=False)


def wanted_after(dashboard: str, referrer: str) -> str | None:
    """What is remembered of the page that led to the login."""
    with browser(dashboard) as client:
        client.get("/auth/login", headers={"referer": referrer})
        return next((c.value for c in client.cookies.jar if c.name == "toggle_wanted"), None)


@pytest.mark.parametrize(
    ("dashboard", "secure"), [("https://toggle.example.com", True), ("http://localhost", False)]
)
def test_cookies_stay_off_unencrypted_connections_where_there_are_encrypted_ones(
    dashboard: str, secure: bool
) -> None:
    with browser(dashboard) as client:
        for place in ("/auth/login", "/oauth2callback", "/"):
            for cookie in client.get(place).headers.get_list("set-cookie"):
                assert ("secure" in cookie.lower().split("; ")) is secure


def test_a_login_goes_on_under_the_name_that_the_provider_leads_back_to() -> None:
    with browser("http://localhost:3030") as client:
        answered = client.get("/auth/login?provider=a.b", headers={"host": "127.0.0.1:3030"})
    assert answered.headers["location"] == "http://localhost:3030/auth/login?provider=a.b"
    assert "set-cookie" not in answered.headers


@pytest.mark.parametrize(
    ("referrer", "wanted"),
    [
        ("https://toggle.example.com/run?id=7&tab=Code", "/run%3Fid%3D7%26tab%3DCode"),
        ("https://toggle.example.com/?login=unfinished", "/"),
        ("https://toggle.example.com.evil.test/run", None),
        ("https://evil.test/", None),
        ("", None),
    ],
)
def test_only_a_page_of_ours_is_remembered(referrer: str, wanted: str | None) -> None:
    assert wanted_after("https://toggle.example.com", referrer) == wanted
