"""What visitors type into the fields of a form: as the form is meant to be used, and otherwise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..promises.pages import Choice, Field
from .used import shell_lure

_LONG = 100_000  # characters, far more than any visitor types
_TEXTS = frozenset(("text", "search", "textarea", ""))
_WORDS = {
    "email": "{token}@example.org",
    "url": "https://example.org/{token}",
    "tel": "+44 20 7946 0{number:03}",
    "color": "#336699",
    "password": "Amber-{token}-42",
}
_TIMES = {
    "date": "%Y-%m-%d",
    "month": "%Y-%m",
    "week": "%G-W%V",
    "time": "%H:%M",
    "datetime-local": "%Y-%m-%dT%H:%M",
}
_NUMBERS = ("number", "range")
_LEFT = ("hidden", "submit", "checkbox", "radio")


@dataclass(frozen=True, slots=True)
class Typing:
    """One way to fill in a form.

    Attributes:
        words: what is typed, to end the sentence "when the page gets …".
        fill: returns what is typed into a field; None leaves it as the page has it.
        is_ordinary: whether the form is meant to be used so.
        is_far_too_long: whether a server may hang up on who sends it.
    """

    words: str
    fill: Callable[[Field], list[Any] | None]
    is_ordinary: bool = False
    is_far_too_long: bool = False


def ordinary(token: str) -> Typing:
    """Return what an ordinary visitor types.

    Args:
        token: letters to recognise the texts by.
    """
    return Typing("ordinary words", lambda made: _usual(made, token), is_ordinary=True)


def hostile(token: str, planted: str) -> Iterator[Typing]:
    """Yield the other ways, the most telling first.

    Args:
        token: letters by which a page shows that markup was taken over.
        planted: path of a file that no page may show.
    """
    yield _into_texts("an apostrophe and HTML", markup_of(token), token)
    yield Typing("words where the form expects a number or a choice", _everywhere("O'Neil <b>"))
    yield Typing("nothing at all", _everywhere(""))
    yield _into_texts("letters of other scripts", f"Zoë 漢字 🎉 {shell_lure(token)}", token)
    yield Typing("the path of a file", _path(planted, token))
    yield _into_texts(f"{_LONG:,} characters", "a" * _LONG, token)


def markup_of(token: str) -> str:
    """Return a text that does something where a page takes it over as it is."""
    return f"{token} O'Neil\"><img src=x onerror={token}>"


def path_to(path: str) -> str:
    """Return how a careless program is led to a path from wherever it is."""
    return f"../../../../../../../..{path}"


def _path(planted: str, token: str) -> Callable[[Field], list[Any] | None]:
    """Fill texts with the path of the planted file, and send files with a name beside it."""
    beside = f"{planted.rpartition('/')[0]}/{token}.txt"

    def fill(made: Field) -> list[Any] | None:
        if made.kind == "file":
            return [{"name": path_to(beside), "content": f"{token}\n"}]
        return [path_to(planted)] if made.kind in _TEXTS else _usual(made, token)

    return fill


def _into_texts(words: str, text: str, token: str) -> Typing:
    def fill(made: Field) -> list[Any] | None:
        return [text] if made.kind in _TEXTS else _usual(made, token)

    return Typing(words, fill, is_far_too_long=len(text) >= _LONG)


def _everywhere(text: str) -> Callable[[Field], list[Any] | None]:
    def fill(made: Field) -> list[Any] | None:
        if made.kind == "select":
            made.choices.append(Choice(text, text))
            return [text]
        return None if made.kind in ("file", *_LEFT) else [text]

    return fill


def _usual(made: Field, token: str) -> list[Any] | None:
    """Return what an ordinary visitor enters into a field, None to leave it."""
    if made.kind == "select":
        return [each.value for each in made.choices if each.value][:1] or None
    if made.kind == "file":
        return [{"name": f"{token}.txt", "content": f"{token}\n"}]
    if made.kind in _NUMBERS:
        return [made.value or made.given.get("min") or made.given.get("max") or "3"]
    if made.kind in _TIMES:
        return [made.value or datetime.now(UTC).strftime(_TIMES[made.kind])]
    return _ticked(made) if made.kind in _LEFT else [_words(made, token)]


def _words(made: Field, token: str) -> str:
    """Return a text that a field takes, beginning with the token where it may be any text."""
    if made.kind in _WORDS:
        return _WORDS[made.kind].format(token=token, number=len(token))
    hint = f"{made.name} {made.placeholder} {' '.join(made.labels)}".lower()
    if "mail" in hint:
        return _WORDS["email"].format(token=token)
    if made.given.get("inputmode") in ("numeric", "decimal"):
        return "3"
    text = f"{token} amber lantern"
    most = made.given.get("maxlength", "")
    return text[: int(most)] if most.isdecimal() and len(most) < len(str(_LONG)) else text


def _ticked(made: Field) -> list[Any] | None:
    return [True] if made.kind == "checkbox" and "required" in made.given else None
