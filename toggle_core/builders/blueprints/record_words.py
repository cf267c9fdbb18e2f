"""Finding what a record list is about, and its fields, in the words of a task."""

from collections.abc import Mapping, Sequence, Set

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.name_slots import DETERMINERS
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.record_shapes import kind_of, presets
from toggle_core.builders.blueprints.vocabulary import Vocabulary, to_stems
from toggle_core.builders.blueprints.words import Word

EXPLICIT = {"fields", "field", "columns", "column", "attributes", "properties"}
"""Words behind which anything is a field."""

_JOINS = {"and", "or", "plus", "also"}
_ENDS = {
    *("that", "which", "in", "for", "using", "where", "so", "from", "by", "on", "with", "but"),
    *("i", "please", "pls", "thanks", "can", "should", "it", "them", "then", "when", "whose"),
}
_EXAMPLES = {"such", "as", "like", "eg"}
_FILLERS = {"yes", "no", "out", "of", "to", "from"}
_LONGEST = 4
_OUTSIDE_FIELDS = to_stems("phone mobile email salary picture")
_SUBJECT_WORDS = 3
_BEFORE_SUBJECT = DETERMINERS | {"of", "for", "all", "favourite", "favorite"}
_DOERS = {"i", "we", "that", "ive", "weve"}
_WANTING = {"have", "had", "want", "wanted", "need", "like", "would", "to", "still", "already"}


