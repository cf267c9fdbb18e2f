"""A blueprint as its manifest describes it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toggle_core.builders.blueprints.rendering import LIBRARY
from toggle_core.builders.blueprints.vocabulary import Vocabulary, choices, to_stems

Core = tuple[frozenset[str], ...]
"""Words that must stand in a row for a task to be of a kind: for each place, the stems it takes."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a blueprint takes from the task.

    Attributes:
        name: what templates call it.
        kind: ``name``, ``choice``, ``several``, ``flag``, ``number``, ``list`` or
            ``units``.
        default: its value when the task does not say.
        markers: words it stands behind ("for", "about", "columns").
        unit: for numbers, stems of the words that follow it ("characters").
        smallest: for numbers and lists, the least value or count.
        largest: for numbers and lists, the greatest value or count.
        choices: the stems that tell each choice.
        freedom: what a name may hold: ``any`` words at all, ``things`` but no other technology, or,
            if empty, nothing that is out of scope.
        is_owned: a name may also stand before the project, as a possessive or a purpose.
    """

    name: str
    kind: str
    default: Any
    markers: frozenset[str] = frozenset()
    unit: frozenset[str] = frozenset()
    smallest: int = 1
    largest: int = 100
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    freedom: str = ""
    is_owned: bool = False


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One project of the library.

    Attributes:
        name: its folder.
        title: what it is called.
        offer: how the list of what can be made names it, with its article.
        description: one sentence.
        example: a short task that makes it.
        idea: place of the example on the first screen, from 1 on; 0 if it is not shown there.
        interfaces: what it can be used through, the usual one first.
        cores: word patterns, one of which a task must hold.
        never: word patterns that tell of something else, such as the same thing backwards.
        words: stems that are explained by what the project does.
        parameters: what is taken from the task.
        derived: expressions for values made of parameters, by name.
        sentence: template of the plan's first sentence.
        steps: templates of the plan's steps.
        summary: template of what was built.
        entry: path of the file to start.
        run: one shell line that starts it.
        shared: folders of files it has in common with others, by interface.
    """

    name: str
    title: str
    offer: str
    description: str
    example: str
    idea: int
    interfaces: tuple[str, ...]
    cores: tuple[Core, ...]
    never: tuple[Core, ...]
    words: frozenset[str]
    parameters: tuple[Parameter, ...]
    derived: Mapping[str, str]
    sentence: str
    steps: tuple[str, ...]
    summary: str
    entry: str
    run: str
    shared: Mapping[str, Sequence[str]]


def read_blueprints(vocabulary: Vocabulary) -> tuple[Blueprint, ...]:
    """Read every manifest of the library, by name."""
    return tuple(
        _blueprint(path.parent.name, tomllib.loads(path.read_text(encoding="utf-8")), vocabulary)
        for path in sorted(LIBRARY.glob("*/blueprint.toml"))
    )


def _blueprint(name: str, table: Mapping[str, Any], vocabulary: Vocabulary) -> Blueprint:
    lexicons = {key: to_stems(words) for key, words in table.get("lexicons", {}).items()}
    parameters = tuple(
        _parameter(key, value, vocabulary) for key, value in table["parameters"].items()
    )
    for each in parameters:
        lexicons[each.name] = frozenset[str]().union(*each.choices.values())
    cores = tuple(_core(pattern, lexicons) for pattern in table["answers_to"])
    return Blueprint(
        name=name,
        title=table["title"],
        offer=table["offer"],
        description=table["description"],
        example=table["example"],
        idea=table.get("idea", 0),
        interfaces=tuple(table["interfaces"]),
        cores=cores,
        never=tuple(_core(pattern, lexicons) for pattern in table.get("never", ())),
        words=to_stems(table["words"]) | _pattern_words(table["answers_to"]),
        parameters=parameters,
        derived=table.get("derived", {}),
        sentence=table["plan"]["sentence"],
        steps=tuple(table["plan"]["steps"]),
        summary=table["summary"],
        entry=table["entry"],
        run=table["run"],
        shared=table.get("shared", {}),
    )


def _pattern_words(patterns: Sequence[str]) -> frozenset[str]:
    """List the words of patterns, but not those of lexicons: of these a task may name but one."""
    places = (place for pattern in patterns for place in pattern.split())
    return frozenset().union(*(to_stems(place.split("|")) for place in places if place[0] != "<"))


def _core(pattern: str, lexicons: Mapping[str, frozenset[str]]) -> Core:
    return tuple(_place(place, lexicons) for place in pattern.split())


def _place(place: str, lexicons: Mapping[str, frozenset[str]]) -> frozenset[str]:
    if place.startswith("<"):
        return lexicons[place.strip("<>")]
    taken = to_stems(place.split("|"))
    # "Web app" is read as one word; wherever an app will do, so does that.
    return taken | to_stems(["webapp"]) if "app" in taken else taken


def _parameter(name: str, table: Mapping[str, Any], vocabulary: Vocabulary) -> Parameter:
    return Parameter(
        name=name,
        kind=table["kind"],
        default=table["default"],
        markers=to_stems(table.get("markers", "")),
        unit=to_stems(table.get("unit", "")),
        smallest=table.get("smallest", 1),
        largest=table.get("largest", 100),
        choices=_choices(table.get("choices", {}), vocabulary),
        freedom=table.get("freedom", ""),
        is_owned=table.get("owned", False),
    )


def _choices(
    table: Mapping[str, str] | str, vocabulary: Vocabulary
) -> Mapping[str, frozenset[str]]:
    """Read choices: a table, the name of a shared lexicon, or words that stand for themselves."""
    if not isinstance(table, str):
        return choices(table)
    return vocabulary.lexicons.get(table) or {word: to_stems([word]) for word in table.split()}
