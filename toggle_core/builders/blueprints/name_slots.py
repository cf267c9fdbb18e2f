"""Where in a task a name can stand, and what can be one."""

import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.themes import is_theme, theme_before
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

LONGEST_NAME = 6
"""Words a name may have; more than these is a description."""

CALLED = {"called", "named", "titled", "entitled"}
DETERMINERS = {"the", "a", "an", "my", "our", "your", "his", "her", "their", "this", "some"}
PLANNED = {"planning", "organising", "organizing", "preparing", "managing", "arranging"}
_ENDS = {
    *("with", "that", "which", "who", "whose", "where", "when", "using", "via", "by", "from"),
    *("to", "so", "because", "but", "please", "in", "on", "at", "as", "into", "and", "or"),
    *("plus", "including", "featuring", "showing", "written", "without", "not", "no", "called"),
    *("named", "titled", "for", "about", "like", "if", "it", "i", "is", "should", "must", "can"),
    *("pls", "plz", "thanks", "also", "too", "has", "have"),
}
_JOINS_CAPITALS = {"and", "in", "at", "on", "to", "from"}
_PLACES = {"in", "at", "on", "to", "from"}
SPEAKERS = {"i", "we"}
TELLING = {
    *("run", "own", "am", "are", "have", "sell", "teach", "manage", "lead", "started", "opened"),
    *("offer", "work", "study"),
}
_OFFERING = {"sell", "teach", "offer"}
_PARTS = {
    *("form", "forms", "section", "sections", "page", "field", "fields", "button", "buttons"),
    *("column", "columns", "box", "link", "tab", "menu", "filter", "report", "chart", "view"),
    *("table", "area", "list", "lists", "checkbox", "checkboxes", "signup"),
}
_ITEMS = {
    *("category", "categories", "habit", "habits", "task", "tasks", "item", "items", "entry"),
    *("entries", "question", "questions", "expense", "expenses", "note", "notes", "tag", "tags"),
}
_NUMBERS = {"one", "two", "1", "2", "ii"}
_ADDS = {"with", "and", "has", "have", "plus", "including", "include", "featuring", "where"}
ADVERBS = {"just", "recently", "also", "currently"}
_ALSO = {"too", "also", "both"}
_WIDEST_PART = 5
_TITLE_CASE = 0.8
"""Share of capitalised words from which on capitals say nothing about a word."""


