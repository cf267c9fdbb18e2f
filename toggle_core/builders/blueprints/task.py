"""A task as it is read, once for all blueprints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.negation import negations
from toggle_core.builders.blueprints.patterns import find_pattern
from toggle_core.builders.blueprints.phrases import find_phrases
from toggle_core.builders.blueprints.vocabulary import Omission, Vocabulary
from toggle_core.builders.blueprints.words import Word

_BEFORE_NOUNS = {"with", "without", "a", "the", "no", "of"}


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is read, once for all blueprints.

    Attributes:
        text: as it was written.
        words: its words.
        small: positions of words that carry no wish wherever they stand.
        outside: reasons why a word is out of scope, by its position.
        denied: positions of words that tell a project the task does not want, by its name.
        framing: positions of phrases around a wish, without their small words.
        common: positions of phrases for what every project is.
        used: positions of phrases for a way to use a project, by interface.
        omitted: why a project is built without some words, by their positions.
    """

    text: str
    words: Sequence[Word]
    small: frozenset[int]
    outside: Mapping[int, str]
    denied: Mapping[str, frozenset[int]]
    framing: frozenset[int]
    common: frozenset[int]
    used: Mapping[str, frozenset[int]]
    omitted: Mapping[int, str]

    def text_of(self, left: "LeftOut") -> str:
        """Read a wish as it was written."""
        return self.text[left.start : left.end]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A wish a project does not fulfil.

    Attributes:
        start: offset in the task of its first character.
        end: offset in the task after its last character.
        reason: why, as the end of "It cannot …" or of a sentence; empty if nothing is known of it.
        is_omissible: the project can be built without it, if that is said.
    """

    start: int
    end: int
    reason: str = ""
    is_omissible: bool = False


def read_task(
    text: str, words: Sequence[Word], shared: Vocabulary, blueprints: Iterable[Blueprint]
) -> Task:
    """Read what is the same for all blueprints."""
    small = frozenset(
        index
        for index, word in enumerate(words)
        if word.text in shared.small and not word.is_quoted and not _is_noun(words, index)
    )
    outside: dict[int, str] = {}
    for kind in shared.outside:
        for position in kind.positions(words):
            outside.setdefault(position, kind.reason)
    spans = negations(words)
    return Task(
        text=text,
        words=words,
        small=small,
        outside=outside,
        denied={each.name: _denied(each, words, spans) for each in blueprints} if spans else {},
        framing=find_phrases(shared.framing, words, small) - small,
        common=find_phrases(shared.common, words, small),
        used={
            name: find_phrases(each.anywhere, words, small)
            for name, each in shared.interfaces.items()
        },
        omitted=find_omitted(shared.omissions, words, small),
    )


def find_omitted(
    omissions: Iterable[Omission], words: Sequence[Word], small: frozenset[int]
) -> Mapping[int, str]:
    """Find the words of wishes a project can be built without, each with the reason."""
    found: dict[int, str] = {}
    for each in omissions:
        found |= dict.fromkeys(find_phrases(each.asked_as, words, small), each.reason)
    return found


def _is_noun(words: Sequence[Word], index: int) -> bool:
    """Whether a small word is a noun here: "with help"."""
    is_behind = index > 0 and words[index - 1].text in _BEFORE_NOUNS
    return is_behind and words[index].text == "help"


def _denied(blueprint: Blueprint, words: Sequence[Word], spans: Iterable[range]) -> frozenset[int]:
    found: set[int] = set()
    for span in spans:
        inside = words[: span.stop]
        for core in blueprint.cores:
            found |= set(find_pattern(core, inside, frozenset(), first=span.start))
    return frozenset(found)
