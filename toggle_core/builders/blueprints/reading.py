"""Reading a task as an order for one blueprint: what it asks for, and what is left out."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from toggle_core.builders.blueprints.left_out import passages
from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.negation import negations
from toggle_core.builders.blueprints.parameters import find_names, find_values
from toggle_core.builders.blueprints.patterns import find_core, find_pattern, likeness
from toggle_core.builders.blueprints.phrases import find_phrases
from toggle_core.builders.blueprints.surroundings import (
    find_praise,
    find_showing,
    with_stems,
    words_around,
    words_beside,
)
from toggle_core.builders.blueprints.task import LeftOut, Task
from toggle_core.builders.blueprints.vocabulary import Vocabulary
from toggle_core.builders.blueprints.words import Word


@dataclass(frozen=True, slots=True)
class Reading:
    """A task read as an order for one blueprint and one of its interfaces.

    Attributes:
        blueprint: what it is read for.
        core: positions of the words that tell this kind of project; empty if there are none.
        values: the parameters' values by name, with ``interface``.
        left_out: every wish that is neither a parameter nor an ability of the project.
        likeness: how much of a pattern of the blueprint the task holds anywhere, from 0 to 1.
    """

    blueprint: Blueprint
    core: frozenset[int]
    values: Mapping[str, Any]
    left_out: tuple[LeftOut, ...]
    likeness: float

    @property
    def is_buildable(self) -> bool:
        """Whether the task asks for this project, and for nothing it cannot be built without."""
        return bool(self.core) and all(each.is_omissible for each in self.left_out)

    @property
    def is_complete(self) -> bool:
        """Whether the project fulfils every wish of the task."""
        return bool(self.core) and not self.left_out


def read_as(blueprint: Blueprint, interface: str, task: Task, shared: Vocabulary) -> Reading:
    """Read a task as an order for a blueprint.

    Every word must be accounted for: by what tells the project, by a parameter that is filled in,
    by a phrase that asks for an ability of the project, or because it carries no wish. All others
    are left out, and are named. What a task does not want is accounted for if no project has it.

    Args:
        blueprint: what to read it for.
        interface: which of its interfaces.
        task: what is read.
        shared: the words all blueprints share.
    """
    words = task.words
    found = find_values(blueprint.parameters, words, task.text, task.framing, shared)
    own = find_phrases(blueprint.phrases[interface], words, task.small)
    known = own | task.framing | task.common | task.used[interface]
    known -= with_stems(words, blueprint.loaded)
    praise = find_praise(blueprint, words, shared)
    passed = (
        known | _positions(found) | task.small | praise | words_beside(words, interface, shared)
    )
    core, told = find_core(blueprint, words, passed)
    if _lacks_need(blueprint, found):
        core = told = frozenset()
    taken = _positions(found) | known
    found = find_names(blueprint.parameters, words, task.text, taken, told, shared) | found
    if _lacks_need(blueprint, found):
        core = told = frozenset()
    explained = told | known | _positions(found) | task.small | praise
    explained |= words_around(task, core, interface, shared)
    explained -= frozenset(task.outside) - told - known - _positions(found)
    explained |= find_showing(task, told | known | _positions(found), shared)
    absent, present = _unwanted(
        blueprint, interface, task, shared, known=known | _positions(found), had=told | own
    )
    refused = frozenset[int]().union(*(each.refused for each in found.values()))
    refused |= _other_choices(blueprint, found, words, shared)
    refused |= _beyond(blueprint, words) | _restricted(blueprint, found, words)
    refused |= _held(blueprint, found, task, shared)
    explained = ((explained | absent) - present) - refused
    left = frozenset(range(len(words))) - explained
    return Reading(
        blueprint=blueprint,
        core=core,
        values={name: each.value for name, each in found.items()} | {"interface": interface},
        left_out=passages(blueprint, task, left),
        likeness=likeness(blueprint, _telling(words, shared)),
    )


def _lacks_need(blueprint: Blueprint, found: Mapping[str, Found]) -> bool:
    """Whether none of the parameters a blueprint needs is filled in; names are found last."""
    needed = [found[name] for name in blueprint.needs if name in found]
    is_decided = len(needed) == len(blueprint.needs)
    return bool(needed) and is_decided and not any(each.positions for each in needed)


def _positions(found: Mapping[str, Found]) -> frozenset[int]:
    return frozenset[int]().union(*(each.positions for each in found.values()))


def _telling(words: Iterable[Word], shared: Vocabulary) -> frozenset[str]:
    silent = shared.lead | shared.kinds | shared.praise
    return frozenset(word.stem for word in words if word.text not in shared.small) - silent


def _unwanted(
    blueprint: Blueprint,
    interface: str,
    task: Task,
    shared: Vocabulary,
    *,
    known: Set[int],
    had: Set[int],
) -> tuple[frozenset[int], frozenset[int]]:
    """Find what a task does not want.

    Args:
        blueprint: what the task is read for.
        interface: which of its interfaces.
        task: what is read.
        shared: the words all blueprints share.
        known: positions of words that are accounted for; a "no" among them means something else.
        had: positions of words that tell the project, or ask for what it does.

    Returns:
        The words of what this project does not have ("without login", "not a to-do list"), and
        of what it has, or may have: nobody knows what "no more than that" asks for.
    """
    words = task.words
    silent = task.small | with_stems(words, shared.lead | shared.kinds | shared.praise)
    others = (each.beside for name, each in shared.interfaces.items() if name != interface)
    absent = with_stems(words, shared.absent.union(*others)) | frozenset(task.outside)
    absent = absent.union(*(at for name, at in task.denied.items() if name != blueprint.name))
    had = had | task.denied.get(blueprint.name, frozenset())
    nowhere: set[int] = set()
    somewhere: set[int] = set()
    for span in negations(words, known):
        whole = range(span.start - 1, span.stop)
        asked = frozenset(span) - silent
        is_absent = bool(asked) and asked <= absent and had.isdisjoint(asked)
        (nowhere if is_absent else somewhere).update(whole)
    return frozenset(nowhere), frozenset(somewhere)


def _other_choices(
    blueprint: Blueprint, found: Mapping[str, Found], words: Sequence[Word], shared: Vocabulary
) -> frozenset[int]:
    """Find words that name a choice besides the one that is filled in: "products and customers"."""
    silent = shared.kinds | shared.lead | shared.praise
    named: set[int] = set()
    for parameter in blueprint.parameters:
        if parameter.kind == "choice":
            stems = frozenset[str]().union(*parameter.choices.values())
            named |= with_stems(words, stems - silent)
    return frozenset(named) - _positions(found)


def _beyond(blueprint: Blueprint, words: Sequence[Word]) -> frozenset[int]:
    """Find words that are known one by one, but ask together for what the project does not do."""
    everywhere = frozenset(range(len(words)))
    named: set[int] = set()
    for beyond in blueprint.beyond:
        found = find_pattern(beyond.core, words, everywhere)
        named |= {found[place] for place in beyond.named if found}
    return frozenset(named)


def _restricted(
    blueprint: Blueprint, found: Mapping[str, Found], words: Sequence[Word]
) -> frozenset[int]:
    """Find words that ask for what the choice that was made does not have."""
    named = frozenset[int]().union(*(each.name_positions for each in found.values()))
    refused: set[int] = set()
    for each in blueprint.restrictions:
        if found[each.parameter].value not in each.choices:
            refused |= with_stems(words, each.stems)
    return frozenset(refused) - named


def _held(
    blueprint: Blueprint, found: Mapping[str, Found], task: Task, shared: Vocabulary
) -> frozenset[int]:
    """Find words of names that are out of scope all the same.

    A to-do list for a music school is a to-do list, but one "for Slack" is not what is made here.
    """
    held: set[int] = set()
    for parameter in blueprint.parameters:
        names = found[parameter.name].name_positions
        for kind in shared.outside:
            is_free = parameter.freedom == "any" or (
                parameter.freedom == "things" and not kind.is_technical
            )
            if names and not is_free:
                held |= names & kind.positions(task.words)
    return frozenset(held)
