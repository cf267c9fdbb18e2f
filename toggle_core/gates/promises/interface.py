"""The interface that a program has to offer, and what no promise covers."""

import re
from typing import Any, Final

from toggle_core.gates.promises.model import Interface, Kind, LeftOut
from toggle_core.gates.promises.requests import METHODS
from toggle_core.gates.promises.shape import Fault, listed, mapped, quoted, text

ROUTE: Final = re.compile(rf"(?:{'|'.join(METHODS)}) /(?!/).*")

MOST: Final = 40
"""Commands, routes or fields."""

LONGEST: Final = 300
"""Characters of a route, a field or an argument."""


def read_interface(value: object) -> Interface:
    """The interface.

    Raises:
        Fault: its kind or a part of it is not known.
    """
    if value is None:
        raise Fault("“interface” is missing.")
    found = mapped(value, "“interface”", known=("kind", "commands", "routes", "fields"))
    kinds = [kind.value for kind in Kind]
    if found.get("kind") not in kinds:
        raise Fault(f"“interface” needs a kind, one of {', '.join(kinds)}.")
    routes = _texts(found.get("routes", []), "“routes”")
    for route in routes:
        if not ROUTE.fullmatch(route):
            raise Fault(f"A route is such as “GET /items”, not {quoted(route)}.")
    return Interface(
        kind=Kind(found["kind"]),
        commands=tuple(
            _texts(command, "A command in “commands”")
            for command in listed(found.get("commands", []), "“commands”", most=MOST)
        ),
        routes=routes,
        fields=_texts(found.get("fields", []), "“fields”"),
    )


def read_left_out(value: object) -> tuple[LeftOut, ...]:
    """What is left out: a list of words and reasons, or an object of reasons by words.

    Raises:
        Fault: an entry has no words or no reason.
    """
    if isinstance(value, dict):
        value = [{"words": words, "why": why} for words, why in value.items()]
    return tuple(_left_out(each) for each in listed(value, "“left_out”", most=MOST))


def _left_out(value: object) -> LeftOut:
    found = mapped(value, "An entry of “left_out”", known=("words", "why"))
    words, why = (
        text(found.get(name), f"“{name}” in “left_out”", longest=LONGEST, lines=False).strip()
        for name in ("words", "why")
    )
    return LeftOut(words, why)


def _texts(value: Any, name: str) -> tuple[str, ...]:
    return tuple(
        text(each, f"An entry of {name}", longest=LONGEST, lines=False)
        for each in listed(value, name, most=MOST)
    )
