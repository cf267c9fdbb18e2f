"""The library as it is held in memory, read on first use."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toggle_core.builders.blueprints.manifest import Blueprint, read_blueprints
from toggle_core.builders.blueprints.rendering import environment
from toggle_core.builders.blueprints.vocabulary import Vocabulary, read_vocabulary, to_stems

if TYPE_CHECKING:
    from jinja2 import Environment


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every blueprint, and what is needed to choose and to fill in one.

    Attributes:
        vocabulary: the words all blueprints share.
        blueprints: the library, by name.
        templates: the template environment; it caches what it has read, and is thread-safe.
        meant: words that a slip of the pen may have been meant to be, by their first letter.
        known: words that are no slip of the pen.
    """

    vocabulary: Vocabulary
    blueprints: tuple[Blueprint, ...]
    templates: "Environment"
    meant: Mapping[str, frozenset[str]]
    known: frozenset[str]


def read_catalogue() -> Catalogue:
    """Read the library from its files."""
    vocabulary = read_vocabulary()
    blueprints = read_blueprints(vocabulary)
    return Catalogue(
        vocabulary=vocabulary,
        blueprints=blueprints,
        templates=environment(),
        meant=_meant(vocabulary, blueprints),
        known=_known(vocabulary, blueprints),
    )


def _meant(
    vocabulary: Vocabulary, blueprints: tuple[Blueprint, ...]
) -> Mapping[str, frozenset[str]]:
    words = vocabulary.spelled.union(*(each.spelled for each in blueprints))
    letters = {word[0] for word in words}
    return {each: frozenset(word for word in words if word[0] == each) for each in letters}


def _known(vocabulary: Vocabulary, blueprints: tuple[Blueprint, ...]) -> frozenset[str]:
    parameters = [parameter for each in blueprints for parameter in each.parameters]
    spelled = vocabulary.spelled.union(*(each.spelled for each in blueprints))
    return frozenset().union(
        spelled,
        to_stems(spelled),
        vocabulary.words,
        vocabulary.relations,
        vocabulary.owners,
        vocabulary.absent,
        vocabulary.purposes,
        *(each.beside for each in vocabulary.interfaces.values()),
        *(each.stems for each in vocabulary.outside),
        *(stems for lexicon in vocabulary.lexicons.values() for stems in lexicon.values()),
        *(each.markers | each.unit for each in parameters),
        *(stems for each in parameters for stems in each.choices.values()),
    )


class Once:
    """Something made on first use, once, however many threads ask for it."""

    def __init__(self, make: Callable[[], Catalogue]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Catalogue | None = None

    def __call__(self) -> Catalogue:
        """Return it, and make it if that has not been done."""
        if self._made is None:
            with self._lock:
                if self._made is None:
                    self._made = self._make()
        return self._made


catalogue = Once(read_catalogue)
"""The library of this process."""
