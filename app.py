"""The app: the dashboard, with the API mounted under ``/api``.

``make run``, ``python app.py``, ``streamlit run app.py`` and ``uvicorn app:app`` all serve it. With
the last two the server believes ``X-Forwarded-For`` of every program of this machine, unless the
variable ``FORWARDED_ALLOW_IPS`` is set to nothing.
"""

import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
import streamlit.config
from starlette.middleware import Middleware
from starlette.routing import Mount

from toggle_core.api.downloads import create_downloads
from toggle_core.api.local_only import NoStrangers
from toggle_core.api.middleware import FRONT, api_alone, api_routes
from toggle_core.errors import StartError
from toggle_core.server import Address, serving
from toggle_core.serving import bind
from toggle_core.settings import get_settings
from toggle_core.ui.document import page_routes
from toggle_core.ui.errors import tell_failure
from toggle_core.ui.login_setup import set_up_login
from toggle_core.ui.opening import open_routes
from toggle_core.ui.static_files import StaticFiles
from toggle_core.ui.unknown_page import UnknownPages

routes = api_routes()
"""Of the API, on each port: in one process a client has one limit."""


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Database, worker and the API's own port live as long as the web server."""
    dashboard = Address(st.get_option("server.address"), st.get_option("server.port"))
    async with serving(api_alone(routes), dashboard):
        yield


def ensure_home() -> None:
    """Set ``HOME`` as Docker does for a user without a name, whom Streamlit knows no home of."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"


def login_door() -> list[Middleware]:
    """What the login needs; a login that is meant and cannot be is no start at all."""
    try:
        return set_up_login(get_settings())
    except StartError as error:
        sys.exit(f"\nProduction Toggle cannot start: {error}")


ensure_home()
app = st.App(
    Path(__file__).parent / "pages" / "navigation.py",
    lifespan=lifespan,
    routes=[*routes, *page_routes(), *open_routes(), Mount("/download", app=create_downloads())],
    middleware=[
        *FRONT,
        Middleware(NoStrangers),
        *login_door(),
        Middleware(StaticFiles),
        Middleware(UnknownPages),
    ],
    on_script_error=tell_failure,
)


def main() -> None:
    """Serve on the port of the settings."""
    try:
        settings = get_settings()
        bind(settings.host, settings.port, "TOGGLE_PORT").close()
    except StartError as error:
        sys.exit(f"Production Toggle cannot start: {error}")
    # It would warn that the port below is not the one it has read before.
    logging.getLogger("streamlit.config").setLevel(logging.ERROR)
    # Else the server would believe X-Forwarded-For of every program of this machine; the front
    # believes that of the proxies in the settings.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    with contextlib.suppress(KeyboardInterrupt):
        given = {"server.port": settings.port, "server.address": settings.host}
        for name, value in given.items():
            # It has read its configuration already, for the login, and would print that this is
            # an update that needs a restart.
            streamlit.config.set_option(name, value)
        app.run(config=given)


if __name__ == "__main__":
    main()
