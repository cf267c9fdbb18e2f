"""What a browser would make of an answer."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .fetch import Answer
from .markup import Document, is_visible, read_document
from .output import find_tracebacks

_HTML = ("text/html", "application/xhtml+xml")
_TAG = re.compile(r"<[^>]{0,1000}>")


@dataclass(frozen=True, slots=True)
class View:
    """What is to be seen of an answer.

    Attributes:
        document: its links and its words.
        shows: whether there is anything to see.
        tracebacks: those that it shows instead of, or beside, what it is for.
    """

    document: Document
    shows: bool
    tracebacks: list[str] = field(default_factory=list)


def view_of(answer: Answer) -> View:
    """Look at an answer."""
    sniffed = not answer.content_type and "<" in answer.text
    if answer.content_type in _HTML or sniffed:
        document = read_document(answer.text)
        return View(document, document.shows, tracebacks_in(answer.text))
    shows = is_visible(answer.text) if answer.is_text else bool(answer.body)
    return View(Document(words=answer.text), shows, tracebacks_in(answer.text))


def tracebacks_in(text: str) -> list[str]:
    """Return the tracebacks that a text shows, as it is or read as HTML."""
    return [each for form in dict.fromkeys(_forms(text)) for each in find_tracebacks(form)]


def _forms(text: str) -> Iterator[str]:
    """Return a text as it is, and read as HTML."""
    yield text
    if "<" in text or "&" in text:
        yield html.unescape(_TAG.sub("\n", text))
        yield html.unescape(_TAG.sub("", text))