@dataclass(frozen=True, slots=True)
class NameScan:
    """A search for names among words, of which some are taken."""

    words: Sequence[Word]
    task: str
    taken: Set[int]
    shared: Vocabulary
    parameter: Parameter
    core: Set[int]
    is_title_case: bool

    def called(self) -> list[list[int]]:
        """Find what is "called X"."""
        starts = [
            index + 1
            for index, word in enumerate(self.words[:-1])
            if word.text in CALLED
            and not self.names_a_part(index)
            and self.words[index + 1].text not in self.shared.relations
        ]
        return [self.slot(start, frozenset()) for start in starts]

    def names_a_part(self, index: int) -> bool:
        """Whether a part of the project is called something: "with a category called Pets"."""
        before = self.words[index - 1].text if index else ""
        if before == "are":
            return True
        if before not in _PARTS | _ITEMS:
            return False
        around = [word.text for word in self.words[max(0, index - _WIDEST_PART) : index - 1]]
        nearest = next((text for text in reversed(around) if text not in DETERMINERS), "")
        return nearest in _ADDS or (index - 1 not in self.core and not _ADDS.isdisjoint(around))

    def quoted(self) -> list[list[int]]:
        """Find a text in quotation marks right before or behind the project."""
        beside = self.core | {
            index for index, word in enumerate(self.words) if word.stem in self.shared.kinds
        }
        return [
            [index]
            for index, word in enumerate(self.words)
            if word.is_quoted and not beside.isdisjoint({index - 1, index + 1})
        ]

    def told(self) -> list[list[int]]:
        """Find who asks, in a clause such as "I run a bakery in Lyon"."""
        if not (self.parameter.freedom or self.parameter.is_owned):
            return []
        slots = []
        for index, word in enumerate(self.words[:-2]):
            if not word.opens_sentence or word.text not in SPEAKERS:
                continue
            at = index + 1 + (self.words[index + 1].text in ADVERBS)
            verb = self.words[at].text
            start = at + (verb in TELLING)
            if verb not in TELLING | {"a", "an"}:
                continue
            slot = self.slot(start)
            is_any = self.parameter.freedom == "any" and verb in _OFFERING
            if slot and (is_any or self.is_owner(slot)):
                slots.append(slot)
        return slots

    def marked(self) -> list[list[int]]:
        """Find what stands behind a marker such as "for"."""
        return [
            slot
            for index, word in enumerate(self.words)
            if word.stem in self.parameter.markers
            and index not in self.taken
            and not self.is_inside_a_part(index)
            and (slot := self.slot(index + 1))
            and self.is_name(slot, index)
            and self.is_subject(slot, index)
        ]

    def is_subject(self, slot: Sequence[int], marker: int) -> bool:
        """Whether what stands behind "on" is a subject: a quiz on wine, but not one on a phone."""
        return self.words[marker].text != "on" or all(
            is_theme(self.parameter, self.words, index, self.shared)
            for index in slot
            if index == slot[0]
            or not (self.words[index].text in self.shared.small or self.is_ordinal(index, slot))
        )

    def subjects(self) -> list[list[int]]:
        """Find what the project is about right before it: "a coding quiz"."""
        if not self.parameter.leads:
            return []
        slot = theme_before(self.parameter, self.words, self.taken, self.core, self.shared)
        return [slot] if slot else []

    def is_inside_a_part(self, index: int) -> bool:
        """Whether a marker belongs to a part of the project: "with a form for my newsletter"."""
        if index == 0 or self.words[index - 1].text not in _PARTS or index - 1 in self.taken:
            return False
        before = self.words[max(0, index - _WIDEST_PART) : index - 1]
        return any(word.text in _ADDS for word in before)

    def is_name(self, slot: Sequence[int], marker: int) -> bool:
        """Whether what stands behind a marker can be a name, and is no wish."""
        texts = {self.words[index].text for index in slot if not self.is_ordinal(index, slot)}
        if self.words[slot[0]].is_quoted:
            return True
        if not texts.isdisjoint(self.shared.relations) or texts <= _PARTS:
            return False
        if self.parameter.is_short and len(slot) > 1 and not self.is_proper(slot):
            return False
        is_counted = any(text[0].isdigit() for text in texts)
        is_acronym = all(self.written(index).isupper() for index in slot)
        if self.is_proper(slot) and not (is_acronym and self.parameter.freedom == "any"):
            return True
        if is_counted or self.words[slot[-1]].text in self.shared.managed:
            return False
        has_determiner = slot[0] - marker > 1
        is_any = has_determiner or self.words[marker].text != "for"
        return self.is_owner(slot) or (self.parameter.freedom == "any" and is_any)

    def is_ordinal(self, index: int, slot: Sequence[int]) -> bool:
        """Whether a number belongs to a subject: "world war two", "90s music"."""
        text = self.words[index].text
        is_number = text in _NUMBERS or (text[0].isdigit() and not text.isdigit())
        return self.parameter.leads and is_number and len(slot) > 1

    def written(self, index: int) -> str:
        """Read a word as it was written."""
        return self.task[self.words[index].start : self.words[index].end]

    def is_owner(self, slot: Sequence[int]) -> bool:
        """Whether the head of a name is a business, a person or an occasion."""
        head = slot[0]
        for index in slot[1:]:
            if self.words[index].text in _PLACES:
                break
            head = index
        return self.words[head].stem in self.shared.owners

    def is_proper(self, slot: Sequence[int]) -> bool:
        """Whether a name is a proper one: capitalised, or in a script without capitals."""
        head = self.words[slot[-1]]
        if len(slot) == 1 and _is_caseless(head.text):
            return True
        return (
            not self.is_title_case
            and self.words[slot[0]].is_capitalised
            and (head.is_capitalised or head.text.isdigit() or _is_caseless(head.text))
        )

    def slot(self, start: int, taken: Set[int] | None = None) -> list[int]:
        """List the positions of a name that may begin at ``start``; empty if there is none."""
        words = self.words
        taken = self.taken if taken is None else taken
        while start < len(words) and words[start].text in DETERMINERS | PLANNED:
            start += 1
        if start < len(words) and words[start].is_quoted:
            return [start]
        slot: list[int] = []
        for index in range(start, len(words)):
            word = words[index]
            if (slot and word.opens_clause) or word.is_quoted:
                break
            is_end = word.text in _ENDS and not self.joins(index)
            if slot and is_end:
                break
            if index in taken or is_end:
                # "for tracking expenses" is the project itself, "for Maria, in Spanish" a name.
                return []
            slot.append(index)
        return slot if len(slot) <= LONGEST_NAME else []

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
        is_free = bool(self.parameter.freedom)
        return is_free and not any(after.stem in kind.stems for kind in self.shared.outside)

    def users(self) -> list[list[int]]:
        """Find who uses the project: "where my family can write down chores".

        Who can use it "too" shares it with others, which is a wish.
        """
        if not self.parameter.is_owned:
            return []
        return [
            [index]
            for index, word in enumerate(self.words[1:-1], start=1)
            if self.words[index - 1].text in {"my", "our"}
            and word.stem in self.shared.owners
            and self.words[index + 1].text in {"can", "could", "will"}
            and index not in self.taken
            and not any(each.text in _ALSO for each in self.words[index : index + LONGEST_NAME])
        ]

    def owners(self) -> list[list[int]]:
        """Find an owner ("Maria's", "the Acme Bakery's") or purpose before the project."""
        if not self.parameter.is_owned:
            return []
        slots = []
        for index, word in enumerate(self.words):
            if index in self.taken:
                continue
            if word.is_possessive:
                slots += self.possessive(index)
            elif self.is_purpose(index) and index + 1 in self.core:
                slots.append([index])
        return slots

    def possessive(self, index: int) -> list[list[int]]:
        """Read an owner with the purposes behind it: "Maria's wedding"."""
        word = self.words[index]
        if not (word.is_capitalised or word.stem in self.shared.owners):
            return []
        if word.text in self.shared.relations:
            return []
        last = index
        while last + 1 not in self.taken and self.is_purpose(last + 1):
            last += 1
        slot = list(range(self.first_capital(index), last + 1))
        return [slot] if len(slot) <= LONGEST_NAME and last + 1 in self.taken else []

    def first_capital(self, index: int) -> int:
        """Go back to where a name of several capitalised words begins."""
        words = self.words
        furthest = index - LONGEST_NAME
        while index and words[index].is_capitalised and words[index - 1].is_capitalised:
            is_lead = words[index - 1].stem in self.shared.lead
            if index <= furthest or words[index].opens_clause or is_lead:
                break
            index -= 1
        return index

    def is_purpose(self, index: int) -> bool:
        """Whether a word only says what a project is for: "wedding"."""
        return index < len(self.words) and self.words[index].text in self.shared.purposes


def is_title_case(words: Sequence[Word]) -> bool:
    """Whether nearly all words are capitalised, so that capitals tell no names."""
    letters = [word for word in words if word.text[:1].isalpha()]
    capitals = sum(word.is_capitalised for word in letters)
    return len(letters) > LONGEST_NAME // 2 and capitals >= _TITLE_CASE * len(letters)


def _is_caseless(text: str) -> bool:
    return any(unicodedata.category(character) == "Lo" for character in text)
