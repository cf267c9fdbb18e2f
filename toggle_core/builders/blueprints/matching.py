"""Choosing the blueprint a task asks for, or none."""

from dataclasses import dataclass, replace

from toggle_core.builders.blueprints.catalogue import Catalogue
from toggle_core.builders.blueprints.languages import foreign_language
from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.reading import Reading, read_as
from toggle_core.builders.blueprints.slips import corrected
from toggle_core.builders.blueprints.task import Task, read_task
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import read_words


@dataclass(frozen=True, slots=True)
class Match:
    """What came of reading a task.

    Attributes:
        task: the task as it was read.
        chosen: the reading that fits; None if none does, or more than one.
        readings: the task read for every blueprint, the most promising first.
        language: the language other than English it seems to be written in; empty if there is none.
    """

    task: Task
    chosen: Reading | None
    readings: tuple[Reading, ...]
    language: str = ""


def match(task: str, catalogue: Catalogue) -> Match:
    """Find the one blueprint a task asks for.

    A text in quotation marks is a name; where nothing fits so, it is read as plain words. When
    two blueprints fit equally well, neither is chosen: a wrong project is worse than none.

    Args:
        task: what the person asked for.
        catalogue: the library.
    """
    result = _match(task, catalogue, quotes=True)
    result = result if result.chosen else _match(task, catalogue, quotes=False)
    language = foreign_language(task)
    return replace(result, chosen=None, language=language) if language else result


def _match(text: str, catalogue: Catalogue, *, quotes: bool) -> Match:
    shared = catalogue.vocabulary
    written = read_words(text, shared.merges, quotes=quotes)
    words = tuple(corrected(each, catalogue.meant, catalogue.known) for each in written)
    task = read_task(text, words, shared, catalogue.blueprints)
    readings = sorted(
        (
            max(
                (read_as(each, way, task, shared) for way in _ways(each, task, shared)),
                key=_promise,
            )
            for each in catalogue.blueprints
        ),
        key=_promise,
        reverse=True,
    )
    first, second = readings[:2]
    is_plain = _rank(first) > _rank(second)
    chosen = first if first.is_buildable and is_plain else None
    return Match(task, chosen, tuple(readings))


def _ways(blueprint: Blueprint, task: Task, shared: Vocabulary) -> list[str]:
    """Order a blueprint's interfaces: those that a word hints at first, then the usual one."""
    stems = {word.stem for word in task.words if not word.is_quoted}
    return sorted(
        blueprint.interfaces, key=lambda way: stems.isdisjoint(shared.interfaces[way].hints)
    )


def _rank(reading: Reading) -> tuple[bool, bool, int]:
    return reading.is_buildable, reading.is_complete, len(reading.core)


def _promise(reading: Reading) -> tuple[tuple[bool, bool, int], int]:
    missing = sum(each.end - each.start for each in reading.left_out)
    return (
        (reading.is_buildable, reading.is_complete, len(reading.core))
        if reading.is_buildable
        else (False, bool(reading.core), 0)
    ), -missing
