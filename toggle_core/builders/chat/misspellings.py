"""Words of a task that no promise covers, without those that are only misspelt there."""

from collections.abc import Iterator, Set
from typing import Final

from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.slips import is_slip, is_swap
from toggle_core.builders.blueprints.words import stem
from toggle_core.gates.promises.coverage import QUOTED, content_words, uncovered_words
from toggle_core.gates.promises.model import Promises

SHORTEST: Final = 6
"""Letters of a word that can be misspelt: shorter ones are too like each other."""

SENTENCE_ENDS: Final = frozenset(".!?:\n")


def missing_words(task: str, promises: Promises) -> list[str]:
    """The words of a task that no promise covers and nothing has left out by name.

    A model writes "invoices" where the task says "invocies". So a word with one slip of the pen,
    by the rule of the built-in builder, is covered by the one word of the promises that it was
    meant to be. Numbers, short words, names, what is quoted, and words that exist have to stand in
    the promises as they are.

    Args:
        task: what the person asked for.
        promises: with their sentences and what they leave out.

    Returns:
        The words as :func:`~toggle_core.gates.promises.coverage.uncovered_words` lists them.
    """
    missing = uncovered_words(task, promises)
    if not missing:
        return missing
    exact = set(_names(task)) | {text for found in QUOTED.findall(task) for text in found}
    texts = [each.sentence for each in promises.promises]
    texts += [each.words for each in promises.left_out]
    own, said = (set(map(_plain, content_words(text))) for text in (task, "\n".join(texts)))
    return [word for word in missing if word in exact or not _is_misspelt(_plain(word), said - own)]


def _plain(word: str) -> str:
    return word.casefold().removesuffix("'s")


def _is_misspelt(word: str, said: Set[str]) -> bool:
    """Whether a word was meant to be one, and only one, of those that are said."""
    if len(word) < SHORTEST or not word.isalpha():
        return False
    if not catalogue().known.isdisjoint({word, stem(word)}):
        return False
    meant = {
        stem(each)
        for each in said
        if is_slip(word, each) or is_swap(word, each) or is_slip(stem(word), stem(each))
    }
    return len(meant) == 1


def _names(task: str) -> Iterator[str]:
    """The words that are capitalised inside a sentence."""
    end = 0
    for word in content_words(task):
        start = task.find(word, end)
        if start < 0:
            continue
        end = start + len(word)
        before = task[:start].rstrip(" \t\"'“„«(")
        if word[0].isupper() and before and before[-1] not in SENTENCE_ENDS:
            yield word
