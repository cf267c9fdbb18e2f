"""Requests to the routes that were agreed on, as programs send them that are not careful."""

import json
import re
from collections.abc import Iterator, Sequence

from ..promises.visitor import Outgoing

_ROUTE = re.compile(r"(?P<method>[A-Z]+) (?P<path>/\S*)(?: \{(?P<fields>[^{}]*)\})?")
_PLACE = re.compile(r"\{\w+\}|<\w+>|(?<=/):\w+|(?<=/)[A-Z][A-Z_]*(?=/|$)")
_NAME = re.compile(r"\w{1,60}")
_MOST_REQUESTS = 20
_STRANGE_PLACES = ("O'Neil", "987654321")  # the second may be an id, but nothing has it
_JSON = "application/json"


def careless_requests(routes: Sequence[str], markup: str) -> Iterator[tuple[str, Outgoing]]:
    """Yield requests, each with what is sent in words.

    Args:
        routes: such as ``POST /items {name, price}``; what is in capitals or brackets in a path
            stands for a value.
        markup: a text that no page may take over.
    """
    made = [each for route in routes for each in _requests(route, markup)]
    yield from made[:_MOST_REQUESTS]


def _requests(route: str, markup: str) -> Iterator[tuple[str, Outgoing]]:
    found = _ROUTE.fullmatch(route)
    if found is None:
        return
    method, path = found["method"], found["path"]
    if _PLACE.search(path):
        if method == "GET" and "?" not in path:
            for text in _STRANGE_PLACES:
                yield f"“{text}” in its address", Outgoing("GET", _PLACE.sub(text, path))
    elif method in ("POST", "PUT", "PATCH") and found["fields"] is not None:
        names = _NAME.findall(found["fields"])
        for words, body in _bodies(names, markup):
            yield words, Outgoing(method, path, body.encode(), _JSON)


def _bodies(names: Sequence[str], markup: str) -> Iterator[tuple[str, str]]:
    yield "an apostrophe and HTML", json.dumps(dict.fromkeys(names, markup))
    yield "values of other types", json.dumps({name: {"a": [1, None]} for name in names})
    yield "a JSON list", "[]"
    yield "broken JSON", '{"'
