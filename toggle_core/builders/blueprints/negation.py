"""Finding what a task says it does not want."""

from collections.abc import Sequence, Set

from toggle_core.builders.blueprints.words import Word

NEGATIONS = {"not", "no", "without", "never", "excluding", "except", "minus"}
_ENDS = {"and", "but", "just", "for", "with", "in"}
_LONGEST = 5


def negations(words: Sequence[Word], passed: Set[int] = frozenset()) -> list[range]:
    """Find what is negated.

    Args:
        words: the task's words.
        passed: positions of negations that mean something else, such as "no dependencies".

    Returns:
        For each "no", "not" or "without" the positions of the words it is about: up to the end of
        the clause, or of a list that ends in "or" ("no login, ads or tracking"), and five at most.
    """
    found = []
    for index, word in enumerate(words):
        if word.text in NEGATIONS and not word.is_quoted and index not in passed:
            end = index + 1
            while end < min(len(words), index + 1 + _LONGEST):
                if words[end].text in _ENDS:
                    break
                if words[end].opens_clause and not _goes_on(words, end):
                    break
                end += 1
            found.append(range(index + 1, end))
    return found


def _goes_on(words: Sequence[Word], start: int) -> bool:
    """Whether a list that is joined by "or" goes on behind a comma."""
    for word in words[start + 1 : start + 1 + _LONGEST]:
        if word.opens_clause or word.text in _ENDS:
            return False
        if word.text == "or":
            return True
    return False
