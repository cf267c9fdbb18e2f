"""What many visitors do at once: fill in a form, send to a route, raise a count."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from ..promises.client import Reply
from ..promises.forms import fill_fields
from ..promises.pages import Form, HtmlPage
from ..promises.visitor import Outgoing, form_request
from .crowd import VISITORS, Crowd, Crowded
from .faults import in_short
from .places import FormKind, kinds_on
from .typed import Typing, ordinary
from .used import DROPPED, ERROR, RACE, UseFault

_ROUTE = re.compile(r"POST (/[^\s{}<>:]*) \{([^{}]*)\}")
_AS_NUMBER = re.compile(
    r"price|amount|quantity|count|number|year|rating|stars|age|minutes|hours|score|points|cents"
)
_MOST_COUNTERS = 2
_MOST_ROUTES = 3
_TYPED = f"the same from {VISITORS} visitors at once"


class Filling(NamedTuple):
    """A form on an open page.

    Attributes:
        page: the page.
        path: its address.
        form: the form.
    """

    page: HtmlPage
    path: str
    form: Form

    def request(self, typing: Typing) -> Outgoing | None:
        """Return the request that sends the form, None if it leads to another host."""
        filled = {f: typed for f in self.form.fields if (typed := typing.fill(f)) is not None}
        button = self.form.buttons[0] if self.form.buttons else None
        with suppress(ValueError):
            return form_request(self.page, self.path, fill_fields(self.form, filled, button))
        return None


def open_form(reply: Reply, kind: FormKind) -> Filling | None:
    """Return the form of a kind on the page that an answer holds, None if it is not there."""
    page = reply.page()
    for each, form in kinds_on(page, reply.path):
        if each.key == kind.key:
            return Filling(page, reply.path, form)
    return None


def faults_at_once(
    crowd: Crowd,
    kept: Mapping[FormKind, str],
    kinds: Sequence[FormKind],
    front: Sequence[str],
    routes: Sequence[str],
) -> Iterator[UseFault]:
    """Yield what goes wrong when many use one form, one counter and one page at once.

    Args:
        crowd: the visitors.
        kept: forms whose words anybody can read, each with the page where.
        kinds: all forms that take nothing away.
        front: addresses of the pages, the front page first.
        routes: that were agreed on.
    """
    lists = [kind for kind in kept if kind.method == "post"]
    for kind in lists[:1]:
        filling = open_form(crowd.open(kind.page), kind)
        if filling is not None:
            yield from _faults(kind.page, _add(crowd, filling, kept[kind]))
    if not lists:
        yield from _faults_of_routes(crowd, routes)
    counting = [kind for kind in kinds if kind.method == "post" and kind not in kept]
    for kind in counting[:_MOST_COUNTERS]:
        filling = open_form(crowd.open(kind.page), kind)
        action = filling.request(ordinary("amber")) if filling and not _asks(filling) else None
        if action is not None:
            yield from _faults(kind.page, crowd.count_up(action, crowd.text_of(kind.page)))
    for path in front[:1]:
        yield from _faults(path, crowd.count_up(Outgoing("GET", path), crowd.text_of(path)))


def _add(crowd: Crowd, filling: Filling, path: str) -> Crowded | None:
    return crowd.add_entries(
        lambda token: filling.request(ordinary(token)), lambda: crowd.open(path).text
    )


def _asks(filling: Filling) -> bool:
    """Whether a form asks for something that is typed or chosen."""
    return any(field.kind != "hidden" for field in filling.form.fields)


def _faults_of_routes(crowd: Crowd, routes: Sequence[str]) -> Iterator[UseFault]:
    """Use the first route that takes an entry and shows it."""
    taking = [found.groups() for route in routes if (found := _ROUTE.fullmatch(route))]
    for path, fields in taking[:_MOST_ROUTES]:
        make = partial(_entry, path, re.findall(r"\w{1,60}", fields))
        if crowd.shows_one(make, path):
            yield from _faults(path, crowd.add_entries(make, crowd.text_of(path)))
            return


def _entry(path: str, names: Sequence[str], token: str) -> Outgoing:
    body = {name: 3 if _AS_NUMBER.search(name) else f"{token} amber" for name in names}
    return Outgoing("POST", path, json.dumps(body).encode(), "application/json")


def _faults(page: str, found: Crowded | None) -> Iterator[UseFault]:
    if found is None:
        return
    request = f"{found.request.method} {found.request.path}\n{(found.request.body or b'').decode()}"
    if found.reply is None:
        yield UseFault(RACE, page, "", request.rstrip(), found.words)
    else:
        kind = DROPPED if found.reply.fault else ERROR
        yield UseFault(kind, page, _TYPED, request.rstrip(), in_short(found.reply))
