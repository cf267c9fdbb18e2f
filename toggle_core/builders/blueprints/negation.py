"""Finding what a task says it does not want."""

from collections.abc import Sequence

from toggle_core.builders.blueprints.words import Word

NEGATIONS = {"not", "no", "without", "never", "excluding", "except", "minus"}
_ENDS = {"and", "but", "just", "for", "with", "in"}
_LONGEST = 5


def negations(words: Sequence[Word]) -> list[range]:
    """Find what is negated.

    Returns:
        For each "no", "not" or "without" the positions of the words it is about: up to the end of
        the clause, and five at most.
    """
    found = []
    for index, word in enumerate(words):
        if word.text in NEGATIONS and not word.is_quoted:
            end = index + 1
            while end < min(len(words), index + 1 + _LONGEST):
                if words[end].opens_clause or words[end].text in _ENDS:
                    break
                end += 1
            found.append(range(index + 1, end))
    return found
