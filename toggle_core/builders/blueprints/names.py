"""Finding what a project is called, or whom it is for, in the words of a task."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

LONGEST_NAME = 6
"""Words a name may have; more than these is a description."""

_CALLED = {"called", "named", "titled", "entitled", "labelled"}
DETERMINERS = {"the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "some"}
_PLANNED = {"planning", "organising", "organizing", "preparing", "managing", "arranging"}
_ENDS = {
    *("with", "that", "which", "who", "whose", "where", "when", "using", "via", "by", "from"),
    *("to", "so", "because", "but", "please", "in", "on", "at", "as", "into", "and", "or"),
    *("plus", "including", "featuring", "showing", "written", "without", "not", "no", "called"),
    *("named", "titled", "for", "about", "like", "if", "it", "i", "is", "should", "must", "can"),
}
_JOINS_CAPITALS = {"and", "in", "at", "on", "to", "from"}


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
    parameter: Parameter, words: Sequence[Word], task: str, taken: Set[int], shared: Vocabulary
) -> Found:
    """Find a name.

    Looked for are, in this order: what is "called X", what stands in quotation marks, what stands
    behind one of the parameter's markers, and an owner or purpose before the project.

    Args:
        parameter: what to look for.
        words: the task's words.
        task: the text the words were read from.
        taken: positions that mean something else, such as the project itself.
        shared: the words all blueprints share.

    Returns:
        The name as it was written, or the default.
    """
    scan = _Scan(words, taken, shared, is_free=bool(parameter.freedom))
    slots = [
        *scan.called(),
        *([index] for index, word in enumerate(words) if word.is_quoted),
        *scan.marked(parameter.markers),
        *(scan.owners() if parameter.is_owned else ()),
    ]
    value, positions = parameter.default, set[int]()
    for slot in slots:
        text = _text(slot, words, task, shared)
        if text and positions.isdisjoint(slot):
            value = value if value != parameter.default else text
            positions.update(slot)
    return Found(value, _with_lead(positions, words, parameter), frozenset(positions))


@dataclass(frozen=True, slots=True)
class _Scan:
    """A search for names among words, of which some are taken."""

    words: Sequence[Word]
    taken: Set[int]
    shared: Vocabulary
    is_free: bool

    def called(self) -> list[list[int]]:
        """Find what is "called X"."""
        starts = [index + 1 for index, word in enumerate(self.words) if word.text in _CALLED]
        return [self.slot(start) for start in starts]

    def marked(self, markers: Set[str]) -> list[list[int]]:
        """Find what stands behind a marker such as "for"."""
        starts = [
            index + 1
            for index, word in enumerate(self.words)
            if word.stem in markers and index not in self.taken
        ]
        return [self.slot(start) for start in starts]

    def slot(self, start: int) -> list[int]:
        """List the positions of a name that may begin at ``start``; empty if there is none."""
        words = self.words
        while start < len(words) and words[start].text in DETERMINERS | _PLANNED:
            start += 1
        if start < len(words) and words[start].is_quoted:
            return [start]
        slot: list[int] = []
        for index in range(start, len(words)):
            word = words[index]
            if (slot and word.opens_clause) or word.is_quoted:
                break
            if index in self.taken:
                # "for tracking expenses" is the project itself, "for Maria, in Spanish" a name.
                return []
            if word.text in _ENDS and not self.joins(index):
                break
            slot.append(index)
        if not slot or len(slot) > LONGEST_NAME:
            return []
        first = words[slot[0]]
        is_activity = first.text.endswith("ing") and not first.is_capitalised
        return [] if is_activity and not self.is_purpose(slot[0]) else slot

    def joins(self, index: int) -> bool:
        """Whether a word that may end a name is inside one: "Ben and Anna", "Bread in Berlin"."""
        words = self.words
        if words[index].text not in _JOINS_CAPITALS or not 0 < index < len(words) - 1:
            return False
        after = words[index + 1]
        if not after.is_capitalised or after.opens_clause or index + 1 in self.taken:
            return False
        if words[index].text == "and":
            return words[index - 1].is_capitalised
        return self.is_free and not any(after.stem in kind.stems for kind in self.shared.outside)

    def owners(self) -> list[list[int]]:
        """Find an owner ("Maria's", "the Acme Bakery's") or purpose before the project."""
        slots = []
        for index, word in enumerate(self.words):
            if index in self.taken:
                continue
            if word.is_possessive:
                last = index
                while last + 1 not in self.taken and self.is_purpose(last + 1):
                    last += 1
                slot = list(range(self.first_capital(index), last + 1))
                slots += [slot] if len(slot) <= LONGEST_NAME else []
            elif self.is_purpose(index) and index + 1 in self.taken:
                slots.append([index])
        return slots

    def first_capital(self, index: int) -> int:
        """Go back to where a name of several capitalised words begins."""
        words = self.words
        furthest = index - LONGEST_NAME
        while index and words[index].is_capitalised and words[index - 1].is_capitalised:
            if (
                index <= furthest
                or words[index].opens_clause
                or words[index - 1].stem in self.shared.fillers
            ):
                break
            index -= 1
        return index

    def is_purpose(self, index: int) -> bool:
        """Whether a word only says what a project is for: "wedding"."""
        return index < len(self.words) and self.words[index].text in self.shared.purposes


def _text(slot: Sequence[int], words: Sequence[Word], task: str, shared: Vocabulary) -> str:
    """Read a name as it was written; nothing if it says no more than "me" or "my customers"."""
    if not slot:
        return ""
    if words[slot[0]].is_quoted:
        return words[slot[0]].text
    empty = shared.fillers.union(*shared.interfaces.values())
    named = (words[index] for index in slot)
    if all(word.stem in empty and word.text not in shared.purposes for word in named):
        return ""
    text = task[words[slot[0]].start : words[slot[-1]].end]
    if words[slot[-1]].is_possessive:
        text = text[:-2]
    return text[:1].upper() + text[1:]


def _with_lead(positions: Set[int], words: Sequence[Word], parameter: Parameter) -> frozenset[int]:
    """Add the marker before each name, and the articles between."""
    found = set(positions)
    for position in positions:
        lead = position - 1
        while lead >= 0 and words[lead].text in DETERMINERS | _PLANNED:
            lead -= 1
        if lead >= 0 and (words[lead].text in _CALLED or words[lead].stem in parameter.markers):
            found.update(range(lead, position))
    return frozenset(found)
