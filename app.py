"""The app: the dashboard, with the API mounted under ``/api``.

``make run``, ``python app.py``, ``streamlit run app.py`` and ``uvicorn app:app`` all serve it.
"""

import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Mount, Route

from toggle_core.api.app import create_api
from toggle_core.errors import StartError
from toggle_core.server import bind, serving
from toggle_core.settings import get_settings
from toggle_core.ui.errors import tell_failure

api = Mount("/api", app=create_api())


async def to_docs(_: object) -> RedirectResponse:
    """Bare ``/api`` leads to the API's guide; without this it would fall through to a page."""
    return RedirectResponse("/api/docs")


routes = [Route("/api", to_docs), Route("/api/", to_docs), api]


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Database, worker and the API's own port live as long as the web server."""
    async with serving(Starlette(routes=routes), st.get_option("server.port")):
        yield


app = st.App(
    Path(__file__).parent / "pages" / "navigation.py",
    lifespan=lifespan,
    routes=routes,
    on_script_error=tell_failure,
)


def main() -> None:
    """Serve on the port of the settings."""
    try:
        settings = get_settings()
        bind(settings.host, settings.port, "TOGGLE_PORT").close()
    except StartError as error:
        sys.exit(f"Production Toggle cannot start: {error}")
    with contextlib.suppress(KeyboardInterrupt):
        app.run(config={"server.port": settings.port, "server.address": settings.host})


if __name__ == "__main__":
    main()
