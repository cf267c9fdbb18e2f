"""Saying no: what the built-in builder can make, what comes nearest, and what stood in the way."""

import re
from collections.abc import Sequence

from toggle_core.builders.blueprints.literals import one_line
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.words import Word
from toggle_core.errors import NoBlueprint

_MOST_WORDS = 4
_WIDEST_WORD = 24
_FOREIGN = re.compile(
    r"\b(une?|der|die|das|ein|eine|und|mit|für|ich|crea|crear|una|para|con|del|las|los|lista|le|la"
    r"|les|des|pour|avec|et|créer|faire|un|il|per|di|che|uma|com|não|een|het|voor|met|en|og|och"
    r"|att|för|jest|aby|się|bir|için|ve)\b",
    re.IGNORECASE,
)
_FOREIGN_SHARE = 0.2
_LEAST_LIKENESS = 0.5
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")


def refusal(readings: Sequence[Reading], task: str) -> NoBlueprint:
    """Say what can be made instead.

    Args:
        readings: the task read for every blueprint, the most promising first.
        task: what the person asked for.
    """
    titled = sorted(readings, key=lambda each: each.blueprint.title.lower())
    offers = [each.blueprint.offer for each in titled]
    listed = ", ".join(offers[:-1]) + f" or {offers[-1]}"
    return NoBlueprint(offers=listed, nearest=_nearest(readings, task))


def _nearest(readings: Sequence[Reading], task: str) -> str:
    if is_foreign(task):
        return "It reads English only. "
    best = max(readings, key=lambda each: (bool(each.core), each.likeness))
    if not best.core and best.likeness < _LEAST_LIKENESS:
        return f"{_cannot(best, task)}. " if best.outside else ""
    nearest = f"The nearest is {best.blueprint.offer} (“{best.blueprint.example}”)"
    if best.outside:
        return f"{nearest}. {_cannot(best, task)}. "
    if best.core and best.unexplained:
        return f"{nearest}, but that does not cover {_quoted(best.unexplained, task)}. "
    return f"{nearest}. "


def _cannot(reading: Reading, task: str) -> str:
    reason = reading.outside[0][0]
    words = [word for each, word in reading.outside if each == reason]
    return f"It cannot {reason} (the task says {_quoted(words, task)})"


def _quoted(words: Sequence[Word], task: str) -> str:
    texts = (one_line(task[word.start : word.end], _WIDEST_WORD) for word in words)
    return ", ".join(f"“{text}”" for text in list(dict.fromkeys(texts))[:_MOST_WORDS])


def is_foreign(task: str) -> bool:
    """Whether a task seems to be written in another language than English."""
    words = task.split()
    marks = len(_FOREIGN.findall(task))
    return marks > _FOREIGN_SHARE * len(words) or bool(_OTHER_SCRIPT.search(task))
