"""Phrases: words in a row, in which a task asks for an ability of a project."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from toggle_core.builders.blueprints.words import Word, stem

_JOINS = frozenset({"and", "or", "plus", "also", "then"})
_WIDEST_GAP = 5
_LONGEST_RUN = 8


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a phrase.

    Attributes:
        stems: what may stand there.
        is_optional: nothing may stand there as well.
    """

    stems: frozenset[str]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row.

    Attributes:
        places: what stands where. A place takes several of its words joined by commas or "and".
        opens_clause: nothing but small words may stand before it in its clause.
    """

    places: tuple[Place, ...]
    opens_clause: bool = False


Phrases = Mapping[str, tuple[Phrase, ...]]
"""Phrases by each stem they may begin with."""


def read_phrase(text: str, lexicons: Mapping[str, Set[str]]) -> Phrase:
    """Read a phrase as it is written in a manifest.

    Args:
        text: places separated by spaces, each of words separated by ``|``; ``<name>`` stands for
            the words of a lexicon, ``?`` behind a place makes it optional, and ``^`` before the
            first one anchors it at the start of a clause.
        lexicons: stems by name.
    """
    anchored = text.startswith("^")
    return Phrase(
        tuple(_place(each, lexicons) for each in text.removeprefix("^").split()), anchored
    )


def _place(text: str, lexicons: Mapping[str, Set[str]]) -> Place:
    stems: set[str] = set()
    for word in text.removesuffix("?").split("|"):
        stems |= lexicons[word[1:-1]] if word.startswith("<") else {stem(word)}
    return Place(frozenset(stems), text.endswith("?"))


def index(phrases: Iterable[Phrase]) -> Phrases:
    """Arrange phrases by the stems they may begin with."""
    found: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        for first in _firsts(phrase):
            found.setdefault(first, []).append(phrase)
    return {first: tuple(listed) for first, listed in found.items()}


def _firsts(phrase: Phrase) -> frozenset[str]:
    stems: frozenset[str] = frozenset()
    for place in phrase.places:
        stems |= place.stems
        if not place.is_optional:
            break
    return stems


def find_phrases(phrases: Phrases, words: Sequence[Word], small: Set[int]) -> frozenset[int]:
    """Find every word that is part of a phrase.

    Args:
        phrases: what to look for.
        words: the task's words.
        small: positions of words that carry no wish and may stand inside a phrase.

    Returns:
        The positions of the words that stand in a phrase, without the small ones in between.
    """
    found: set[int] = set()
    for start, word in enumerate(words):
        for phrase in phrases.get(word.stem, ()):
            if not phrase.opens_clause or _opens_clause(words, start, small):
                found |= match_at(phrase, words, start, small)
    return frozenset(found)


def match_at(phrase: Phrase, words: Sequence[Word], start: int, small: Set[int]) -> frozenset[int]:
    """Match a phrase that begins at a word; empty if it does not."""
    taken: list[int] = []
    position = start
    for place in phrase.places:
        here = position if not taken else _next(words, position, place.stems, small)
        if here is None or not _fits(words, here, place.stems):
            if place.is_optional:
                continue
            return frozenset()
        run = 0
        while here is not None and run < _LONGEST_RUN:
            run += 1
            taken.append(here)
            position = here + 1
            here = _joined(words, position, place.stems, small)
    return frozenset(taken)


def _fits(words: Sequence[Word], position: int, stems: Set[str]) -> bool:
    word = words[position]
    return word.stem in stems and not word.is_quoted


def _next(
    words: Sequence[Word], position: int, stems: Set[str], small: Set[int], *, across: bool = False
) -> int | None:
    """Find the next word of a place behind small words, within the clause or ``across`` clauses."""
    end = min(len(words), position + _WIDEST_GAP)
    for here in range(position, end):
        if words[here].opens_sentence or (words[here].opens_clause and not across):
            return None
        if _fits(words, here, stems):
            return here
        if here not in small:
            return None
    return None


def _joined(words: Sequence[Word], position: int, stems: Set[str], small: Set[int]) -> int | None:
    """Find another word of the same place: "add, edit and delete"."""
    here = _next(words, position, stems, small, across=True)
    if here is None:
        return None
    between = words[position : here + 1]
    is_joined = between[-1].opens_clause or any(each.text in _JOINS for each in between[:-1])
    return here if is_joined else None


def _opens_clause(words: Sequence[Word], position: int, small: Set[int]) -> bool:
    while not words[position].opens_clause:
        position -= 1
        if position < 0 or position not in small:
            return False
    return True
