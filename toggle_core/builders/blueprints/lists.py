"""Finding a list of items in the words of a task."""

from collections.abc import Callable, Sequence, Set
from functools import partial

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.name_slots import DETERMINERS, is_title_case
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.vocabulary import Vocabulary, to_stems
from toggle_core.builders.blueprints.words import Word

_JOINS = {"and", "or", "plus", "also"}
_LIST_ENDS = {
    *("that", "which", "with", "in", "for", "using", "where", "so", "to", "from", "by", "on"),
    *("as", "is", "are", "it", "i", "please", "pls", "thanks", "but", "can", "should"),
}
_EXPLICIT = to_stems("field column attribute property")
_LONGEST_ITEM = 3
_IN_ITEMS = {"no", "less", "more"}


def find_list(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find a list behind a marker: "columns name, price and date".

    Args:
        parameter: its markers, and how many items it may have.
        words: the task's words.
        taken: positions that mean something else, where a list ends.
        shared: the words all blueprints share.

    Returns:
        The items, or the default. Praise is no item ("a habit tracker, simple and nice"), and
        names of people or products behind "for" and "like" are none either.
    """
    for index, word in enumerate(words):
        if word.text in parameter.marked_by and index not in taken:
            outside = frozenset[str]().union(*(kind.stems for kind in shared.outside))
            owned = shared.owners if word.text == "for" else frozenset[str]()
            barred = frozenset[str]() if word.stem in _EXPLICIT else outside | owned
            is_end = partial(_ends_list, taken=taken, barred=barred, shared=shared)
            items, last = _items(words, index + 1, parameter.largest, is_end)
            if any(shared.praises.issuperset(item.split()) for item in items):
                continue
            is_named = word.text in {"for", "like"} and not is_title_case(words)
            if is_named and _are_names(words[index + 1 : last + 1]):
                continue
            if parameter.smallest <= len(items) <= parameter.largest:
                return Found(tuple(items), frozenset(range(index, last + 1)))
    return Found(tuple(parameter.default))


def _are_names(words: Sequence[Word]) -> bool:
    """Whether a list holds nothing but capitalised words, one an item: "for Anna and Ben"."""
    listed = [place for place, word in enumerate(words) if word.text not in _JOINS]
    return bool(listed) and all(
        words[place].is_capitalised
        and (place == 0 or words[place].opens_clause or words[place - 1].text in _JOINS)
        for place in listed
    )


def _ends_list(
    index: int, word: Word, *, taken: Set[int], barred: Set[str], shared: Vocabulary
) -> bool:
    """Whether a word ends a list: what says how things relate, or is out of scope, is a wish."""
    ends = _LIST_ENDS | (shared.relations - _IN_ITEMS)
    return index in taken or word.stem in barred or word.text in ends


def _items(
    words: Sequence[Word], start: int, most: int, is_end: Callable[[int, Word], bool]
) -> tuple[list[str], int]:
    """Read items joined by commas and "and", and say where the last one ends."""
    items: list[str] = []
    current: list[str] = []
    last = start - 1
    for index in range(start, len(words)):
        word = words[index]
        if current and (word.text in _JOINS or word.opens_clause):
            items.append(" ".join(current))
            current = []
        is_new_sentence = word.opens_sentence and index > start
        if is_new_sentence or len(items) == most or len(current) == _LONGEST_ITEM:
            break
        if is_end(index, word):
            break
        if word.text not in _JOINS | DETERMINERS:
            current.append(word.text)
            last = index
    if current:
        items.append(" ".join(current))
    return items, last
