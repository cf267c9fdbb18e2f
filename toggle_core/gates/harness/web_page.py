"""Read an HTML page as far as it matters to what runs in it: scripts, styles and where they are."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_PAGE_ENDINGS = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".tmpl", ".tpl", ".mustache")
_TEMPLATED = re.compile(r"\{\{|\{%|<%|<\?")
_JAVASCRIPT_TYPES = frozenset(
    ("", "module", "text/javascript", "application/javascript", "text/babel", "text/jsx")
)
_BABEL_TYPES = frozenset(("text/babel", "text/jsx"))
_WHOLE = {"script": "script", "style": "style", "title": "title", "textarea": "text area"}
"""Elements without which the rest of a page is not seen if they are never closed."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script element.

    Attributes:
        text: what it holds; empty where ``source`` is set.
        source: its ``src``, empty for an inline script.
        kind: its type, in lower case.
        line: where ``text`` begins in the page, from 1.
    """

    text: str
    source: str
    kind: str
    line: int

    @property
    def is_javascript(self) -> bool:
        """Whether a browser, or Babel in it, would run it."""
        return self.kind in _JAVASCRIPT_TYPES

    @property
    def is_module(self) -> bool:
        """Whether its names are its own, and it may import."""
        return self.kind == "module"

    @property
    def is_compiled_in_page(self) -> bool:
        """Whether Babel is to compile it in the browser."""
        return self.kind in _BABEL_TYPES

    @property
    def is_templated(self) -> bool:
        """Whether a server fills it in before a browser sees it."""
        return bool(_TEMPLATED.search(self.text))


@dataclass(slots=True)
class Page:
    """What a page holds.

    Attributes:
        scripts: in order.
        styles: texts of style elements.
        handlers: code in ``on...`` attributes, with its line.
        stylesheets: addresses of linked stylesheets.
        others: addresses of pictures, frames and media.
        ids: of elements; each is a name that scripts may use.
        unclosed: what the page never closes, with its line.
    """

    scripts: list[Script] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    handlers: list[tuple[str, int]] = field(default_factory=list)
    stylesheets: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    unclosed: list[tuple[str, int]] = field(default_factory=list)


def is_page(path: str) -> bool:
    """Tell whether a file is HTML, by its name."""
    return path.lower().endswith(_PAGE_ENDINGS)


def read_page(text: str) -> Page:
    """Read a page, complete or a part of one."""
    reader = _Reader()
    reader.feed(text)
    reader.finish()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: tuple[str, dict[str, str], int] | None = None
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        line = self.getpos()[0]
        if tag in _WHOLE:
            self._open = (tag, values, line + (self.get_starttag_text() or "").count("\n"))
            self._pieces = []
        if "id" in values:
            self.page.ids.add(values["id"])
        self.page.handlers += [
            (code, line) for name, code in values.items() if name.startswith("on") and code
        ]
        if tag == "link" and "stylesheet" in values.get("rel", "").lower().split():
            self.page.stylesheets.append(values.get("href", ""))
        elif tag in ("img", "iframe", "video", "audio", "source", "embed"):
            self.page.others.append(values.get("src", ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._pieces.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[0] == tag:
            self._end_element()

    def finish(self) -> None:
        """Note what is still open at the end of the page."""
        rest = self.rawdata
        line = self.getpos()[0]
        self.close()
        if self._open:
            tag, _, begun = self._open
            self.page.unclosed.append((f"the {_WHOLE[tag]} that begins here", begun))
        elif rest.startswith("<!--"):
            self.page.unclosed.append(("the comment that begins here", line))
        elif re.match(r"</?[A-Za-z]", rest):
            self.page.unclosed.append(("the tag that begins here", line))

    def _end_element(self) -> None:
        assert self._open  # noqa: S101  checked by the caller
        tag, values, line = self._open
        text = "".join(self._pieces)
        if tag == "script":
            kind = values.get("type", "").strip().lower()
            source = values.get("src", "")
            self.page.scripts.append(Script("" if source else text, source, kind, line))
        elif tag == "style":
            self.page.styles.append(text)
        self._open = None
