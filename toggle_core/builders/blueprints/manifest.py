"""A blueprint as its manifest describes it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toggle_core.builders.blueprints.phrases import Phrase, Phrases, index, read_phrase
from toggle_core.builders.blueprints.rendering import LIBRARY
from toggle_core.builders.blueprints.vocabulary import (
    Omission,
    Vocabulary,
    choices,
    read_omissions,
    to_stems,
)
from toggle_core.builders.blueprints.words import stem

_LEXICON = re.compile("<[a-z]+>")
_LOOK: Mapping[str, str | int] = {
    "brand": "#0f766e",
    "tone": 85,
    "module": "",
    "icon": '<rect x="4" y="4" width="16" height="16" rx="4"/>',
}
_SIGNS = str.maketrans("|?!^", "    ")

Core = tuple[frozenset[str], ...]
"""Words that must stand in a row for a task to be of a kind: for each place, the stems it takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a form asks for a parameter.

    Attributes:
        label: what a person reads.
        example: of a value.
        shape: what a value must look like; None where anything will do.
        fits: expression for whether the project can use it; empty where it always can.
        shows: expression for the list as the project has it, where several parameters make it.
        clears: name of a parameter that adds to the list when a task is read.
    """

    label: str
    example: str = ""
    shape: re.Pattern[str] | None = None
    fits: str = ""
    shows: str = ""
    clears: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a blueprint takes from the task.

    Attributes:
        name: what templates call it.
        kind: ``name``, ``choice``, ``several``, ``subject``, ``asked``, ``fact``, ``flag``,
            ``number``, ``range``, ``list``, ``units``, ``fields``, ``topic``, ``recorded`` or
            ``questions``, which only a form gives.
        default: its value when the task does not say.
        markers: words it stands behind ("for", "about", "columns"), as stems.
        marked_by: the same words as they are written: a list stands behind "habits", not "habit".
        unit: stems of the words that follow it: "characters" behind a number, "log" behind what
            a list is about.
        smallest: for numbers and lists, the least value or count.
        largest: for numbers and lists, the greatest value or count.
        choices: the stems that tell each choice; of a subject, rows of stems.
        barred: stems that, right before a subject, make it another one, or that are none.
        asked: phrases that ask for choices.
        pattern: what a fact looks like in the task; its group ``value`` is the fact.
        freedom: what a name may hold: ``any`` words at all, ``things`` but no other technology, or,
            if empty, nothing that is out of scope.
        is_owned: a name may also stand before the project, as a possessive or a purpose.
        is_called: a name may also be what the project is "called".
        is_short: a name that is no proper one has one word: what stands before it is a wish.
        leads: a name may also stand right before the project, as its subject: "a coding quiz".
        themes: stems of words that are out of scope elsewhere, but can be such a subject.
        entry: how a form asks for it; None for what forms know how to ask for, or never do.
    """

    name: str
    kind: str
    default: Any
    markers: frozenset[str] = frozenset()
    marked_by: frozenset[str] = frozenset()
    unit: frozenset[str] = frozenset()
    smallest: int = 1
    largest: int = 100
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    asked: Phrases = field(default_factory=dict)
    pattern: re.Pattern[str] | None = None
    freedom: str = ""
    is_owned: bool = False
    is_called: bool = True
    is_short: bool = False
    leads: bool = False
    themes: frozenset[str] = frozenset()
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Ability:
    """Something a project does, which a task may ask for.

    Attributes:
        what: the promise, one sentence.
        proof: name of the test, among the project's own, that shows it.
        promises: ids of the promises that break without it, in every interface that has it.
        interface: the only interface that has it; empty if all have.
        asked_as: the phrases a task asks for it in.
    """

    what: str
    proof: str
    promises: tuple[str, ...]
    interface: str
    asked_as: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Beyond:
    """Words that are known one by one, but ask together for what the project does not do.

    Attributes:
        core: the words, in their order, with any others in between.
        named: indexes of the places that are named as left out.
    """

    core: Core
    named: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Restriction:
    """Words that ask for something only some choices have.

    Attributes:
        stems: the words.
        parameter: name of the parameter that makes the choice.
        choices: those that have it.
    """

    stems: frozenset[str]
    parameter: str
    choices: frozenset[str]


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
        despite: word patterns that outweigh those.
        needs: names of parameters; a task that fills in none of them is of another kind.
        abilities: everything the project does that a task may ask for.
        phrases: the phrases of the abilities, and others that carry no wish here, by interface.
        beyond: phrases whose words are known one by one, but not what they ask for together.
        restrictions: what only some choices have.
        omissions: wishes it can be built without.
        loaded: praise that is a wish here, such as "easy" for a quiz.
        spelled: every word of its patterns and phrases, as it is written there.
        parameters: what is taken from the task.
        texts: parameter whose choice names the file of texts its templates take; empty if none.
        derived: expressions for values made of parameters, by name.
        sentence: template of the plan's first sentence.
        steps: templates of the plan's steps.
        summary: template of what was built.
        entry: path of the file to start.
        run: one shell line that starts it.
        shared: folders of files it has in common with others, by interface.
        look: of its pages: ``brand`` (accent colour), ``tone`` (hue of the greys, 0 to 360),
            ``icon`` (SVG shapes in a box of 24), ``module`` (that has the app's ``TITLE``) and
            ``table`` (that the samples are in).
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
    despite: tuple[Core, ...]
    needs: tuple[str, ...]
    abilities: tuple[Ability, ...]
    phrases: Mapping[str, Phrases]
    beyond: tuple[Beyond, ...]
    restrictions: tuple[Restriction, ...]
    omissions: tuple[Omission, ...]
    loaded: frozenset[str]
    spelled: frozenset[str]
    parameters: tuple[Parameter, ...]
    texts: str
    derived: Mapping[str, str]
    sentence: str
    steps: tuple[str, ...]
    summary: str
    entry: str
    run: str
    shared: Mapping[str, Sequence[str]]
    look: Mapping[str, str | int]


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
    lexicons = {**vocabulary.places, **lexicons}
    abilities = tuple(_ability(each, lexicons) for each in table["does"])
    around = [read_phrase(text, lexicons) for text in table.get("around", ())]
    interfaces = tuple(table["interfaces"])
    return Blueprint(
        name=name,
        title=table["title"],
        offer=table["offer"],
        description=table["description"],
        example=table["example"],
        idea=table.get("idea", 0),
        interfaces=interfaces,
        cores=tuple(_core(pattern, lexicons) for pattern in table["answers_to"]),
        never=tuple(_core(pattern, lexicons) for pattern in table.get("never", ())),
        despite=tuple(_core(pattern, lexicons) for pattern in table.get("despite", ())),
        needs=tuple(table.get("needs", ())),
        abilities=abilities,
        phrases={each: _phrases(abilities, around, each) for each in interfaces},
        beyond=tuple(_beyond(pattern, lexicons) for pattern in table.get("beyond", ())),
        restrictions=tuple(_restriction(each) for each in table.get("only", ())),
        omissions=read_omissions(table.get("without", ()), lexicons),
        loaded=to_stems(table.get("loaded", "")),
        spelled=_spelled(table),
        parameters=parameters,
        texts=table.get("texts", ""),
        derived=table.get("derived", {}),
        sentence=table["plan"]["sentence"],
        steps=tuple(table["plan"]["steps"]),
        summary=table["summary"],
        entry=table["entry"],
        run=table["run"],
        shared=table.get("shared", {}),
        look={**_LOOK, **table.get("look", {})},
    )


def _spelled(table: Mapping[str, Any]) -> frozenset[str]:
    patterns = [*table["answers_to"], *table.get("around", ())]
    patterns += [text for ability in table["does"] for text in ability["asked_as"]]
    return frozenset(_LEXICON.sub(" ", " ".join(patterns)).translate(_SIGNS).split())


def _ability(table: Mapping[str, Any], lexicons: Mapping[str, frozenset[str]]) -> Ability:
    return Ability(
        what=table["what"],
        proof=table["proof"],
        promises=tuple(table["promises"]),
        interface=table.get("interface", ""),
        asked_as=tuple(read_phrase(text, lexicons) for text in table["asked_as"]),
    )


def _phrases(abilities: Sequence[Ability], around: Sequence[Phrase], interface: str) -> Phrases:
    had = (each for each in abilities if each.interface in {"", interface})
    return index([*around, *(phrase for each in had for phrase in each.asked_as)])


def _beyond(pattern: str, lexicons: Mapping[str, frozenset[str]]) -> Beyond:
    """Read a pattern whose places that are named as left out end in an exclamation mark."""
    named = (place for place, text in enumerate(pattern.split()) if text.endswith("!"))
    return Beyond(_core(pattern.replace("!", ""), lexicons), tuple(named))


def _restriction(table: Mapping[str, str]) -> Restriction:
    return Restriction(
        to_stems(table["words"]), table["parameter"], frozenset(table["choices"].split())
    )


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
        marked_by=frozenset(table.get("markers", "").split()),
        unit=to_stems(table.get("unit", "")),
        smallest=table.get("smallest", 1),
        largest=table.get("largest", 100),
        choices=(
            _rows(table["choices"])
            if table["kind"] == "subject"
            else _choices(table.get("choices", {}), vocabulary)
        ),
        barred=to_stems(table.get("barred", "")),
        asked=index(read_phrase(text, {}) for text in table.get("asked_as", ())),
        pattern=re.compile(table["pattern"], re.I | re.X) if "pattern" in table else None,
        freedom=table.get("freedom", ""),
        is_owned=table.get("owned", False),
        is_called=table.get("called", True),
        is_short=table.get("short", False),
        leads=table.get("leads", False),
        themes=to_stems(table.get("themes", "")),
        entry=_entry(table["form"]) if "form" in table else None,
    )


def _entry(table: Mapping[str, str]) -> Entry:
    return Entry(
        label=table["label"],
        example=table.get("example", ""),
        shape=re.compile(table["shape"]) if "shape" in table else None,
        fits=table.get("fits", ""),
        shows=table.get("shows", ""),
        clears=table.get("clears", ""),
    )


def _choices(
    table: Mapping[str, str] | str, vocabulary: Vocabulary
) -> Mapping[str, frozenset[str]]:
    """Read choices: a table, the name of a shared lexicon, or words that stand for themselves."""
    if not isinstance(table, str):
        return choices(table)
    return vocabulary.lexicons.get(table) or {word: to_stems([word]) for word in table.split()}


def _rows(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Read subjects, each given as rows of words between commas, as rows of stems."""
    return {
        choice: frozenset(" ".join(map(stem, row.split())) for row in text.split(","))
        for choice, text in table.items()
    }
