"""Reading a task as an order for one blueprint: what it asks for, and what is left unexplained."""

import itertools
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from toggle_core.builders.blueprints.cores import find_core, likeness
from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.blueprints.names import Found
from toggle_core.builders.blueprints.negation import NEGATIONS, negations
from toggle_core.builders.blueprints.parameters import find_names, find_values
from toggle_core.builders.blueprints.vocabulary import Outside, Vocabulary
from toggle_core.builders.blueprints.words import Word

_SPEAKERS = {"i", "we", "my", "our"}
_TELLING = {
    *("run", "own", "am", "are", "is", "have", "work", "sell", "study", "teach", "manage", "lead"),
    *("live", "started", "opened", "offer", "keep", "collect", "love", "organise", "organize"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A task read as an order for one blueprint.

    Attributes:
        blueprint: what it is read for.
        core: positions of the words that tell this kind of project; empty if there are none.
        values: the parameters' values by name, with ``interface``.
        unexplained: words nothing in the blueprint accounts for.
        outside: reasons why it is out of scope, with the words that tell.
        likeness: how much of a pattern of the blueprint the task holds anywhere, from 0 to 1.
    """

    blueprint: Blueprint
    core: frozenset[int]
    values: Mapping[str, Any]
    unexplained: tuple[Word, ...]
    outside: tuple[tuple[str, Word], ...]
    likeness: float

    @property
    def is_sure(self) -> bool:
        """Whether the task asks for this project and for nothing it does not do."""
        return bool(self.core) and not self.unexplained and not self.outside


def read_as(blueprint: Blueprint, words: Sequence[Word], task: str, shared: Vocabulary) -> Reading:
    """Read a task as an order for a blueprint.

    A task is understood only if every word of it is: by the project's own words, by a parameter,
    or because it says nothing. What a project does not do is thereby never passed over in silence.

    Args:
        blueprint: what to read it for.
        words: the task's words.
        task: the text the words were read from.
        shared: the words all blueprints share.
    """
    found = find_values(blueprint.parameters, words, task, shared)
    core = find_core(blueprint, words, _positions(found), shared)
    taken = _positions(found) | core
    found = find_names(blueprint.parameters, words, task, taken, shared) | found
    names = frozenset[int]().union(*(each.name_positions for each in found.values()))
    explained = core | _positions(found)
    negated = frozenset[int]().union(*negations(words))
    refused = (negated & core).union(*(each.refused for each in found.values()))
    negated -= explained
    told = _told(words, core)
    interface, conflicts = _interface(blueprint, words, shared, names | told, negated)
    unexplained = {
        index
        for index, word in enumerate(words)
        if index not in explained | told
        and _is_unknown(index, word, words, blueprint, shared, is_negated=index in negated)
    }
    return Reading(
        blueprint=blueprint,
        core=core,
        values={name: each.value for name, each in found.items()} | {"interface": interface},
        unexplained=tuple(words[index] for index in sorted(unexplained | conflicts | refused)),
        outside=_outside(blueprint, words, shared, found, told, exempt=negated | core),
        likeness=likeness(blueprint, {word.stem for word in words} - shared.fillers),
    )


def _positions(found: Mapping[str, Found]) -> frozenset[int]:
    return frozenset[int]().union(*(each.positions for each in found.values()))


def _is_unknown(
    index: int,
    word: Word,
    words: Sequence[Word],
    blueprint: Blueprint,
    shared: Vocabulary,
    *,
    is_negated: bool,
) -> bool:
    """Whether nothing in a blueprint accounts for a word.

    What a task does not want is accounted for just if the project does not have it.
    """
    if word.is_quoted:
        return True
    if is_negated:
        return word.stem in blueprint.words and word.stem not in shared.fillers
    is_version = word.text[:1].isdigit() and index > 0 and words[index - 1].text == "python"
    is_known = (
        word.stem in shared.fillers
        or word.stem in blueprint.words
        or any(word.stem in named for named in shared.interfaces.values())
        or (word.text in NEGATIONS and index + 1 < len(words))
    )
    return not is_known and not is_version


def _told(words: Sequence[Word], core: Set[int]) -> frozenset[int]:
    """Find sentences that only tell who asks: "I run a bakery in Lyon." """
    starts = [index for index, word in enumerate(words) if word.opens_sentence]
    told: set[int] = set()
    for start, end in itertools.pairwise([*starts, len(words)]):
        sentence = words[start:end]
        is_telling = sentence[0].text in _SPEAKERS and any(
            word.text in _TELLING for word in sentence[1:4]
        )
        if is_telling and core.isdisjoint(range(start, end)) and len(starts) > 1:
            told.update(range(start, end))
    return frozenset(told)


def _interface(
    blueprint: Blueprint,
    words: Sequence[Word],
    shared: Vocabulary,
    passed: Set[int],
    negated: Set[int],
) -> tuple[str, frozenset[int]]:
    """Choose how the project is used, and list the words that ask for another way."""
    asked: dict[str, set[int]] = {}
    unwanted: set[str] = set()
    for index, word in enumerate(words):
        for interface, named in shared.interfaces.items():
            if word.stem not in named or word.stem in blueprint.words or index in passed:
                continue
            if index in negated:
                unwanted.add(interface)
            else:
                asked.setdefault(interface, set()).add(index)
    offered = [each for each in blueprint.interfaces if each not in unwanted]
    fitting = [each for each in offered if each in asked] or offered
    if not fitting:
        return blueprint.interfaces[0], frozenset(range(len(words)))
    conflicts = (places for each, places in asked.items() if each != fitting[0])
    return fitting[0], frozenset().union(*conflicts)


def _outside(
    blueprint: Blueprint,
    words: Sequence[Word],
    shared: Vocabulary,
    found: Mapping[str, Found],
    told: Set[int],
    *,
    exempt: Set[int],
) -> tuple[tuple[str, Word], ...]:
    """Find what is out of scope. A project's own words are not held against a task.

    Nor are names, as far as the blueprint lets them be anything: a to-do list for a music school
    is a to-do list, but one "for Slack" is not what it makes.
    """
    names: dict[int, str] = dict.fromkeys(told, "things")
    for parameter in blueprint.parameters:
        names |= dict.fromkeys(found[parameter.name].name_positions, parameter.freedom)
    return tuple(
        (kind.reason, words[index])
        for kind in shared.outside
        for index in sorted(kind.positions(words) - exempt)
        if _is_held(names.get(index), words[index].stem in blueprint.words, kind)
    )


def _is_held(freedom: str | None, is_own_word: bool, kind: Outside) -> bool:
    if freedom is None:
        return not is_own_word
    return freedom != "any" and (kind.is_technical or freedom != "things")
