"""The blueprints that come nearest to a task none of them fits."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.matching import Match
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.vocabulary import Vocabulary, to_stems

_WORDS: Final = Path(__file__).parent / "nearest.toml"
_CORE: Final = 2
"""What a word of a blueprint's own patterns counts, against one of the file above."""
_RELATED: Final = 3
_TECHNICAL: Final = ("rest-api",)
"""Its patterns hold the names of all kinds of records, but a founder wants no API for them."""
_USUAL: Final = ("records", "landing-page", "to-do-list", "notes", "expense-tracker")
"""What is useful to most people, in the place of what nothing points to."""


def nearest(found: Match, shared: Vocabulary) -> Sequence[Reading]:
    """The readings of a task in the order in which they are worth offering.

    A blueprint that the task names comes first, then those whose words stand in it. Words that fit
    everything, such as "app", point to none.

    Args:
        found: what came of reading the task.
        shared: the words all blueprints share.
    """
    silent = shared.lead | shared.kinds | shared.praise
    stems = {
        word.stem
        for index, word in enumerate(found.task.words)
        if index not in found.task.small and word.stem not in silent
    }

    def rank(reading: Reading) -> tuple[bool, int, int, str]:
        blueprint = reading.blueprint
        usual = _USUAL.index(blueprint.name) if blueprint.name in _USUAL else len(_USUAL)
        return not reading.core, -_score(blueprint, stems, silent), usual, blueprint.name

    return sorted(found.readings, key=rank)


def _score(blueprint: Blueprint, stems: Iterable[str], silent: frozenset[str]) -> int:
    cores = () if blueprint.name in _TECHNICAL else blueprint.cores
    own = frozenset[str]().union(*(place for core in cores for place in core)) - silent
    related = _related().get(blueprint.name, frozenset())
    return sum(_CORE if stem in own else _RELATED if stem in related else 0 for stem in stems)


@cache
def _related() -> Mapping[str, frozenset[str]]:
    table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {name: to_stems(words) for name, words in table.items()}
