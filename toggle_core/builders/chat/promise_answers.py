"""Read promises out of an answer, as the JSON that they should be."""

from collections.abc import Mapping
from typing import Any, Final

from toggle_core.builders.chat.objects import JsonObject, inside, values
from toggle_core.builders.chat.thoughts import without_thoughts
from toggle_core.builders.chat.usual_promises import (
    usual_interface,
    usual_left_out,
    usual_promise,
)
from toggle_core.gates.promises.model import VERSION
from toggle_core.gates.promises.reading import KEYS

SUPERSEDED: Final = "superseded"
"""What an answer about a change may have besides: promises of the base that no longer hold."""


def read_promised(answer: str) -> JsonObject | None:
    """The object with promises, the last one that has any; None when the answer has none.

    What models write beside it is dropped, and what they usually get wrong without meaning
    anything by it is put right. Nothing is checked.
    """
    found = [each for value in values(without_thoughts(answer)) if (each := _found(value))]
    full = [each for each in found if each["promises"]]
    return _usual([*found, *full][-1]) if found else None


def _found(value: object) -> JsonObject | None:
    """The object with promises in a value: as a list, by their ids, or nothing but the list."""
    if isinstance(value, list) and any(
        isinstance(each, dict) and "steps" in each for each in value
    ):
        return {"promises": value}
    for found in inside(value):
        promises = found.get("promises")
        if isinstance(promises, dict):
            promises = [
                {"id": name} | each if isinstance(each, dict) else each
                for name, each in promises.items()
            ]
        if isinstance(promises, list):
            return found | {"promises": promises}
    return None


def superseded(found: Mapping[str, Any]) -> set[str]:
    """Ids of promises of the base that an answer says no longer hold."""
    named = found.get(SUPERSEDED)
    if isinstance(named, dict):
        return set(named)
    if isinstance(named, str):
        return {named}
    entries = named if isinstance(named, list) else []
    ids = (each.get("id") if isinstance(each, dict) else each for each in entries)
    return {each for each in ids if isinstance(each, str)}


def _usual(found: JsonObject) -> JsonObject:
    known = {
        name: value
        for name, value in found.items()
        if name in {*KEYS, SUPERSEDED} and value is not None
    }
    if f"{known.get('version', VERSION)}" in {f"{VERSION}", f"{VERSION}.0"}:
        known["version"] = VERSION
    if "interface" in known:
        known["interface"] = usual_interface(known["interface"])
    if "left_out" in known:
        known["left_out"] = usual_left_out(known["left_out"])
    known["promises"] = [usual_promise(each, at) for at, each in enumerate(found["promises"], 1)]
    return known
