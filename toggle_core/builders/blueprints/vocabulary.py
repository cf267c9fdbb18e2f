"""The words all blueprints share, and those that say a task is out of scope."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toggle_core.builders.blueprints.words import Word, stem

_HERE = Path(__file__).parent

Merges = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]


@dataclass(frozen=True, slots=True)
class Outside:
    """A kind of task no blueprint answers to.

    Attributes:
        reason: ends the sentence "It cannot …".
        is_technical: it is about how a program is made, not what it is about.
        stems: single words that tell it.
        phrases: words in a row that tell it, as stems, by the first of them.
    """

    reason: str
    is_technical: bool
    stems: frozenset[str]
    phrases: Mapping[str, Sequence[tuple[str, ...]]]

    def positions(self, words: Sequence[Word]) -> frozenset[int]:
        """Find where a task names this kind of thing; of a phrase, its last word."""
        found: set[int] = set()
        for index, word in enumerate(words):
            if word.stem in self.stems and not word.is_quoted:
                found.add(index)
            for phrase in self.phrases.get(word.stem, ()):
                if tuple(each.stem for each in words[index : index + len(phrase)]) == phrase:
                    found.add(index + len(phrase) - 1)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Shared words.

    Attributes:
        merges: several words that count as one, by the first of them.
        fillers: stems that say nothing about what is wanted.
        purposes: words, as written, that may stand before a project and only say what it is for.
        interfaces: stems that name an interface, by the interface.
        lexicons: named choices shared by blueprints: stems by choice, by lexicon.
        outside: what is out of scope.
    """

    merges: Merges
    fillers: frozenset[str]
    purposes: frozenset[str]
    interfaces: Mapping[str, frozenset[str]]
    lexicons: Mapping[str, Mapping[str, frozenset[str]]]
    outside: tuple[Outside, ...]


def to_stems(words: str | Iterable[str]) -> frozenset[str]:
    """Stem words, given one by one or separated by white space."""
    return frozenset(map(stem, words.split() if isinstance(words, str) else words))


def choices(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Read a table of words by choice."""
    return {choice: to_stems(words) for choice, words in table.items()}


def read_vocabulary() -> Vocabulary:
    """Read the shared words from the files beside this module."""
    shared = tomllib.loads((_HERE / "vocabulary.toml").read_text(encoding="utf-8"))
    scope = tomllib.loads((_HERE / "scope.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        merges=merges(shared["merges"]),
        fillers=frozenset().union(*map(to_stems, shared["fillers"].values())),
        purposes=frozenset(shared["purposes"]["words"].split()),
        interfaces=choices(shared["interfaces"]),
        lexicons={name: choices(table) for name, table in shared["lexicons"].items()},
        outside=tuple(map(_outside, scope["outside"])),
    )


def merges(table: Mapping[str, Sequence[str]]) -> Merges:
    """Read several-word synonyms, the longest first, by their first word."""
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for meaning, spellings in table.items():
        for spelling in spellings:
            parts = tuple(spelling.split())
            by_first.setdefault(parts[0], []).append((parts, meaning))
    for found in by_first.values():
        found.sort(key=lambda each: -len(each[0]))
    return by_first


def _outside(table: Mapping[str, Any]) -> Outside:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in table.get("phrases", ()):
        parts = tuple(map(stem, phrase.split()))
        phrases.setdefault(parts[0], []).append(parts)
    return Outside(
        table["reason"], table.get("technical", False), to_stems(table["words"]), phrases
    )
