"""What is shown where there is no page: a sentence, and a way home.

Streamlit answers with its own page and status 200 wherever it has nothing, and its script then
opens a dialog about folders and files.
"""

from html import escape
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toggle_core.ui.static_files import BUNDLE

STYLE: Final = """
@font-face { font-family: Inter; font-weight: 100 900;
  src: url("/app/static/fonts/inter-latin-wght-normal.woff2") format("woff2"); }
:root { color-scheme: light dark; }
body { font: 16px/1.5 Inter, system-ui, sans-serif; max-width: 36rem; margin: 20vh auto 0;
  padding: 0 1.5rem; background: #fbfaf8; color: #1f2421; }
h1 { font-size: 1.3rem; line-height: 1.35; }
a { display: inline-block; min-height: 44px; line-height: 44px; color: #0f766e; font-weight: 500; }
@media (prefers-color-scheme: dark) { body { background: #15181a; color: #e9e7e2; }
  a { color: #5cc4b5; } }
"""


def plain_page(title: str, sentence: str, address: str, way: str) -> str:
    """A page of one sentence and one link, which needs no script.

    Args:
        title: of the browser's tab.
        sentence: what is to be said, as plain text.
        address: where the link leads.
        way: what the link is called.
    """
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="/app/static/logo.svg"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(sentence)}</h1>"
        f'<p><a href="{escape(address)}">{escape(way)}</a></p></main></body></html>'
    )


NOT_FOUND: Final = plain_page(
    "Page not found · Production Toggle",
    "There is no page at this address. The link may be wrong or out of date.",
    "/",
    "Go to the start page",
)


class UnknownPages:
    """Middleware that puts our own page in the place of Streamlit's for addresses without a page.

    It knows Streamlit's page by the ETag of its file. Our own pages are documents of their own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        index = BUNDLE / "index.html"
        self._tag = FileResponse(index, stat_result=index.stat()).headers["etag"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and answer anew where there is no page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_unknown = False

        async def answer(message: Message) -> None:
            nonlocal is_unknown
            if message["type"] == "http.response.start":
                is_unknown = Headers(raw=message["headers"]).get("etag") == self._tag
                if is_unknown:
                    page = HTMLResponse(NOT_FOUND, 404, headers={"Cache-Control": "no-store"})
                    await page(scope, receive, send)
            if not is_unknown:
                await send(message)

        await self.app(scope, receive, answer)
