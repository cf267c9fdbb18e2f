"""Lists that a person has typed in a form: sections of a page, fields of a record, units."""

import re
from collections.abc import Mapping
from typing import Any, Final

from toggle_core.builders.blueprints.literals import one_line
from toggle_core.builders.blueprints.manifest import Blueprint, Parameter
from toggle_core.builders.blueprints.units import PAIR, quantity_of, unit_named
from toggle_core.builders.blueprints.vocabulary import to_stems

LISTS: Final = frozenset({"list", "fields", "asked", "units"})
"""Kinds of parameters that are lists."""

LONGEST_ITEM: Final = 30
"""Characters of an item."""

MOST: Final = 12
"""Items of a list, where the parameter takes more."""

_ITEM: Final = re.compile(r"(?=.*[^\W_])[\w '\u2019-]+")
_BETWEEN: Final = re.compile(r"[,;\n]")


def items_of(parameter: Parameter, text: str) -> tuple[str, ...]:
    """The items of a list, each once.

    Args:
        parameter: a list. The names of fields are read in small letters, as in a task, and those
            of units as the project has them.
        text: items between commas, semicolons or line breaks.
    """
    items = (one_line(each) for each in _BETWEEN.split(text))
    if parameter.kind != "list":
        items = (each.casefold() for each in items)
    if parameter.kind == "units":
        items = (unit_named(parameter, each) or each for each in items)
    return tuple({each.casefold(): each for each in items if each}.values())


def offered(
    blueprint: Blueprint, parameter: Parameter, values: Mapping[str, Any]
) -> tuple[str, ...]:
    """What the items of a list can be; empty where anything will do.

    Args:
        blueprint: of the project.
        parameter: a list.
        values: of all parameters: some choices are there for others only.
    """
    if parameter.kind != "asked":
        return ()
    return tuple(
        choice
        for choice in parameter.choices
        if all(
            to_stems(choice).isdisjoint(each.stems) or values.get(each.parameter) in each.choices
            for each in blueprint.restrictions
        )
    )


def refused_items(parameter: Parameter, text: str, choices: tuple[str, ...]) -> str:
    """Why a list cannot be used, without a full stop; empty where it can. An empty one always can.

    Args:
        parameter: the list.
        text: as it was typed.
        choices: what its items can be; empty where anything will do.
    """
    items = items_of(parameter, text)
    if not items:
        return ""
    if choices:
        unknown = [each for each in items if each not in choices]
        return f"“{unknown[0]}” is not one of {', '.join(choices)}" if unknown else ""
    if parameter.kind == "units":
        return _refused_units(parameter, items)
    most = min(parameter.largest, MOST)
    if not parameter.smallest <= len(items) <= most:
        if most == 1:
            return "name one only"
        return f"list {parameter.smallest} to {most}, with commas between them"
    return next(filter(None, map(_refused_item, items)), "")


def _refused_item(item: str) -> str:
    if len(item) > LONGEST_ITEM:
        return f"“{item[:LONGEST_ITEM]}…” is longer than {LONGEST_ITEM} characters"
    if not _ITEM.fullmatch(item):
        return f"“{item}” may hold letters, digits, spaces, hyphens and apostrophes only"
    return ""


def _refused_units(parameter: Parameter, units: tuple[str, ...]) -> str:
    unknown = [each for each in units if not unit_named(parameter, each)]
    if unknown:
        return f"“{one_line(unknown[0], LONGEST_ITEM)}” is not a unit it knows"
    if len(units) != PAIR:
        return "name two units, with a comma between them"
    first, second = (quantity_of(parameter, each) for each in units)
    return "" if first == second else f"one measures {first}, the other {second}"
