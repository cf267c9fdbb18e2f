"""Putting the words that nothing accounts for into passages of the task."""

from collections.abc import Mapping, Sequence, Set

from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.task import LeftOut, Task, find_omitted

_JOINS = {"and", "or", "plus", "but"}


def passages(blueprint: Blueprint, task: Task, left: Set[int]) -> tuple[LeftOut, ...]:
    """Put what is left out into passages of the task, with what is known of each.

    Args:
        blueprint: what the task is read for.
        task: what is read.
        left: positions of the words that nothing accounts for.
    """
    own = find_omitted(blueprint.omissions, task.words, task.small)
    reasons = {index: why for index, why in {**task.omitted, **own}.items() if index in left}
    runs: list[list[int]] = []
    for index in sorted(left):
        if runs and _goes_on(runs[-1][-1], index, task, reasons):
            runs[-1].append(index)
        else:
            runs.append([index])
    return tuple(_passage(each, task, reasons) for each in runs)


def _goes_on(last: int, index: int, task: Task, reasons: Mapping[int, str]) -> bool:
    """Whether only small words of the same clause stand between two words that are left out."""
    between = range(last + 1, index)
    return (
        all(each in task.small and task.words[each].text not in _JOINS for each in between)
        and not any(task.words[each].opens_clause for each in range(last + 1, index + 1))
        and reasons.get(last) == reasons.get(index)
    )


def _passage(places: Sequence[int], task: Task, reasons: Mapping[int, str]) -> LeftOut:
    start, end = task.words[places[0]].start, task.words[places[-1]].end
    if places[0] in reasons:
        return LeftOut(start, end, reasons[places[0]], is_omissible=True)
    outside = next((task.outside[each] for each in places if each in task.outside), "")
    return LeftOut(start, end, outside)
