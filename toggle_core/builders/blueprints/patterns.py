"""Patterns of words that identify a kind of project."""

from collections.abc import Sequence, Set

from toggle_core.builders.blueprints.manifest import Blueprint, Core
from toggle_core.builders.blueprints.vocabulary import to_stems
from toggle_core.builders.blueprints.words import Word

_LARGEST_GAP = 6
_PRONOUNS = to_stems("a an the me us my our your it them you all any each")


def find_core(
    blueprint: Blueprint, words: Sequence[Word], passed: Set[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Find the words that tell a kind of project.

    Args:
        blueprint: what to look for.
        words: the task's words.
        passed: positions of words that may stand in between, because they are accounted for.

    Returns:
        The positions of the longest pattern, and those of all; none if the task does not hold any
        pattern, or one that tells of something else.
    """
    if _is_another(blueprint, words):
        return frozenset(), frozenset()
    found = [find_pattern(core, words, passed) for core in blueprint.cores]
    longest: tuple[int, ...] = max(found, key=len)
    return frozenset(longest), frozenset().union(*found)


def _is_another(blueprint: Blueprint, words: Sequence[Word]) -> bool:
    """Whether a task tells of something else than a blueprint, and nothing outweighs that."""
    pronouns = _positions(words, _PRONOUNS)
    if not any(find_pattern(core, words, pronouns) for core in blueprint.never):
        return False
    everywhere = frozenset(range(len(words)))
    return not any(find_pattern(core, words, everywhere) for core in blueprint.despite)


def likeness(blueprint: Blueprint, stems: Set[str]) -> float:
    """Say how much of a pattern of a blueprint is among some words, from 0 to 1."""
    return max(
        sum(not place.isdisjoint(stems) for place in core) / len(core) for core in blueprint.cores
    )


def _positions(words: Sequence[Word], stems: Set[str]) -> frozenset[int]:
    return frozenset(index for index, word in enumerate(words) if word.stem in stems)


def find_pattern(
    core: Core, words: Sequence[Word], passed: Set[int], *, first: int = 0
) -> tuple[int, ...]:
    """Find where a task first holds a pattern.

    Args:
        core: the pattern.
        words: the task's words.
        passed: positions of words that may stand in between.
        first: where the search begins.
    """
    for start in range(first, len(words)):
        if words[start].stem in core[0] and not words[start].is_quoted:
            positions = _follow(core, words, start, passed)
            if positions:
                return positions
    return ()


def _follow(core: Core, words: Sequence[Word], start: int, passed: Set[int]) -> tuple[int, ...]:
    """Follow a pattern from a word on; a few words may stand in between."""
    positions = [start]
    for index in range(start + 1, len(words)):
        if len(positions) == len(core):
            break
        word = words[index]
        if word.stem in core[len(positions)] and not word.is_quoted:
            positions.append(index)
        elif index not in passed or index - positions[-1] > _LARGEST_GAP:
            break
    return tuple(positions) if len(positions) == len(core) else ()
