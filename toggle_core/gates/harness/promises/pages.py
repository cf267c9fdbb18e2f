"""What a page shows to its reader, its links, and its forms."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_UNSEEN = frozenset(("script", "style", "title", "template", "noscript", "datalist"))
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "button", "caption", "dd", "dialog"),
        *(
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
        ),
        *("h3", "h4", "h5", "h6", "header", "hr", "label", "legend", "li", "main", "nav", "ol"),
        *("option", "p", "pre", "section", "select", "summary", "table", "tbody", "td", "textarea"),
        *("th", "thead", "tr", "ul"),
    )
)
_ENDED_BY_SIBLING = frozenset(("p", "li", "tr", "td", "th", "dt", "dd", "option"))
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BUTTONS = ("submit", "image", "button", "reset")
_MOST_DEPTH = 2_000  # open elements
_PIECE = 16_384  # characters that the parser gets at a time

Attributes = dict[str, str]


@dataclass(slots=True, eq=False)
class Choice:
    """A choice of a list.

    Attributes:
        value: what is sent.
        text: what is read.
        chosen: whether the page has it chosen.
    """

    value: str
    text: str = ""
    chosen: bool = False


@dataclass(slots=True, eq=False)
class Field:
    """A field of a form.

    Attributes:
        kind: of an ``input``, or ``select`` or ``textarea``.
        name: under which it is sent.
        value: what stands in it.
        labels: what is read beside it.
        placeholder: what is read in it while it is empty.
        checked: whether a box is ticked.
        multiple: whether a list takes several choices.
        choices: of a list.
        given: its attributes.
    """

    kind: str
    name: str
    value: str = ""
    labels: list[str] = field(default_factory=list)
    placeholder: str = ""
    checked: bool = False
    multiple: bool = False
    choices: list[Choice] = field(default_factory=list)
    given: Attributes = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Button:
    """A button that sends a form.

    Attributes:
        name: under which it is sent, may be empty.
        value: what is sent.
        labels: its text, and what a screen reader calls it.
        given: its attributes, such as ``formaction``.
    """

    name: str
    value: str
    labels: list[str]
    given: Attributes


@dataclass(slots=True, eq=False)
class Form:
    """A form.

    Attributes:
        given: its attributes.
        fields: in the order of the page.
        buttons: those that send it.
    """

    given: Attributes
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class PageLink:
    """A link: where it leads, and what is read on it."""

    address: str
    labels: list[str]


@dataclass(slots=True)
class HtmlPage:
    """An HTML page.

    Attributes:
        text: what a reader sees, white space joined.
        base: what relative addresses begin with, if the page names it.
        forms: all forms.
        links: all links.
    """

    text: str = ""
    base: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)


def read_page(text: str) -> HtmlPage:
    """Read an HTML page, whatever state it is in."""
    reader = _PageReader()
    try:
        for start in range(0, len(text), _PIECE):
            reader.feed(text[start : start + _PIECE])
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        pass  # html.parser gives up on some broken markup; what came before counts
    return reader.finish()


def joined(text: str) -> str:
    """Return a text with all white space joined to single spaces."""
    return " ".join(text.split())


@dataclass(slots=True, eq=False)
class _Element:
    tag: str
    unseen: bool
    start: int
    closes: tuple[str, object] | None = None


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._page = HtmlPage()
        self._texts: list[str] = []
        self._open: list[_Element] = []
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._fields_by_id: dict[str, Field] = {}
        self._labels: list[tuple[str, Field | None, str]] = []
        self._label: list[Field] = []
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _ENDED_BY_SIBLING and self._open and self._open[-1].tag == tag:
            self._end(self._open.pop())
        if tag in _BLOCKS:
            self._texts.append(" ")
        unseen = self._is_unseen() or tag in _UNSEEN or _is_hidden(tag, given)
        if tag == "base" and not self._page.base:
            self._page.base = given.get("href", "")
        element = _Element(tag, unseen, len(self._texts))
        element.closes = self._note(tag, given)
        if tag in _VOID:
            self._end(element)
        elif len(self._open) < _MOST_DEPTH:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._texts.append(" ")
        if any(element.tag == tag for element in self._open):
            while (element := self._open.pop()).tag != tag:
                self._end(element)
            self._end(element)
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        within = self._open[-1].tag if self._open else ""
        if within == "textarea" and self._open[-1].closes:
            held = self._open[-1].closes[1]
            if isinstance(held, Field):
                held.value += data
        elif not self._is_unseen():
            self._texts.append(data)

    def finish(self) -> HtmlPage:
        """End what the page left open, and return it."""
        while self._open:
            self._end(self._open.pop())
        for identifier, inner, text in self._labels:
            labelled = self._fields_by_id.get(identifier, inner) if identifier else inner
            if labelled is not None and text:
                labelled.labels.append(text)
        self._page.text = joined("".join(self._texts))
        return self._page

    def _is_unseen(self) -> bool:
        return bool(self._open) and self._open[-1].unseen

    def _note(self, tag: str, given: Attributes) -> tuple[str, object] | None:
        """Note what an element is; return what its end has to complete."""
        if tag == "form":
            self._form = Form(given)
            self._page.forms.append(self._form)
            if given.get("id"):
                self._by_id[given["id"]] = self._form
        elif tag == "a":
            link = PageLink(given.get("href", ""), _spoken(given))
            self._page.links.append(link)
            return "link", link
        elif tag == "img" and given.get("alt"):
            for element in self._open:
                if element.closes and isinstance(element.closes[1], PageLink):
                    element.closes[1].labels.append(joined(given["alt"]))
        elif tag == "label":
            self._label = []
            return "label", given.get("for", "")
        elif tag == "option" and self._select is not None:
            choice = Choice(given.get("value", "\0"), chosen="selected" in given)
            self._select.choices.append(choice)
            return "choice", choice
        elif tag in ("input", "textarea", "select", "button"):
            return self._note_field(tag, given)
        return None

    def _note_field(self, tag: str, given: Attributes) -> tuple[str, object] | None:
        form = self._by_id.get(given.get("form", "")) or self._form
        kind = given.get("type", "submit" if tag == "button" else "text").lower()
        if tag == "button" or (tag == "input" and kind in _BUTTONS):
            button = Button(given.get("name", ""), given.get("value", ""), _spoken(given), given)
            if tag == "input" and kind != "image" and not self._is_unseen():
                self._texts.append(f" {button.value} ")
                button.labels.insert(0, joined(button.value))
            if form is not None and kind in ("submit", "image") and "disabled" not in given:
                form.buttons.append(button)
            return ("button", button) if tag == "button" else None
        made = Field(
            kind=kind if tag == "input" else tag,
            name=given.get("name", ""),
            value=given.get("value", "on" if kind in ("checkbox", "radio") else ""),
            labels=[given["aria-label"]] if given.get("aria-label") else [],
            placeholder=given.get("placeholder", ""),
            checked="checked" in given,
            multiple="multiple" in given,
            given=given,
        )
        if form is not None and "disabled" not in given:
            form.fields.append(made)
        if given.get("id"):
            self._fields_by_id.setdefault(given["id"], made)
        self._label.append(made)
        if "readonly" in given and tag == "input" and not self._is_unseen():
            self._texts.append(f" {made.value} ")
        if tag == "select":
            self._select = made
        return (tag, made) if tag in ("textarea", "select") else None

    def _end(self, element: _Element) -> None:
        if element.closes is None:
            return
        what, held = element.closes
        text = joined("".join(self._texts[element.start :]))
        if isinstance(held, (PageLink, Button)) and text:
            held.labels.insert(0, text)
        elif isinstance(held, Choice):
            held.text = text
            held.value = text if held.value == "\0" else held.value
        elif what == "label":
            self._labels.append((str(held), self._label[0] if self._label else None, text))
            self._label = []
        elif what == "select":
            self._select = None


def _spoken(given: Attributes) -> list[str]:
    return [joined(given[name]) for name in ("aria-label", "title") if given.get(name)]


def _is_hidden(tag: str, given: Attributes) -> bool:
    closed = tag == "dialog" and "open" not in given
    return closed or "hidden" in given or bool(_INVISIBLE.search(given.get("style", "")))
