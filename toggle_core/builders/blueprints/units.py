"""The two units of a conversion, in the words of a task or as they are typed in a form."""

from collections.abc import Sequence, Set

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word, stem

PAIR = 2


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
    is_mismatch = len({unit for _, unit in seen}) >= PAIR
    return Found(
        tuple(parameter.default),
        positions=frozenset(positions),
        refused=frozenset(positions) if is_mismatch else frozenset(),
    )


def unit_named(parameter: Parameter, text: str) -> str:
    """The unit of a name ("km", "square feet"), as the project calls it; empty if it has none.

    Args:
        parameter: its choices are named ``quantity.unit``.
        text: in small letters.
    """
    name = text.replace(" ", "_")
    units = {choice.partition(".")[2]: stems for choice, stems in parameter.choices.items()}
    if name in units:
        return name
    return next((unit for unit, stems in units.items() if stem(text) in stems), "")


def quantity_of(parameter: Parameter, unit: str) -> str:
    """What a unit measures.

    Args:
        parameter: its choices are named ``quantity.unit``.
        unit: as the project calls it.
    """
    kinds = (choice.partition(".") for choice in parameter.choices)
    return next(quantity for quantity, _, name in kinds if name == unit)
