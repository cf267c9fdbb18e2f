"""The HTML that a page begins with: Streamlit's own, and what spares the browser two waits.

Streamlit looks for its server below the address of the page, and only then at the root, after a
pause of 100 ms. And it asks for the library of charts, or of highlighted code, only once it has
drawn what is around them. Both are known before.
"""

from functools import partial
from pathlib import Path
from typing import Final

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

STATIC: Final = Path(streamlit.__file__).with_name("static")

SERVER: Final = "window.__streamlit = { BACKEND_BASE_URL: location.origin }"
"""Where Streamlit's script finds its server. The policy of the headers knows it by its hash."""

LIBRARIES: Final = {
    "runs": (),
    "insights": ("ArrowVegaLiteChart", "embed"),
    "settings": (),
    "run": ("StreamlitSyntaxHighlighter",),
    "compare": ("StreamlitSyntaxHighlighter",),
}
"""Of each page below the root: the files that its content is drawn with, by the names Streamlit
gives them. They come early also where nothing needs them yet, as where a run's code is not open."""


def page_routes() -> list[Route]:
    """The pages below the root."""
    return [Route(f"/{name}", partial(_page, document(name))) for name in LIBRARIES]


async def _page(html: str, _: Request) -> HTMLResponse:
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})


def document(name: str) -> str:
    """The HTML of a page.

    Args:
        name: of the page, as in its address.
    """
    early = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{file.name}">'
        for library in LIBRARIES[name]
        for file in STATIC.glob(f"static/js/{library}.*.js")
    )
    html = (STATIC / "index.html").read_text()
    return html.replace("<head>", f"<head><script>{SERVER}</script>{early}", 1)
