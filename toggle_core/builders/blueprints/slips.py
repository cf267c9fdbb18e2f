"""Slips of the pen: words that were meant to be one of those the library knows."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from toggle_core.builders.blueprints.words import Word, stem

_SHORTEST_CORRECTED = 6
_SHORTEST_SWAPPED = 4


def corrected(word: Word, meant: Mapping[str, Set[str]], known: Set[str]) -> Word:
    """Read a word with one slip of the pen as the word it was meant to be.

    In a long word one letter may be wrong, in a short one two neighbours may be swapped. A word
    that exists is never taken for another.

    Args:
        word: as it was written.
        meant: texts it may have been meant to be, by their first letter.
        known: texts and stems that are words of their own.
    """
    if (
        word.is_quoted
        or len(word.text) < _SHORTEST_SWAPPED
        or not known.isdisjoint({word.text, word.stem})
    ):
        return word
    is_long = len(word.text) >= _SHORTEST_CORRECTED
    found = {
        each
        for first in set(word.text[:2])
        for each in meant.get(first, ())
        if is_swap(word.text, each) or (is_long and is_slip(word.text, each))
    }
    stems = {stem(each) for each in found}
    return replace(word, text=min(found), stem=stems.pop()) if len(stems) == 1 else word


def is_swap(written: str, meant: str) -> bool:
    """Whether two neighbouring letters were swapped, in a word of four letters or more."""
    if len(written) != len(meant) or len(meant) < _SHORTEST_SWAPPED or written == meant:
        return False
    start = _common_start(written, meant)
    swapped = meant[start + 1 : start + 2] + meant[start : start + 1]
    return written[start:] == swapped + meant[start + 2 :]


def is_slip(written: str, meant: str) -> bool:
    """Whether one letter was added, left out, changed or swapped with the next.

    The first letter must be right, and short words are never taken for others.
    """
    shorter, longer = sorted((written, meant), key=len)
    if len(shorter) < _SHORTEST_CORRECTED - 1 or len(longer) - len(shorter) > 1:
        return False
    if written[0] != meant[0] or written == meant:
        return False
    start = _common_start(shorter, longer)
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    return shorter[start + 1 :] == longer[start + 1 :] or is_swap(written, meant)


def _common_start(one: Sequence[str], other: Sequence[str]) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
