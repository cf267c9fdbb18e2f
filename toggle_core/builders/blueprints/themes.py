"""What a project can be about, where no "about" leads to it: "a coding quiz", "a quiz on wine"."""

from collections.abc import Sequence, Set
from typing import Final

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

_WIDEST: Final = 4
_JOINS: Final = frozenset({"of", "in", "to", "with", "from", "and", "or", "on", "at", "for", "as"})
"""Small words that tie a theme to something before it: "capitals of South America quiz"."""


def theme_before(
    parameter: Parameter,
    words: Sequence[Word],
    taken: Set[int],
    core: Set[int],
    shared: Vocabulary,
) -> list[int]:
    """List the positions of the theme that stands right before a project; empty without one.

    Args:
        parameter: which takes the theme.
        words: the task's words.
        taken: positions that mean something else.
        core: positions that tell the project.
        shared: the words all blueprints share.
    """
    end = min(core, default=0)
    if not end or words[end].opens_clause:
        return []
    start = end
    while start and is_theme(parameter, words, start - 1, shared) and start - 1 not in taken:
        start -= 1
        if words[start].opens_clause:
            break
    if not 0 < end - start <= _WIDEST:
        return []
    if words[start].opens_clause or _may_precede(words[start - 1], shared):
        return list(range(start, end))
    return []


def is_theme(
    parameter: Parameter,
    words: Sequence[Word],
    index: int,
    shared: Vocabulary,
) -> bool:
    """Whether a word can say what a project is about, rather than how it is made or used.

    Args:
        parameter: which takes the theme; it bars words that ask for something else.
        words: the task's words.
        index: position of the word.
        shared: the words all blueprints share.
    """
    word = words[index]
    if word.is_quoted or word.is_possessive or word.text.isdigit() or word.stem in parameter.barred:
        return False
    if word.text in shared.small | shared.relations | shared.praises | shared.purposes:
        return False
    if any(word.stem in each.beside for each in shared.interfaces.values()):
        return False
    if word.stem in shared.lead | shared.kinds:
        return word.text in shared.topics and (word.text.endswith("ing") or not word.opens_sentence)
    outside = any(index in each.positions(words) for each in shared.outside)
    return not outside or word.stem in parameter.themes


def _may_precede(word: Word, shared: Vocabulary) -> bool:
    """Whether a word before a theme leaves it whole: an article, a request, praise."""
    if word.text in shared.small:
        return word.text not in _JOINS
    return word.stem in shared.lead or word.text in shared.praises
