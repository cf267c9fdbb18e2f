"""The library as it is held in memory, read on first use."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toggle_core.builders.blueprints.cores import core_stems
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
        core_stems: words that tell some kind of project.
        known_stems: words that mean something here, which are therefore no slip of the pen.
    """

    vocabulary: Vocabulary
    blueprints: tuple[Blueprint, ...]
    templates: "Environment"
    core_stems: frozenset[str]
    known_stems: frozenset[str]


def read_catalogue() -> Catalogue:
    """Read the library from its files."""
    vocabulary = read_vocabulary()
    blueprints = read_blueprints(vocabulary)
    return Catalogue(
        vocabulary=vocabulary,
        blueprints=blueprints,
        templates=environment(),
        core_stems=core_stems(blueprints),
        known_stems=_known_stems(vocabulary, blueprints),
    )


def _known_stems(vocabulary: Vocabulary, blueprints: tuple[Blueprint, ...]) -> frozenset[str]:
    return (
        vocabulary.fillers
        | to_stems(vocabulary.purposes)
        | frozenset().union(
            *vocabulary.interfaces.values(),
            *(each.stems for each in vocabulary.outside),
            *(stems for lexicon in vocabulary.lexicons.values() for stems in lexicon.values()),
            *(each.words for each in blueprints),
            *(
                stems
                for each in blueprints
                for parameter in each.parameters
                for stems in (parameter.markers, parameter.unit, *parameter.choices.values())
            ),
        )
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
