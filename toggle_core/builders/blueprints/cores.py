"""Finding the words that tell a kind of project."""

from collections.abc import Iterable, Sequence, Set

from toggle_core.builders.blueprints.manifest import Blueprint, Core
from toggle_core.builders.blueprints.vocabulary import Vocabulary, to_stems
from toggle_core.builders.blueprints.words import Word

_LARGEST_GAP = 6
_PRONOUNS = to_stems("a an the me us my our your it them you all any each")


def find_core(
    blueprint: Blueprint, words: Sequence[Word], explained: Set[int], shared: Vocabulary
) -> frozenset[int]:
    """Find the words that tell a kind of project: its longest pattern that the task holds.

    Args:
        blueprint: what to look for.
        words: the task's words.
        explained: positions of words that mean a parameter; they may stand in between, as may
            words that say nothing and words of the project.
        shared: the words all blueprints share.

    Returns:
        The positions; none if the task does not hold any pattern, or one that tells of something
        else.
    """
    if any(_find(core, words, _positions(words, _PRONOUNS)) for core in blueprint.never):
        return frozenset()
    known = shared.fillers | blueprint.words | frozenset().union(*shared.interfaces.values())
    passed = _positions(words, known) | explained
    best: tuple[int, ...] = ()
    for core in blueprint.cores:
        positions = _find(core, words, passed)
        if len(positions) > len(best):
            best = positions
    return frozenset(best)


def likeness(blueprint: Blueprint, stems: Set[str]) -> float:
    """Say how much of a pattern of a blueprint is among some words, from 0 to 1."""
    return max(
        sum(not place.isdisjoint(stems) for place in core) / len(core) for core in blueprint.cores
    )


def core_stems(blueprints: Iterable[Blueprint]) -> frozenset[str]:
    """List every word that is part of what tells a kind of project."""
    return frozenset(
        stem for each in blueprints for core in each.cores for place in core for stem in place
    )


def _positions(words: Sequence[Word], stems: Set[str]) -> frozenset[int]:
    return frozenset(index for index, word in enumerate(words) if word.stem in stems)


def _find(core: Core, words: Sequence[Word], passed: Set[int]) -> tuple[int, ...]:
    """Find where a task first holds a pattern."""
    for start, word in enumerate(words):
        if word.stem in core[0] and not word.is_quoted:
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
