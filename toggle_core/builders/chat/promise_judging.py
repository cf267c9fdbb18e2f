"""Judge promises as a model has written them: what can be used, what is wrong, what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from toggle_core.builders.chat.misspellings import missing_words
from toggle_core.builders.chat.objects import JsonObject
from toggle_core.builders.chat.promise_answers import SUPERSEDED, superseded
from toggle_core.builders.protocol import FindVacuous
from toggle_core.errors import ModelFailed
from toggle_core.gates.promises.acts import acts_left_out
from toggle_core.gates.promises.interface import LONGEST
from toggle_core.gates.promises.model import (
    FEWEST,
    VERSION,
    Interface,
    Kind,
    LeftOut,
    Promise,
    Promises,
)
from toggle_core.gates.promises.reading import MOST_REVIEWED, Reading, survey

VACUOUS: Final = "A program that does nothing keeps it, so it proves nothing."

MOST_NAMED: Final = 40
"""Words of the task that a model is told of at once."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What promises are written for.

    Attributes:
        task: what the person asked for.
        plan: the plan's text.
        base: promises of the version that is changed.
        before: all that was asked for before.
    """

    task: str
    plan: str
    base: Mapping[str, Any] | None = None
    before: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer, judged.

    Attributes:
        promises: those that can be used.
        faults: what is wrong with the answer.
        dropped: promises that cannot be used, and why.
    """

    promises: Promises
    faults: tuple[str, ...]
    dropped: tuple[LeftOut, ...] = ()


def without(failed: ModelFailed, wish: Wish) -> Judged:
    """What there is when the model has written no promises."""
    left_out = LeftOut(line(wish.task), line(str(failed)))
    return Judged(_none(wish), (str(failed),), (left_out,))


def _none(wish: Wish) -> Promises:
    """No new promises: those of the base, if there are any."""
    return read_base(wish) or Promises(VERSION, Interface(Kind.CLI), ())


def read_base(wish: Wish) -> Promises | None:
    """The promises that a wish starts from; None where there are none."""
    if wish.base is None:
        return None
    return survey(wish.base, fewest=0, most=MOST_REVIEWED, bare=True).promises


def judged(answer: JsonObject, wish: Wish, find_vacuous: FindVacuous | None) -> Judged:
    """Judge an answer.

    Args:
        answer: as the model wrote it.
        wish: what the promises are for; those of its base are kept unless the answer says more.
        find_vacuous: tries promises on programs that do nothing; None: nothing is tried.
    """
    base = read_base(wish)
    written = {name: value for name, value in answer.items() if name != SUPERSEDED}
    if base and isinstance(written.get("interface"), dict):
        written["interface"] = both(base.interface.to_json(), written["interface"])
    new = survey(written, fewest=1 if base else FEWEST)
    if new.promises is None:
        dropped = [LeftOut(line(wish.task), line(fault)) for fault in new.faults]
        return Judged(_none(wish), new.faults, tuple(dropped))
    vacuous = _vacuous(new.promises, find_vacuous)
    lost = [*new.refused, *(LeftOut(each.sentence, VACUOUS) for each in vacuous)]
    kept = tuple(each for each in new.promises.promises if each not in vacuous)
    whole = new.promises
    if base:
        earlier = _kept(base, answer, new.promises)
        lost += earlier.refused
        kept = (*(earlier.promises or base).promises, *kept)
        whole = replace(whole, left_out=(*whole.left_out, *_still_left_out(base, kept)))
    faults = [
        *new.faults,
        *(f"Promise “{each.id}”: {VACUOUS}" for each in vacuous),
        *_not_covered(wish.task, replace(whole, promises=(*kept, *vacuous))),
    ]
    return Judged(replace(whole, promises=kept), tuple(faults), tuple(lost))


def _kept(base: Promises, answer: JsonObject, new: Promises) -> Reading:
    """The promises of the base that still hold, and can be carried out on what there will be."""
    gone = superseded(answer) | {each.id for each in new.promises}
    value = base.to_json() | {
        "interface": new.interface.to_json(),
        "promises": [each.to_json() for each in base.promises if each.id not in gone],
    }
    return survey(value, fewest=0, most=MOST_REVIEWED, bare=True)


def _still_left_out(base: Promises, promises: tuple[Promise, ...]) -> Iterator[LeftOut]:
    """What the base left out and is not promised now."""
    now = replace(base, promises=promises, left_out=())
    return (each for each in base.left_out if missing_words(each.words, now))


def both(earlier: JsonObject, later: JsonObject) -> JsonObject:
    """An interface with the commands, routes and fields of two."""
    united = dict(later)
    for name in ("commands", "routes", "fields"):
        new = later.get(name, [])
        if isinstance(new, list) and name in earlier:
            united[name] = [*new, *(each for each in earlier[name] if each not in new)]
    return united


def _vacuous(promises: Promises, find_vacuous: FindVacuous | None) -> list[Promise]:
    if find_vacuous is None or not promises.promises:
        return []
    ids = set(find_vacuous(promises.to_json()))
    return [each for each in promises.promises if each.id in ids]


def _not_covered(task: str, promises: Promises) -> Iterator[str]:
    missing = missing_words(task, promises)[:MOST_NAMED]
    if missing:
        words = ", ".join(f"“{word}”" for word in missing)
        yield f"No sentence and no entry of left_out has these words of the task: {words}."
    for act in acts_left_out(task, promises.to_json()):
        yield f"“{act.words}”: {act.why} A step has to do it as a person would."


def line(text: str) -> str:
    """A text on one line, as short as an entry of ``left_out`` has to be."""
    return " ".join(text.split())[:LONGEST]
