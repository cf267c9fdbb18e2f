"""Have a model write the steps of sentences that a person has added."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from toggle_core.builders.chat.objects import JsonObject
from toggle_core.builders.chat.promise_judging import VACUOUS, Wish, both, read_base
from toggle_core.builders.chat.promising import POOR, Ask
from toggle_core.builders.chat.prompts import corrected_promises, steps_request
from toggle_core.builders.protocol import FindVacuous
from toggle_core.gates.promises.model import Interface, Promise, Promises
from toggle_core.gates.promises.reading import MOST_REVIEWED, survey


def add_steps(ask: Ask, wish: Wish, find_vacuous: FindVacuous | None) -> Mapping[str, Any] | None:
    """Have steps written, and once more with all that was wrong.

    Args:
        ask: asks the model.
        wish: task and plan, with the promises as its base.
        find_vacuous: tries promises on programs that do nothing; None: nothing is tried.

    Returns:
        The promises with the steps that are valid. The sentences are the person's.
    """
    promises = read_base(wish)
    bare = [each for each in promises.promises if not each.steps] if promises else []
    if promises is None or not bare:
        return wish.base
    request = steps_request(wish.task, wish.plan, promises, bare)
    for _ in range(2):
        try:
            answer = ask(request)
        except POOR:
            break
        promises, faults = _with_steps(promises, bare, answer, find_vacuous)
        bare = [each for each in promises.promises if not each.steps]
        if not bare or not faults:
            break
        request = corrected_promises(
            steps_request(wish.task, wish.plan, promises, bare), answer, faults
        )
    return promises.to_json()


def _with_steps(
    promises: Promises,
    bare: Sequence[Promise],
    answer: JsonObject,
    find_vacuous: FindVacuous | None,
) -> tuple[Promises, list[str]]:
    """The promises with what an answer adds to them, and what is wrong with the rest of it."""
    sentences = {each.id: each.sentence for each in bare}
    written = {"version": promises.version} | {
        "interface": _interface(promises.interface, answer),
        "promises": [
            each | {"sentence": sentences[each["id"]]}
            for each in answer["promises"]
            if isinstance(each, dict) and each.get("id") in sentences
        ],
    }
    reading = survey(written, fewest=0, most=MOST_REVIEWED)
    if reading.promises is None:
        return promises, list(reading.faults)
    found = {each.id: each for each in reading.promises.promises}
    vacuous = set(find_vacuous(reading.promises.to_json())) if find_vacuous and found else set()
    faults = [*reading.faults, *(f"Promise “{each}”: {VACUOUS}" for each in vacuous)]
    added = replace(
        promises,
        interface=reading.promises.interface,
        promises=tuple(
            found[each.id] if each.id in found and each.id not in vacuous else each
            for each in promises.promises
        ),
    )
    return added, faults


def _interface(earlier: Interface, answer: JsonObject) -> Any:
    """The interface that was agreed on, with what an answer needs in addition."""
    later = answer.get("interface")
    agreed = earlier.to_json()
    return both(agreed, later | {"kind": agreed["kind"]}) if isinstance(later, dict) else agreed