def find_fields(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find the fields a task names: "with name, date and price".

    Behind a word such as "columns" anything is a field. Elsewhere most of what is listed must be
    known as a field, so that no wish ("with charts") is taken for one.
    """
    for index, word in enumerate(words):
        if word.text in parameter.marked_by and index not in taken:
            items, last = _items(words, index + 1, taken, shared)
            known = sum(bool(kind_of(item)) for item in items)
            is_list = bool(items) and (word.text in EXPLICIT or 2 * known > len(items))
            if is_list and len(items) <= parameter.largest:
                return Found(tuple(items), frozenset(range(index, last + 1)))
    return Found(tuple(parameter.default))


def _items(
    words: Sequence[Word], start: int, taken: Set[int], shared: Vocabulary
) -> tuple[list[str], int]:
    """Read fields joined by commas and "and", and say where the last one ends."""
    outside = frozenset[str]().union(*(kind.stems for kind in shared.outside)) - _OUTSIDE_FIELDS
    features = to_stems(presets()["words"]["features"])
    items: list[list[str]] = [[]]
    last = start - 1
    for index in range(start, len(words)):
        word = words[index]
        if items[-1] and (word.text in _JOINS or word.opens_clause):
            items.append([])
        if word.opens_sentence and index > start:
            break
        is_wish = word.stem in outside | features and not kind_of(word.text)
        if index in taken or is_wish or word.text in _ENDS or len(items[-1]) == _LONGEST:
            break
        if word.text in EXPLICIT and not items[-1]:
            last = index
        elif word.text not in _JOINS | DETERMINERS | _EXAMPLES:
            items[-1].append(word.text)
            last = index
    return [text for item in items if (text := _field(item))], last


def _field(words: Sequence[str]) -> str:
    """Write a field without what only says how it is filled in: "rating 1 to 5"."""
    kept = list(words)
    while kept and (kept[-1] in _FILLERS or kept[-1].isdigit()):
        kept.pop()
    return " ".join(kept)


def find_topic(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find a list that is known by name; a second one is left to be refused.

    "Booking" has the stem of "book", but is none.
    """
    del shared
    told = [
        (index, topic)
        for index, word in enumerate(words)
        if index not in taken and not word.is_quoted and not word.text.endswith(("ing", "ed"))
        for topic, stems in parameter.choices.items()
        if word.stem in stems
    ]
    if not told:
        return Found(parameter.default)
    # "Recipe book" is about recipes.
    starts = {index for index, _ in told}
    told = [(index, each) for index, each in told if each != "books" or index - 1 not in starts]
    lists: Mapping[str, Mapping[str, str]] = presets()["lists"]
    plain = [each for each in told if each[1] != "inventory"] or told
    topic = plain[0][1]
    family = {topic, lists[topic].get("like", topic)}
    same, others = set[int](), set[int]()
    for index, other in told:
        is_same = {other, lists[other].get("like", other)} & family or other == "inventory"
        (same if is_same else others).add(index)
    free = {index for index in others if _is_purpose(words, index)}
    return Found(topic, frozenset(same), refused=frozenset(others - free))


def _is_purpose(words: Sequence[Word], index: int) -> bool:
    """Whether a word says whom a list is for, as in "contacts for my clients"."""
    before = index - 1
    while before >= 0 and words[before].text in DETERMINERS:
        before -= 1
    return before >= 0 and words[before].text == "for"


def find_recorded(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find what an unknown list is about: "a tracker for my guitars", "places I visited with …".

    It stands behind "of", "for" or a verb. Without fields, which are taken already, only what
    belongs to the person who asks is a list: "my guitars", but not "prime numbers".
    """
    for index, word in enumerate(words):
        if word.stem not in parameter.markers or index in taken:
            continue
        start = index + 1
        while start < len(words) and words[start].text in _BEFORE_SUBJECT:
            start += 1
        end = start
        while end < len(words) and end not in taken and not words[end].opens_clause:
            end += 1
        slot = _without_clause(words[start:end])
        is_mine = any(each.text in {"my", "our"} for each in words[index + 1 : start])
        is_mine = is_mine and bool(slot) and slot[-1].text.endswith("s")
        is_listed = (end in taken or is_mine) and 0 < len(slot) <= _SUBJECT_WORDS
        is_several = bool(slot) and (slot[-1].text.endswith("s") or start > index + 1)
        is_listed = is_listed and (is_several or word.text in {"of", "for"})
        owners = shared.owners if word.text == "for" else frozenset[str]()
        if is_listed and all(_is_thing(each, shared, owners) for each in slot):
            text = " ".join(each.text for each in slot)
            return Found(text, frozenset(range(index + 1, end)))
    return _before_head(parameter, words, taken, shared)


def _before_head(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find what stands right before the word for a list that has fields: "visitor log with …"."""
    silent = shared.small | shared.praises | DETERMINERS
    for index, word in enumerate(words):
        if word.stem not in parameter.unit or index + 1 not in taken:
            continue
        start = index
        while start and words[start - 1].text not in silent and not words[start].opens_clause:
            start -= 1
        slot = words[start:index]
        is_free = taken.isdisjoint(range(start, index)) and 0 < len(slot) <= _SUBJECT_WORDS
        if is_free and all(_is_thing(each, shared, frozenset()) for each in slot):
            return Found(" ".join(each.text for each in slot), frozenset(range(start, index)))
    return Found(parameter.default)


def _without_clause(slot: Sequence[Word]) -> Sequence[Word]:
    """Leave out what one does with the things of a list: "places I want to visit"."""
    done = to_stems(presets()["words"]["done"])
    for place, word in enumerate(slot):
        if word.text in _DOERS:
            clause = [each for each in slot[place:] if each.text not in _DOERS | _WANTING]
            return slot[:place] if all(each.stem in done for each in clause) else slot
    return slot


def _is_thing(word: Word, shared: Vocabulary, owners: Set[str]) -> bool:
    """Whether a word may be part of what a list is about, and is no wish."""
    silent = shared.small | shared.praises | shared.relations
    barred = (
        shared.kinds
        | owners
        | to_stems(presets()["words"]["features"] + presets()["words"]["others"])
    )
    outside = frozenset[str]().union(*(kind.stems for kind in shared.outside))
    return word.text not in silent and word.stem not in barred | outside and not word.is_quoted
