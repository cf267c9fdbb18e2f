"""What an HTML document shows, and where it leads."""

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

PAGE, PART, FORM = "page", "part", "form"

_PAGES = {"a": "href", "area": "href", "iframe": "src", "frame": "src"}
_PARTS = {
    **dict.fromkeys(
        ("script", "img", "audio", "video", "source", "track", "embed", "input"), "src"
    ),
    "object": "data",
    "link": "href",
}
_LOADED = frozenset(
    ("stylesheet", "icon", "apple-touch-icon", "manifest", "preload", "modulepreload", "prefetch")
)
_UNSEEN = frozenset(("script", "style", "title", "template", "noscript"))
_SHOWING = frozenset(
    ("svg", "canvas", "form", "button", "select", "textarea", "progress", "meter", "frame")
)
_SHOWING_WITH = {
    **dict.fromkeys(
        ("img", "iframe", "embed", "video", "audio", "source"), ("src", "srcset", "srcdoc")
    ),
    "object": ("data",),
}
_NOT_SENT = frozenset(("submit", "button", "reset", "file", "image", "password"))
_REFRESH = re.compile(r"\s*\d*\.?\d*\s*[;,]?\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_MOST_WORDS = 200
_PIECE = 16_384

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """Where a document leads.

    Attributes:
        address: as it is written there.
        kind: ``PAGE`` to go to, ``PART`` that it loads, ``FORM`` that is sent by GET.
        words: what is read on it.
    """

    address: str
    kind: str
    words: str = ""


@dataclass(slots=True)
class Document:
    """An HTML document as a browser would begin with it.

    Attributes:
        links: in the order of the document.
        base: what relative addresses begin with, if it names something else than itself.
        shows: there is something to see: a text, a picture, a form, or a script to make it.
        words: its visible text.
    """

    links: list[Link] = field(default_factory=list)
    base: str = ""
    shows: bool = False
    words: str = ""


def read_document(text: str) -> Document:
    """Read an HTML document, whatever state it is in."""
    reader = _Reader()
    try:
        for start in range(0, len(text), _PIECE):
            reader.feed(text[start : start + _PIECE])
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # html.parser gives up on some broken markup; what came before counts
    reader.finish()
    return reader.document


def is_visible(text: str) -> bool:
    """Tell whether a text has a character that is to be seen."""
    return any(
        not sign.isspace() and not unicodedata.category(sign).startswith("C") for sign in text
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self._unseen: list[str] = []
        self._is_code = False
        self._texts: list[str] = []
        self._anchor: tuple[str, int] | None = None
        self._form: tuple[str, int, list[tuple[str, str]]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _UNSEEN:
            self._unseen.append(tag)
            self._is_code = tag == "script" and "json" not in given.get("type", "").lower()
        if "template" in self._unseen or "noscript" in self._unseen:
            return
        self.document.shows = self.document.shows or _shows(tag, given)
        self._note_links(tag, given)
        self._note_fields(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif tag == "a":
            self._end_anchor()
        elif tag == "form":
            self._end_form()
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._texts.append(data)
        elif self._unseen == ["script"] and self._is_code and is_visible(data):
            self.document.shows = True

    def finish(self) -> None:
        """End what the document left open."""
        self._end_anchor()
        self._end_form()
        self.document.words = " ".join("".join(self._texts).split())
        self.document.shows = self.document.shows or is_visible(self.document.words)

    def _note_links(self, tag: str, given: Attributes) -> None:
        if tag == "base" and not self.document.base:
            self.document.base = given.get("href", "")
        elif tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            if found := _REFRESH.match(given.get("content", "")):
                self._add(found[1].strip(), PAGE)
                self.document.shows = True
        elif tag == "a":
            self._end_anchor()
            self._anchor = (given.get("href", ""), len(self._texts))
        elif tag in _PAGES:
            self._add(given.get(_PAGES[tag], ""), PAGE)
        elif tag != "link" or _LOADED & set(given.get("rel", "").lower().split()):
            self._add(given.get(_PARTS.get(tag, ""), ""), PART)
            if tag in ("img", "source"):
                for each in given.get("srcset", "").split(","):
                    self._add(each.strip().partition(" ")[0], PART)

    def _note_fields(self, tag: str, given: Attributes) -> None:
        if tag == "form":
            self._end_form()
            if given.get("method", "get").lower() == "get":
                self._form = (given.get("action", ""), len(self._texts), [])
        if self._form is None:
            return
        fields = self._form[2]
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            known = [name for name, _ in fields]
            if self._select not in known or "selected" in given:
                fields.append((self._select, given.get("value", "")))
        elif tag in ("input", "textarea") and _is_sent(given):
            fields.append((given["name"], given.get("value", "")))
        elif tag == "input" and given.get("type", "").lower() == "submit":
            self._texts.append(f" {given.get('value', '')} ")

    def _end_anchor(self) -> None:
        if self._anchor is not None:
            address, start = self._anchor
            self._anchor = None
            self._add(address, PAGE, self._words_since(start))

    def _end_form(self) -> None:
        if self._form is not None:
            action, start, fields = self._form
            self._form = None
            address = action.partition("#")[0].partition("?")[0]
            query = urlencode(dict(fields))
            self.document.links.append(Link(f"{address}?{query}", FORM, self._words_since(start)))

    def _words_since(self, start: int) -> str:
        return " ".join("".join(self._texts[start:]).split())[:_MOST_WORDS]

    def _add(self, address: str, kind: str, words: str = "") -> None:
        if address.strip():
            self.document.links.append(Link(address.strip(), kind, words))


def _shows(tag: str, given: Attributes) -> bool:
    if tag == "script":
        return bool(given.get("src"))
    if tag == "input":
        return given.get("type", "").lower() != "hidden"
    return tag in _SHOWING or any(given.get(name) for name in _SHOWING_WITH.get(tag, ()))


def _is_sent(given: Attributes) -> bool:
    kind = given.get("type", "text").lower()
    chosen = kind not in ("checkbox", "radio") or "checked" in given
    return bool(given.get("name")) and chosen and kind not in _NOT_SENT
