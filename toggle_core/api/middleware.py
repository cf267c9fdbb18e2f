"""Middleware for every request to the dashboard and the API, on each port."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from toggle_core.api import metrics, problems
from toggle_core.api.app import create_api
from toggle_core.api.csrf import OwnPagesOnly
from toggle_core.api.headers import SecureHeaders
from toggle_core.api.hosts import AllowedHosts, host_name
from toggle_core.api.rates import LimitRate, address_of
from toggle_core.observing.requests import Observed
from toggle_core.settings import Settings
from toggle_core.startup import services


class Front:
    """Middleware: who asks, by which name, and on whose behalf.

    The settings are those of the open services, so that an app can be made before it starts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._made: tuple[Settings, ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        settings = services().settings
        if self._made is None or self._made[0] is not settings:
            self._made = settings, self._layers(settings)
        await self._made[1](scope, receive, send)

    def _layers(self, settings: Settings) -> ASGIApp:
        inner: ASGIApp = AllowedHosts(OwnPagesOnly(self.app), _names(settings))
        if settings.trusted_proxies:
            trusted = [str(network) for network in settings.trusted_proxies]
            # uvicorn types its own scopes apart from Starlette's, which are the same at run time.
            inner = ProxyHeadersMiddleware(inner, trusted)  # type: ignore[arg-type, assignment]
        return SecureHeaders(inner)


def _names(settings: Settings) -> list[str]:
    """What the settings say the app is called: also where its login leads back to."""
    login = settings.oidc_redirect_uri
    return [*settings.allowed_hosts, *([host_name(urlsplit(login).netloc)] if login else [])]


FRONT: Final = (Middleware(Observed), Middleware(Front))


def api_routes() -> list[BaseRoute]:
    """The API below ``/api``; the bare address leads to its guide."""

    async def to_docs(_: object) -> RedirectResponse:
        return RedirectResponse("/api/docs")

    return [
        Route("/api", to_docs),
        Route("/api/", to_docs),
        Mount("/api", app=create_api()),
    ]


def metrics_alone() -> Starlette:
    """The metrics, and nothing else of the API, for a worker in a process of its own."""
    api = FastAPI(openapi_url=None)
    api.include_router(metrics.router)
    api.add_middleware(LimitRate, who=address_of)
    problems.register(api, metrics.router.routes)
    return Starlette(routes=[Mount("/api", app=api)], middleware=FRONT)


def api_alone(routes: list[BaseRoute]) -> Starlette:
    """The API as an application of its own, for a port without the dashboard."""
    return Starlette(routes=routes, middleware=FRONT)
