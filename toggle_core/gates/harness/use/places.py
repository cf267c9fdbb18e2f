"""The forms of a site, each kind once, and the addresses that lead out of it."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from ..frontier import CHANGES_THINGS
from ..promises.pages import Form, HtmlPage

_UP = 8  # folders
_MOST_FOLDERS = 3
_MOST_QUERIES = 6


class FormKind(NamedTuple):
    """What tells one kind of form from another; rows of a list have the same.

    Attributes:
        page: path of a page with it.
        method: ``get`` or ``post``.
        action: the address it is sent to, with ``#`` for each number.
        names: of its fields.
        takes_away: whether sending it deletes something or ends the visit.
    """

    page: str
    method: str
    action: str
    names: tuple[str, ...]
    takes_away: bool

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """The same for forms that do the same, on whatever page."""
        return self.method, self.action, self.names


def kinds_on(page: HtmlPage, path: str) -> Iterator[tuple[FormKind, Form]]:
    """Yield the forms of a page that send something typed, or change something.

    Args:
        page: the page.
        path: its address.
    """
    for form in page.forms:
        method = form.given.get("method", "get").lower()
        fields = [each for each in form.fields if each.kind != "hidden"]
        if method != "post" and not fields:
            continue
        target = urljoin(urljoin(path, page.base), form.given.get("action") or path)
        action = re.sub(r"\d+", "#", target.partition("?")[0])
        labels = " ".join(label for button in form.buttons for label in button.labels)
        acts = f"{action} {labels}".lower().replace("_", " ")
        names = tuple(each.name for each in form.fields)
        takes_away = bool(CHANGES_THINGS.search(acts))
        yield FormKind(path, method, action, names, takes_away), form


def ways_out(paths: list[str], planted: str) -> Iterator[str]:
    """Yield addresses by which a careless program answers with a file outside its folder.

    Args:
        paths: addresses of the site, some with a query.
        planted: path of the file, from the root of the file system.
    """
    folders = dict.fromkeys(urlsplit(path).path.rpartition("/")[0] + "/" for path in ["/", *paths])
    name = planted.lstrip("/")
    for folder in list(folders)[:_MOST_FOLDERS]:
        yield f"{folder}{'../' * _UP}{name}"
        yield f"{folder}{'%2e%2e/' * _UP}{name}"
        yield f"{folder}{'..%2f' * _UP}{quote(name, safe='')}"
        yield f"{folder}{quote(planted, safe='')}"
    queries = [path for path in paths if "?" in path]
    for path in queries[:_MOST_QUERIES]:
        place, _, query = path.partition("?")
        pairs = parse_qsl(query)
        for at, (key, _) in enumerate(pairs[:2]):
            changed = [*pairs[:at], (key, "../" * _UP + name), *pairs[at + 1 :]]
            yield f"{place}?{urlencode(changed)}"


def careless_queries(paths: list[str], markup: str) -> Iterator[tuple[str, str]]:
    """Yield addresses with other values in their query, each with what they hold in words.

    Args:
        paths: addresses of the site, some with a query.
        markup: a text that no page may take over.
    """
    kinds = {(path.partition("?")[0], tuple(_names(path))): path for path in paths if "?" in path}
    for path in list(kinds.values())[:_MOST_QUERIES]:
        place, _, query = path.partition("?")
        pairs = parse_qsl(query)
        for at, (key, _) in enumerate(pairs[:2]):
            for words, value in (("an apostrophe and HTML", markup), ("“-1”", "-1")):
                changed = [*pairs[:at], (key, value), *pairs[at + 1 :]]
                yield f"{words} as “{key}” in its address", f"{place}?{urlencode(changed)}"


def _names(path: str) -> list[str]:
    return [key for key, _ in parse_qsl(path.partition("?")[2])]
