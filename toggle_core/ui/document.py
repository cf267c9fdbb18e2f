"""The HTML that a page begins with: Streamlit's own, and what it lacks.

Streamlit looks for its server below the address of the page, and only then at the root, after a
pause of 100 ms. It asks for the library of charts, or of highlighted code, only once it has drawn
what is around them. It fetches the font of its own theme first, and that of ours last. It lets
browsers translate a page that changes under their hands. And what a page styles comes with its
content, after a moment in which it has no style. All of that is known before.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from toggle_core.ui.splash import SPLASH_STYLE, splash
from toggle_core.ui.static_files import BUNDLE, LEVEL, accepts_gzip, compressed, not_modified
from toggle_core.ui.theme import STYLE

SERVER: Final = "window.__streamlit = { BACKEND_BASE_URL: location.origin }"
"""Where Streamlit's script finds its server. The policy of the headers knows it by its hash."""

GUARD: Final = """(() => {
  const { removeChild, insertBefore } = Node.prototype;
  Node.prototype.removeChild = function (node) {
    if (!node || node.parentNode === this) return removeChild.call(this, node);
    if (!this.contains(node)) return node;
    let whole = node;
    while (whole.parentNode !== this && whole.parentNode.childNodes.length === 1)
      whole = whole.parentNode;
    removeChild.call(whole.parentNode, whole);
    return node;
  };
  Node.prototype.insertBefore = function (node, before) {
    let place = before && this.contains(before) ? before : null;
    while (place && place.parentNode !== this) place = place.parentNode;
    return insertBefore.call(this, node, place);
  };
})()"""
"""Lets React find a text again that an extension has wrapped into an element of its own.

Translators do so, and React then fails to remove the text from where it was (React issue 11538).
Pages ask not to be translated; this is for whoever does not heed it. The policy of the headers
knows it by its hash."""

TYPING: Final = """(() => {
  let pause;
  const wait = (event) => {
    const box = event.target;
    if (event.isComposing || !box.closest?.(".st-key-prompt")) return;
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (document.activeElement === box)
        box.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    }, 600);
  };
  addEventListener("input", wait, true);
  addEventListener("compositionend", wait, true);
})()"""
"""Sends what is typed at each pause, so that the page can say what would be built.

Streamlit sends the text of a text area when it loses the focus, and has no other way; the event
says so, and the focus stays. The policy of the headers knows the script by its hash."""

RUNS: Final = """(() => {
  let chose = false;
  const keep = () => {
    if (!chose || !location.pathname.endsWith("/runs")) return;
    const columns = new URLSearchParams(location.search).get("columns") ?? "";
    const age = columns ? 31536000 : 0;
    document.cookie =
      `toggle_columns=${encodeURIComponent(columns)}; path=/; max-age=${age}; samesite=lax`;
  };
  addEventListener("click", ({ target }) => {
    keep();
    if (target.closest?.('[class*="st-key-column_"], .st-key-columns_reset')) {
      chose = true;
      setTimeout(keep, 2000);
    }
    if (target.closest?.('[class*="st-key-page_"]'))
      document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  }, true);
  addEventListener("pagehide", keep);
})()"""
"""Keeps the columns that a viewer chose for the list of runs, and shows a page of it from the top.

They are kept in a cookie, which comes with the session whichever page it begins on. Streamlit can
do neither. The policy of the headers knows the script by its hash."""

DRAFT: Final = """(() => {
  const name = "task", box = () => document.querySelector(".st-key-prompt textarea");
  let seen = false;
  const send = () => box()?.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  const keep = () => {
    const text = box()?.value;
    if (!seen || text === undefined) return;
    text ? sessionStorage.setItem(name, text) : sessionStorage.removeItem(name);
  };
  const watcher = new MutationObserver(() => {
    const empty = box(), text = sessionStorage.getItem(name);
    if (!empty) return;
    watcher.disconnect();
    seen = true;
    if (!text || empty.value) return;
    const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    set.call(empty, text);
    empty.dispatchEvent(new Event("input", { bubbles: true }));
    for (const pause of [200, 1000, 3000])
      setTimeout(() => document.activeElement !== box() && send(), pause);
  });
  watcher.observe(document, { childList: true, subtree: true });
  addEventListener("input", ({ target }) => target === box() && keep(), true);
  addEventListener("click", ({ target }) => {
    if (target.closest?.(".st-key-prompt_actions button")) send();
    keep();
    if (target.closest?.(".st-key-log_out")) {
      seen = false;
      sessionStorage.removeItem(name);
    } else setTimeout(keep, 2000);
  }, true);
  addEventListener("pagehide", keep);
})()"""
"""Keeps a task that is typed but not submitted, so that a reload does not lose it.

Streamlit forgets it with the session. It is kept by the browser, for the tab alone, until the text
box is empty again or its person logs out. The policy of the headers knows the script by its
hash."""

