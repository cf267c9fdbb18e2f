"""Choosing the blueprint a task asks for, or none."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toggle_core.builders.blueprints.catalogue import Catalogue
from toggle_core.builders.blueprints.reading import Reading, read_as
from toggle_core.builders.blueprints.words import Word, read_words

_SHORTEST_CORRECTED = 6


@dataclass(frozen=True, slots=True)
class Match:
    """What came of reading a task.

    Attributes:
        chosen: the reading that fits; None if none does, or more than one.
        readings: the task read for every blueprint, the most promising first.
    """

    chosen: Reading | None
    readings: tuple[Reading, ...]


def match(task: str, catalogue: Catalogue) -> Match:
    """Find the one blueprint a task asks for.

    A text in quotation marks is a name; where nothing fits so, it is read as plain words. When
    two blueprints fit equally well, neither is chosen: a wrong project is worse than none.

    Args:
        task: what the person asked for.
        catalogue: the library.
    """
    result = _match(task, catalogue, quotes=True)
    return result if result.chosen else _match(task, catalogue, quotes=False)


def _match(task: str, catalogue: Catalogue, *, quotes: bool) -> Match:
    words = read_words(task, catalogue.vocabulary.merges, quotes=quotes)
    words = tuple(_corrected(word, catalogue) for word in words)
    readings = sorted(
        (read_as(each, words, task, catalogue.vocabulary) for each in catalogue.blueprints),
        key=_promise,
        reverse=True,
    )
    sure = [each for each in readings if each.is_sure]
    is_plain = len(sure) == 1 or (len(sure) > 1 and len(sure[0].core) > len(sure[1].core))
    return Match(sure[0] if is_plain else None, tuple(readings))


def _promise(reading: Reading) -> tuple[bool, int, int]:
    return (
        reading.is_sure,
        len(reading.core) * 2 - len(reading.unexplained) - len(reading.outside),
        len(reading.core),
    )


def _corrected(word: Word, catalogue: Catalogue) -> Word:
    """Read a word with one slip of the pen as the word it was meant to be."""
    is_short = len(word.text) < _SHORTEST_CORRECTED
    if is_short or word.is_quoted or word.stem in catalogue.known_stems:
        return word
    meant = [each for each in catalogue.core_stems if is_slip(word.stem, each)]
    return replace(word, stem=meant[0]) if len(meant) == 1 else word


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
    if shorter[start + 1 :] == longer[start + 1 :]:
        return True
    swapped = longer[start + 1 : start + 2] + longer[start : start + 1]
    return shorter[start:] == swapped + longer[start + 2 :]


def _common_start(one: Sequence[str], other: Sequence[str]) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
