"""Finding which of several kinds of business a task is about."""

from collections.abc import Iterator, Sequence, Set

from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.name_slots import CALLED, is_title_case
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

_BEHIND = {
    *("page", "pages", "site", "website", "webpage", "homepage", "landing", "splash", "marketing"),
    *("called", "named", "titled", "promo", "online", "one", "single", "address", "open", "phone"),
}
_WIDEST_NAME = 6


def find_subject(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find the one subject a task names, or the default if it names none, or several.

    A row of words names a subject only as a whole noun: "a bakery" and "a small bakery" do, but
    "a bakery supplier" and "a dog bakery" may be anything. What something is called counts only
    if nothing else names a subject. The words are left for the name.

    Args:
        parameter: its choices, and the words that may stand before one, as its markers.
        words: the task's words.
        taken: positions that mean something else.
        shared: the words all blueprints share.
    """
    called = _called(words)
    free = frozenset(range(len(words))) - taken
    for places in (free - called, free & called):
        found = set(_subjects(parameter, words, places, shared))
        if found:
            return Found(found.pop() if len(found) == 1 else parameter.default)
    return Found(parameter.default)


def _called(words: Sequence[Word]) -> frozenset[int]:
    found: set[int] = set()
    for index, word in enumerate(words):
        if word.text in CALLED:
            end = index + 1
            while end < min(len(words), index + 1 + _WIDEST_NAME):
                if words[end].opens_clause:
                    break
                end += 1
            found.update(range(index + 1, end))
    return frozenset(found)


def _subjects(
    parameter: Parameter, words: Sequence[Word], places: Set[int], shared: Vocabulary
) -> Iterator[str]:
    rows = {row: choice for choice, listed in parameter.choices.items() for row in listed}
    longest = max(len(row.split()) for row in rows)
    start = 0
    while start < len(words):
        for length in range(longest, 0, -1):
            end = start + length
            row = " ".join(word.stem for word in words[start:end])
            if row in rows and frozenset(range(start, end)) <= places:
                if _is_whole(parameter, words, start, end, shared):
                    yield rows[row]
                start = end - 1
                break
        start += 1


def _is_whole(
    parameter: Parameter, words: Sequence[Word], start: int, end: int, shared: Vocabulary
) -> bool:
    """Whether no other noun stands beside a row of words."""
    if start and not words[start].opens_clause:
        before = words[start - 1]
        if before.stem in parameter.barred:
            return False
        is_name = before.is_capitalised and start > 1 and not is_title_case(words)
        silent = shared.small | shared.praises | parameter.marked_by
        if not (
            is_name
            or before.text in silent
            or before.stem in shared.lead
            or before.is_possessive
            or before.text in CALLED | {"about"}
        ):
            return False
    if end == len(words) or words[end].opens_clause:
        return True
    behind = words[end]
    return behind.text in shared.small | shared.relations | _BEHIND or behind.is_quoted
