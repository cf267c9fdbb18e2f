"""Taking a blueprint's parameters from the words of a task."""

from collections.abc import Callable, Iterable, Sequence, Set

from toggle_core.builders.blueprints.asked import find_asked, find_fact
from toggle_core.builders.blueprints.lists import find_list
from toggle_core.builders.blueprints.manifest import Parameter
from toggle_core.builders.blueprints.name_slots import (
    CALLED,
    DETERMINERS,
    LONGEST_NAME,
    is_title_case,
)
from toggle_core.builders.blueprints.names import Found, find_name
from toggle_core.builders.blueprints.negation import negations
from toggle_core.builders.blueprints.record_words import find_fields, find_recorded, find_topic
from toggle_core.builders.blueprints.subjects import find_subject
from toggle_core.builders.blueprints.units import find_units
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word

_Finder = Callable[[Parameter, Sequence[Word], Set[int], Vocabulary], Found]


def find_values(
    parameters: Iterable[Parameter],
    words: Sequence[Word],
    task: str,
    taken: Set[int],
    shared: Vocabulary,
) -> dict[str, Found]:
    """Take all parameters from a task but those that need to know what tells the project.

    Args:
        parameters: what to look for.
        words: the task's words.
        task: the text the words were read from.
        taken: positions that mean something else.
        shared: the words all blueprints share.

    Returns:
        What was found, or the default, by the parameter's name. Names are here only if they may
        be anything, and one is there; for the others see ``find_names``.
    """
    found: dict[str, Found] = {}
    used = set(taken)
    parameters = tuple(parameters)
    for parameter in parameters:
        if parameter.pattern:
            found[parameter.name] = find_fact(parameter, parameter.pattern, words, task, used)
            used |= found[parameter.name].positions
    for parameter in parameters:
        if parameter.kind not in {"name", "fact"}:
            found[parameter.name] = _FINDERS[parameter.kind](parameter, words, used, shared)
            used |= found[parameter.name].positions
    for parameter in parameters:
        if parameter.kind == "name" and parameter.freedom == "any":
            name = find_name(parameter, words, task, used, shared)
            found |= {parameter.name: name} if name.positions else {}
    return found


def find_names(
    parameters: Iterable[Parameter],
    words: Sequence[Word],
    task: str,
    taken: Set[int],
    core: Set[int],
    shared: Vocabulary,
) -> dict[str, Found]:
    """Take names from a task: what remains between the words that mean something.

    Args:
        parameters: what to look for.
        words: the task's words.
        task: the text the words were read from.
        taken: positions that mean something else, such as other parameters.
        core: positions that tell the project.
        shared: the words all blueprints share.

    Returns:
        What was found, or the default, by the parameter's name.
    """
    found: dict[str, Found] = {}
    used = taken | core
    for each in parameters:
        if each.kind == "name":
            found[each.name] = find_name(each, words, task, used, shared, core)
            used = used | found[each.name].positions
    return found


def _find_choice(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find one of several choices; of two different ones the second stays unexplained.

    A word that may as well say nothing ("application") counts only where no other choice is named.
    """
    told = _told_choices(parameter, words, taken | _proper_names(words))
    silent = shared.kinds | shared.lead | shared.praise
    meant = [each for each in told if words[each[0]].stem not in silent] or told
    if not meant:
        return Found(parameter.default)
    value = meant[0][1]
    return Found(value, frozenset(index for index, choice in told if choice == value))


def _proper_names(words: Sequence[Word]) -> frozenset[int]:
    """Find names of two capitalised words or more, which are no choice: "for Green Planet"."""
    found: set[int] = set()
    if is_title_case(words):
        return frozenset()
    for index, word in enumerate(words):
        if word.text not in CALLED | {"for"}:
            continue
        start = index + 1
        start += start < len(words) and words[start].text in DETERMINERS
        end = start
        while end < min(len(words), start + LONGEST_NAME) and words[end].is_capitalised:
            end += 1
        found.update(range(start, end) if end - start > 1 else ())
    return frozenset(found)


def _find_several(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find all choices that are named, in their order."""
    del shared
    told = _told_choices(parameter, words, taken)
    values = tuple(dict.fromkeys(choice for _, choice in told))
    if not parameter.smallest <= len(values) <= parameter.largest:
        return Found(tuple(parameter.default))
    return Found(values, frozenset(index for index, _ in told))


def _told_choices(
    parameter: Parameter, words: Sequence[Word], taken: Set[int]
) -> list[tuple[int, str]]:
    return [
        (index, choice)
        for index, word in enumerate(words)
        if index not in taken and not word.is_quoted
        for choice, stems in parameter.choices.items()
        if word.stem in stems
    ]


def _find_flag(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find whether something the project has is not wanted: "no symbols"."""
    del taken, shared
    unwanted = frozenset[str]().union(*parameter.choices.values())
    for span in negations(words):
        if any(words[index].stem in unwanted for index in span):
            return Found(False, frozenset(range(span.start - 1, span.stop)))
    return Found(parameter.default)


def _find_number(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find a whole number before its unit ("12 characters") or behind a marker ("length 12")."""
    del shared
    for index, word in enumerate(words):
        digits = word.text.removesuffix("%")
        if not digits.isascii() or not digits.isdigit() or index in taken:
            continue
        around = {
            place
            for place in range(max(0, index - 2), min(len(words), index + 3))
            if words[place].stem in (parameter.unit if place > index else parameter.markers)
        }
        has_sign = word.text.endswith("%") and "%" in parameter.unit
        if (around or has_sign) and parameter.smallest <= int(digits) <= parameter.largest:
            return Found(int(digits), frozenset({index, *around}))
    return Found(parameter.default)


def _find_range(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Find the end of a range that begins at one: "between 1 and 50"."""
    del shared
    for index, word in enumerate(words):
        if word.text != "1" or index in taken:
            continue
        end = index + 1
        while end < len(words) and words[end].text in {"and", "to", "up", "till", "until"}:
            end += 1
        if end == len(words) or not words[end].text.isascii() or not words[end].text.isdigit():
            continue
        if parameter.smallest <= int(words[end].text) <= parameter.largest:
            is_between = index > 0 and words[index - 1].stem in parameter.markers
            return Found(int(words[end].text), frozenset(range(index - is_between, end + 1)))
    return Found(parameter.default)


def _find_nothing(
    parameter: Parameter, words: Sequence[Word], taken: Set[int], shared: Vocabulary
) -> Found:
    """Take nothing from a task: the value comes from a form."""
    del words, taken, shared
    return Found(parameter.default)


_FINDERS: dict[str, _Finder] = {
    "choice": _find_choice,
    "several": _find_several,
    "subject": find_subject,
    "asked": find_asked,
    "flag": _find_flag,
    "number": _find_number,
    "range": _find_range,
    "list": find_list,
    "units": find_units,
    "fields": find_fields,
    "topic": find_topic,
    "recorded": find_recorded,
    "questions": _find_nothing,
}
