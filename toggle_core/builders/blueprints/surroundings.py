"""Words around a project that carry no wish where they stand."""

from collections.abc import Sequence, Set

from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.task import Task
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

_BEFORE_VERBS = {"please", "pls", "plz", "to", "you", "me", "us", "and", "i", "we", "would", "just"}


def find_praise(blueprint: Blueprint, words: Sequence[Word], shared: Vocabulary) -> frozenset[int]:
    """Find praise, as it is written: a classic quiz is any quiz, one about the classics is not."""
    return frozenset(
        index
        for index, word in enumerate(words)
        if word.text in shared.praises and word.stem not in blueprint.loaded and not word.is_quoted
    )


def words_beside(words: Sequence[Word], interface: str, shared: Vocabulary) -> frozenset[int]:
    """Find words that carry no wish if they stand before the project or right behind it."""
    stems = shared.lead | shared.kinds | shared.interfaces[interface].beside
    return with_stems(words, stems)


def with_stems(words: Sequence[Word], stems: Set[str]) -> frozenset[int]:
    """Find the words that have one of some stems."""
    return frozenset(
        index for index, word in enumerate(words) if word.stem in stems and not word.is_quoted
    )


def words_around(task: Task, core: Set[int], interface: str, shared: Vocabulary) -> frozenset[int]:
    """Find the words around what tells the project that only ask for one, of this interface.

    They stand before the project, right behind it, or at the start of a sentence. Right before it
    some of them say what it is about.
    """
    if not core:
        return frozenset()
    words = task.words
    silent = words_beside(words, interface, shared)
    behind = with_stems(words, shared.kinds | shared.interfaces[interface].beside)
    found = {
        index for index in silent if index < max(core) and not _is_topic(words, index, core, shared)
    }
    found |= _run(max(core) + 1, words, behind)
    for start in range(max(core) + 1, len(words)):
        if words[start].opens_sentence:
            found |= _run(start, words, silent | task.small)
    return frozenset(found)


def _is_topic(words: Sequence[Word], index: int, core: Set[int], shared: Vocabulary) -> bool:
    """Whether a word that may ask for a project says what it is about: "a coding quiz"."""
    word = words[index]
    if word.text not in shared.topics or index + 1 not in core or index in core:
        return False
    is_verb = word.opens_sentence or words[index - 1].text in _BEFORE_VERBS
    return word.stem not in shared.lead or word.text.endswith("ing") or not is_verb


def find_showing(task: Task, done: Set[int], shared: Vocabulary) -> frozenset[int]:
    """Find verbs that only show what the project does: "show the reading time"."""
    found: set[int] = set()
    for index in with_stems(task.words, shared.showing):
        following = index + 1
        while following in task.small and not task.words[following].opens_clause:
            following += 1
        if following in done and not task.words[following].opens_clause:
            found.add(index)
    return frozenset(found)


def _run(start: int, words: Sequence[Word], passed: Set[int]) -> frozenset[int]:
    """List the words from a position on that are among some, up to the end of the clause."""
    end = start
    while end < len(words) and end in passed and not (words[end].opens_clause and end > start):
        end += 1
    return frozenset(range(start, end))
