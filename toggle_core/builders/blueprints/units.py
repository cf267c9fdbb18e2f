"""Finding the two units of a conversion in the words of a task."""

from collections.abc import Sequence, Set

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

_PAIR = 2


def find_units(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find the first two units that measure the same thing.

    Args:
        parameter: its choices are named ``quantity.unit``.
        words: the task's words.
        taken: not heeded: units are part of what tells the project.
        shared: not needed.

    Returns:
        The names of the two units, or the default. Every unit named is accounted for, unless
        there are several of which no two belong together.
    """
    del taken, shared
    seen: list[tuple[str, str]] = []
    positions: set[int] = set()
    for index, word in enumerate(words):
        for choice, stems in parameter.choices.items():
            if word.stem in stems and not word.is_quoted:
                quantity, _, unit = choice.partition(".")
                seen.append((quantity, unit))
                positions.add(index)
    for first, (quantity, unit) in enumerate(seen):
        partners = [other for kind, other in seen[first + 1 :] if kind == quantity]
        partners = [other for other in partners if other != unit]
        if partners:
            return Found((unit, partners[0]), frozenset(positions))
    is_mismatch = len({unit for _, unit in seen}) >= _PAIR
    return Found(
        tuple(parameter.default),
        positions=frozenset(positions),
        refused=frozenset(positions) if is_mismatch else frozenset(),
    )
