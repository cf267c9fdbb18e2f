"""Advice about a task: what would be built, what would be left out, and what comes close."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from toggle_core.builders.advice import Advice, Offer
from toggle_core.builders.blueprints.catalogue import Catalogue
from toggle_core.builders.blueprints.literals import one_line
from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.matching import Match, match
from toggle_core.builders.blueprints.nearness import nearest
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.refusal import parts_of, reason_of
from toggle_core.builders.blueprints.task import LeftOut

_OFFERS: Final = 3
_LEAST_WORDS: Final = 3
"""Words of a task that names nothing known, before there is advice on it."""
_WIDEST: Final = 40
_LONGEST_ADVISED: Final = 600
"""Characters of a task that is worth trying again without its left-out words."""

_JOINTS: Final = re.compile(
    r"(?:[\s,;]+(?:and|or|plus|but|that|which|with|also|as well as|including|to|in|for|by)\b)*"
    r"[\s,;]*$",
    re.IGNORECASE,
)
_SPLIT: Final = re.compile(r"\s+(?:and|plus|as well as|&)\s+|[;,]\s*|\.\s+", re.IGNORECASE)
_SUBJECT: Final = re.compile(r"\b(?:for|of|about)\s+(?P<subject>[^,.;]{3,40})$", re.IGNORECASE)


def advise_refused(found: Match, library: Catalogue) -> Advice:
    """Say why a task is refused, and what comes close.

    Args:
        found: what came of reading the task; nothing was chosen.
        library: what can be made.
    """
    words = [each for index, each in enumerate(found.task.words) if index not in found.task.small]
    return Advice(
        reason=reason_of(found)[0],
        is_near=any(each.core for each in found.readings) or len(words) >= _LEAST_WORDS,
        offers=tuple(islice(_distinct(_offers(found, library)), _OFFERS)),
        templates=len(library.blueprints),
    )


def offer_without(
    found: Match, left_out: Sequence[LeftOut], blueprint: Blueprint, library: Catalogue
) -> Offer | None:
    """Offer a task without the words that are left out; None where it would still be refused.

    Args:
        found: what came of reading the task.
        left_out: the words.
        blueprint: what is to be built.
        library: what can be made.
    """
    text = found.task.text
    if not left_out or len(text) > _LONGEST_ADVISED:
        return None
    rest = _without(text, left_out)
    if not _builds(rest, blueprint, library):
        return None
    what = ", ".join(one_line(found.task.text_of(each), _WIDEST) for each in left_out)
    return Offer(f"Leave out “{one_line(what, _WIDEST)}”", rest, blueprint.description)


def _offers(found: Match, library: Catalogue) -> Iterator[Offer]:
    parts = parts_of(found)
    for reading in parts:
        yield _part(found, reading.blueprint, library)
    if parts:
        return
    first, *others = nearest(found, library.vocabulary)
    subject = "" if found.language else _subject(found)
    shorter = None
    if first.core and not found.language:
        shorter = offer_without(found, first.left_out, first.blueprint, library)
    yield shorter or _offer(first, subject, library)
    for reading in others:
        yield _offer(reading, subject, library)


def _part(found: Match, blueprint: Blueprint, library: Catalogue) -> Offer:
    """One of several projects: the clause that asks for it, or else its name."""
    clauses = (each.strip() for each in _SPLIT.split(found.task.text))
    asked = next((each for each in clauses if _builds(each, blueprint, library)), "")
    task = asked[:1].upper() + asked[1:] if asked else f"Create {blueprint.offer}"
    return Offer(blueprint.title, task, blueprint.description)


def _offer(reading: Reading, subject: str, library: Catalogue) -> Offer:
    blueprint = reading.blueprint
    plain = f"Create {blueprint.offer}"
    for task in (f"{plain} for {subject}", f"{plain} called “{subject.capitalize()}”"):
        if subject and _builds(task, blueprint, library):
            return Offer(f"{blueprint.title} for {subject}", task, blueprint.description)
    return Offer(blueprint.title, plain, blueprint.description)


def _subject(found: Match) -> str:
    """What a task is about: "boats" of "an app like Airbnb for boats"."""
    told = _SUBJECT.search(found.task.text.strip().rstrip(".!?"))
    return one_line(told["subject"].strip(" '\"“”"), _WIDEST) if told else ""


def _builds(task: str, blueprint: Blueprint, library: Catalogue) -> bool:
    chosen = match(task, library).chosen
    return chosen is not None and chosen.blueprint == blueprint and chosen.is_complete


def _without(text: str, left_out: Iterable[LeftOut]) -> str:
    for each in sorted(left_out, key=lambda left: -left.start):
        before = _JOINTS.sub("", text[: each.start])
        after = text[each.end :]
        text = before + (after if after[:1] in {",", ".", ";", ""} else f" {after.lstrip()}")
    return text.strip(" ,;")


def _distinct(offers: Iterable[Offer]) -> Iterator[Offer]:
    seen: set[str] = set()
    for each in offers:
        if each.task not in seen:
            seen.add(each.task)
            yield each
