"""A task as it is read, once for all blueprints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toggle_core.builders.blueprints.cores import find_pattern
from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.negation import negations
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is read, once for all blueprints.

    Attributes:
        text: as it was written.
        words: its words.
        small: positions of words that carry no wish wherever they stand.
        outside: reasons why a word is out of scope, by its position.
        denied: positions of words that tell a project the task does not want, by its name.
    """

    text: str
    words: Sequence[Word]
    small: frozenset[int]
    outside: Mapping[int, str]
    denied: Mapping[str, frozenset[int]]

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
    small = {
        index
        for index, word in enumerate(words)
        if word.text in shared.small and not word.is_quoted
    }
    outside: dict[int, str] = {}
    for kind in shared.outside:
        for position in kind.positions(words):
            outside.setdefault(position, kind.reason)
    spans = negations(words)
    denied = {each.name: _denied(each, words, spans) for each in blueprints} if spans else {}
    return Task(text, words, frozenset(small), outside, denied)


def _denied(blueprint: Blueprint, words: Sequence[Word], spans: Iterable[range]) -> frozenset[int]:
    found: set[int] = set()
    for span in spans:
        inside = words[: span.stop]
        for core in blueprint.cores:
            found |= set(find_pattern(core, inside, frozenset(), first=span.start))
    return frozenset(found)
