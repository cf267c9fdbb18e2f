"""Choices a task asks for in a phrase, and facts it states."""

import re
from collections.abc import Sequence, Set

from toggle_core.builders.blueprints.literals import MAX_WIDTH
from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.phrases import find_phrases
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word


def find_asked(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find all choices that stand in a phrase which asks for them: "about and contact pages".

    Args:
        parameter: its phrases and choices.
        words: the task's words.
        taken: positions that mean something else.
        shared: the words all blueprints share.
    """
    small = {index for index, word in enumerate(words) if word.text in shared.small}
    asked = find_phrases(parameter.asked, words, small) - taken
    values = tuple(
        choice
        for choice, stems in parameter.choices.items()
        if any(words[index].stem in stems for index in asked)
    )
    return Found(values, asked) if values else Found(tuple(parameter.default))


def find_fact(
    parameter: Parameter,
    pattern: re.Pattern[str],
    words: Sequence[Word],
    task: str,
    taken: Set[int],
) -> Found:
    """Find a fact as it is written in the task: "open Mon-Fri 8-17".

    Args:
        parameter: what to look for.
        pattern: what the fact looks like with the words that lead to it; bounded.
        words: the task's words.
        task: the text the words were read from.
        taken: positions that mean something else.

    Returns:
        The fact, or the default. One that is too wide for a line is not taken, rather than cut.
    """
    for match in pattern.finditer(task):
        value = " ".join(match["value"].split()).strip(" ,")
        inside = {
            index
            for index, word in enumerate(words)
            if match.start() <= word.start and word.end <= match.end()
        }
        if value and len(value) <= MAX_WIDTH and taken.isdisjoint(inside):
            return Found(value, frozenset(inside))
    return Found(parameter.default)
