"""Read promises out of an answer, as the JSON that they should be."""

from collections.abc import Mapping
from typing import Any, Final

from toggle_core.builders.chat.objects import JsonObject, objects
from toggle_core.builders.chat.thoughts import without_thoughts
from toggle_core.gates.promises.model import VERSION
from toggle_core.gates.promises.reading import KEYS, PROMISE_KEYS

SUPERSEDED: Final = "superseded"
"""What an answer about a change may have besides: promises of the base that no longer hold."""


def read_promised(answer: str) -> JsonObject | None:
    """The object with promises; None when the answer has none.

    What models write beside it is dropped, and what they usually get wrong without meaning
    anything by it is put right. Nothing is checked.
    """
    for found in objects(without_thoughts(answer)):
        if isinstance(found.get("promises"), list):
            return _usual(found)
    return None


def superseded(found: Mapping[str, Any]) -> set[str]:
    """Ids of promises of the base that an answer says no longer hold."""
    named = found.get(SUPERSEDED)
    if isinstance(named, dict):
        return set(named)
    entries = named if isinstance(named, list) else []
    ids = (each.get("id") if isinstance(each, dict) else each for each in entries)
    return {each for each in ids if isinstance(each, str)}


def _usual(found: JsonObject) -> JsonObject:
    known = {"version": VERSION} | {
        name: value
        for name, value in found.items()
        if name in {*KEYS, SUPERSEDED} and value is not None
    }
    known["promises"] = [_promise(each, at) for at, each in enumerate(found["promises"], 1)]
    return known


def _promise(value: Any, at: int) -> Any:
    if not isinstance(value, dict):
        return value
    known = {name: value[name] for name in PROMISE_KEYS if value.get(name) is not None}
    for steps in ("steps", "before"):
        if isinstance(known.get(steps), list):
            known[steps] = [_step(step) for step in known[steps]]
    return {"id": f"p{at}"} | known


def _step(value: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("run"), list):
        return value
    return value | {"run": [_argument(each) for each in value["run"]]}


def _argument(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value}" if is_number else value