ROOT: Final = '<div id="root"></div>'
"""What Streamlit draws into."""

NO_TRANSLATION: Final = '<meta name="google" content="notranslate">'
"""Also for translators that do not know the attribute ``translate`` (HTML, 3.2.6.5)."""

OUR_FONT: Final = (
    '<link rel="preload" href="./app/static/fonts/inter-latin-wght-normal.woff2" as="font" '
    'type="font/woff2" crossorigin>'
)
THEIR_FONT: Final = re.compile(r'<link\s[^>]*rel="preload"[^>]*as="font"[^>]*>')

LIBRARIES: Final = {
    "": (),
    "runs": (),
    "insights": ("ArrowVegaLiteChart", "embed"),
    "settings": (),
    "run": ("StreamlitSyntaxHighlighter",),
    "compare": ("StreamlitSyntaxHighlighter",),
}
"""Of each page, by its path: the files that its content is drawn with, by the names Streamlit
gives them. They come early also where nothing needs them yet, as where a run's code is not open."""


SCRIPTS: Final = (SERVER, GUARD, TYPING, RUNS, DRAFT)
"""In the order in which they stand in a page."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a page begins with.

    Attributes:
        html: as it is.
        compressed: the same as gzip.
        tag: names this content.
    """

    html: str
    compressed: bytes
    tag: str


def page_routes() -> list[Route]:
    """All pages."""
    return [Route(f"/{name}", partial(_page, prepared(document(name)))) for name in LIBRARIES]


async def _page(prepared: Document, request: Request) -> Response:
    headers = {"Cache-Control": "no-cache", "ETag": prepared.tag, "Vary": "Accept-Encoding"}
    plain = HTMLResponse(prepared.html, headers=headers)
    if accepts_gzip(request.headers):
        return compressed(prepared.compressed, plain, request.headers)
    return not_modified(plain, request.headers) or plain


def has_style(url: str | None) -> bool:
    """Whether the page at an address was served with our style: Streamlit answers for any address.

    Args:
        url: as the browser shows it; None where that is not known.
    """
    return urlsplit(url or "").path.strip("/") in LIBRARIES


def prepared(html: str) -> Document:
    """A page that is compressed once, for all who ask for it.

    Args:
        html: the same for everybody.
    """
    content = html.encode()
    tag = hashlib.sha256(content).hexdigest()[:32]
    return Document(html, gzip.compress(content, LEVEL, mtime=0), f'"{tag}"')


def document(name: str) -> str:
    """The HTML of a page.

    Args:
        name: of the page, as in its address.
    """
    early = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{file.name}">'
        for library in LIBRARIES[name]
        for file in BUNDLE.glob(f"static/js/{library}.*.js")
    )
    scripts = "".join(f"<script>{script}</script>" for script in SCRIPTS)
    html = (BUNDLE / "index.html").read_text()
    html = THEIR_FONT.sub(OUR_FONT, html, count=1)
    html = html.replace('<html lang="en">', '<html lang="en" translate="no">', 1)
    html = html.replace("<head>", f"<head>{NO_TRANSLATION}{scripts}{early}", 1)
    html = html.replace(ROOT, f"{ROOT}{splash(is_home=not name)}", 1)
    # Behind Streamlit's own styles, which its scripts add to the head.
    return html.replace("</body>", f"<style>{STYLE}{SPLASH_STYLE}</style></body>", 1)
