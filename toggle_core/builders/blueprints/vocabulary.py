"""The words all blueprints share, and those that say a task is out of scope."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toggle_core.builders.blueprints.phrases import Phrases, index, read_phrase
from toggle_core.builders.blueprints.words import Word, stem

_HERE = Path(__file__).parent
_SPELLED = ("small", "courtesy", "lead", "kind", "praise")

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
        """Find where a task names this kind of thing."""
        found: set[int] = set()
        for index_, word in enumerate(words):
            if word.stem in self.stems and not word.is_quoted:
                found.add(index_)
            for phrase in self.phrases.get(word.stem, ()):
                if tuple(each.stem for each in words[index_ : index_ + len(phrase)]) == phrase:
                    found.update(range(index_, index_ + len(phrase)))
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Interface:
    """A way a project is used.

    Attributes:
        anywhere: phrases that ask for it.
        beside: stems that ask for it before the project's own words, or right behind them.
        hints: stems that choose it among ways that fulfil a task equally well.
    """

    anywhere: Phrases
    beside: frozenset[str]
    hints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Omission:
    """Wishes a project can be built without.

    Attributes:
        reason: why they are left out, as the end of a sentence.
        asked_as: the phrases they come in.
    """

    reason: str
    asked_as: Phrases


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Shared words. Sets called exact hold words as they are written, the others stems.

    Attributes:
        merges: several words that count as one, by the first of them.
        small: exact; articles, pronouns, prepositions and the like, which carry no wish.
        lead: ask for a project, and carry no wish before it or right behind it.
        showing: carry no wish right before something a project does.
        kinds: what a project is called in general, such as "app".
        topics: exact; words of those two that are a wish right before the project: "a coding quiz".
        praise: say that a project should be good or small.
        praises: exact; the same words.
        relations: exact; never part of a name.
        businesses: what a landing page may be for.
        owners: whose a project may be, or what it may be for; with the businesses.
        managed: exact; what a project would have to manage: a wish, and no name.
        absent: what no project has.
        purposes: exact; may stand before a project and only say what it is for.
        framing: phrases around a wish.
        common: phrases for what every project is.
        omissions: wishes any project can be built without.
        interfaces: ways to use a project, by name.
        lexicons: named choices shared by blueprints: stems by choice, by lexicon.
        outside: what is out of scope.
        words: exact; English words one slip away from a known one, which are no slips.
        spelled: exact; what asks for a project or carries no wish, whose slips are read.
    """

    merges: Merges
    small: frozenset[str]
    lead: frozenset[str]
    showing: frozenset[str]
    kinds: frozenset[str]
    topics: frozenset[str]
    praise: frozenset[str]
    praises: frozenset[str]
    relations: frozenset[str]
    businesses: frozenset[str]
    owners: frozenset[str]
    managed: frozenset[str]
    absent: frozenset[str]
    purposes: frozenset[str]
    framing: Phrases
    common: Phrases
    omissions: tuple[Omission, ...]
    interfaces: Mapping[str, Interface]
    lexicons: Mapping[str, Mapping[str, frozenset[str]]]
    outside: tuple[Outside, ...]
    words: frozenset[str]
    spelled: frozenset[str]

    @property
    def places(self) -> Mapping[str, frozenset[str]]:
        """The lexicons a phrase of any manifest may name."""
        return {
            "praise": self.praise,
            "kind": self.kinds,
            "business": self.businesses,
            "owner": self.owners,
        }


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
    words: Mapping[str, str] = shared["words"]
    lexicons = {name: to_stems(words[name]) for name in ("praise", "kind", "colour")}
    businesses = to_stems(words["businesses"])
    return Vocabulary(
        merges=merges(shared["merges"]),
        small=frozenset((words["small"] + words["courtesy"]).split()),
        lead=to_stems(words["lead"]),
        showing=to_stems(words["showing"]),
        kinds=lexicons["kind"],
        topics=frozenset(words["topics"].split()),
        praise=lexicons["praise"],
        praises=frozenset(words["praise"].split()),
        relations=frozenset(words["relations"].split()),
        businesses=businesses,
        owners=businesses | to_stems(words["owners"]),
        managed=frozenset(words["managed"].split()),
        absent=to_stems(words["absent"]),
        purposes=frozenset(words["purposes"].split()),
        framing=read_phrases(shared["framing"]["phrases"], lexicons),
        common=read_phrases(shared["common"]["asked_as"], lexicons),
        omissions=read_omissions(shared["without"], lexicons),
        interfaces={
            name: Interface(
                anywhere=read_phrases(table["anywhere"], lexicons),
                beside=to_stems(table["beside"]),
                hints=to_stems(table.get("hints", "")),
            )
            for name, table in shared["interfaces"].items()
        },
        lexicons={name: choices(table) for name, table in shared["lexicons"].items()},
        outside=tuple(map(_outside, scope["outside"])),
        words=frozenset(words["no_slips"].split()),
        spelled=frozenset(" ".join(words[name] for name in _SPELLED).split()),
    )


def read_phrases(texts: Iterable[str], lexicons: Mapping[str, frozenset[str]]) -> Phrases:
    """Read phrases as they are written in a manifest."""
    return index(read_phrase(text, lexicons) for text in texts)


def read_omissions(
    tables: Iterable[Mapping[str, Any]], lexicons: Mapping[str, frozenset[str]]
) -> tuple[Omission, ...]:
    """Read wishes a project can be built without."""
    return tuple(
        Omission(each["reason"], read_phrases(each["asked_as"], lexicons)) for each in tables
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
