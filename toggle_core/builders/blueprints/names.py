"""Finding what a project is called, or whom it is for, in the words of a task."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.name_slots import (
    ADVERBS,
    CALLED,
    DETERMINERS,
    PLANNED,
    SPEAKERS,
    TELLING,
    NameScan,
    is_title_case,
)
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word


@dataclass(frozen=True, slots=True)
class Found:
    """A parameter's value and the words that told it.

    Attributes:
        value: the value, or the default.
        positions: words it accounts for.
        name_positions: those of them that are a name.
        refused: words that ask for a value it cannot have.
    """

    value: Any
    positions: frozenset[int] = frozenset()
    name_positions: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()


def find_name(
    parameter: Parameter,
    words: Sequence[Word],
    task: str,
    taken: Set[int],
    shared: Vocabulary,
    core: Set[int] = frozenset(),
) -> Found:
    """Find a name.

    Looked for are, in this order: what is "called X", what stands in quotation marks beside the
    project, what a sentence such as "I run a bakery" tells, what stands behind one of the
    parameter's markers, and an owner or purpose before the project. Behind a marker and before
    the project only what can own a project, or be its occasion, is a name: proper names, kinds of
    businesses, people and events. "For recurring tasks" is a wish.

    Args:
        parameter: what to look for.
        words: the task's words.
        task: the text the words were read from.
        taken: positions that mean something else, such as the project itself.
        shared: the words all blueprints share.
        core: positions that tell the project, as far as they are known.

    Returns:
        The name as it was written, several joined by commas, or the default.
    """
    scan = NameScan(words, task, taken, shared, parameter, core, is_title_case(words))
    named = [*scan.called(), *scan.quoted()] if parameter.is_called else []
    slots = [*named, *scan.told(), *scan.marked(), *scan.users(), *scan.owners(), *scan.subjects()]
    texts: list[str] = []
    positions: set[int] = set()
    for slot in slots:
        if positions.isdisjoint(slot) and (text := _text(slot, words, task)):
            texts.append(text)
            positions.update(slot)
    value = _joined(list(dict.fromkeys(texts)), is_called=any(named)) or parameter.default
    return Found(value, _with_lead(positions, words, parameter), frozenset(positions))


def _joined(texts: Sequence[str], *, is_called: bool) -> str:
    """Write several names as one: "Crumbs (bakery)" for a bakery called Crumbs."""
    if is_called and len(texts) > 1:
        return f"{texts[0]} ({', '.join(text[:1].lower() + text[1:] for text in texts[1:])})"
    return ", ".join(texts)


def _text(slot: Sequence[int], words: Sequence[Word], task: str) -> str:
    """Read a name as it was written."""
    if not slot:
        return ""
    if words[slot[0]].is_quoted:
        return words[slot[0]].text
    text = task[words[slot[0]].start : words[slot[-1]].end]
    if words[slot[-1]].is_possessive:
        text = text[:-2]
    first = text.split()[0]
    # "iPlan" and "go.acme" are written so on purpose.
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def _with_lead(positions: Set[int], words: Sequence[Word], parameter: Parameter) -> frozenset[int]:
    """Add the marker or verb before each name, and the articles between."""
    found = set(positions)
    for position in positions:
        lead = position - 1
        while lead >= 0 and words[lead].text in DETERMINERS | PLANNED:
            lead -= 1
        if lead < 0:
            continue
        is_told = words[lead].text in TELLING and words[lead - 1].text in SPEAKERS | ADVERBS
        is_marked = words[lead].text in CALLED or words[lead].stem in parameter.markers
        if is_marked or is_told:
            found.update(range(lead, position))
    return frozenset(found)
