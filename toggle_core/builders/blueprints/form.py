"""Parameters that a person has set in a form, written below a task."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from toggle_core.builders.advice import Field
from toggle_core.builders.blueprints.form_lists import LISTS, items_of, offered, refused_items
from toggle_core.builders.blueprints.literals import MAX_WIDTH, one_line
from toggle_core.builders.blueprints.manifest import Blueprint, Entry, Parameter
from toggle_core.builders.blueprints.questions import (
    HINT,
    LONGEST_IN_ALL,
    read_questions,
    refused_questions,
    stored_questions,
    write_questions,
)
from toggle_core.errors import FieldRefused

HEADING: Final = "With:"
LONGEST: Final = 60
"""Characters of a name."""

LONGEST_LIST: Final = 1_000
LONGEST_LINE: Final = 4_000
"""Columns of one of several lines: a question with its answers."""

_LINE: Final = re.compile(r"- (?P<name>[a-z_]{1,40}): ?(?P<value>[^\n]{0,2000})")
_BLOCK: Final = re.compile(
    rf"\n+{HEADING}\n(?P<lines>(?:- [a-z_]{{1,40}}:[^\n]{{0,2000}}(?:\n|\Z))+)\s*\Z"
)
_LONGEST_TYPED: Final = 2 * LONGEST_IN_ALL
"""Characters of the field for questions, with the signs between them."""

LABELS: Final = {"accent": "Colour", "sort": "Kind", "kind": "Kind"}
"""What a form calls a parameter whose name does not say it."""


def split_task(task: str) -> tuple[str, Mapping[str, str]]:
    """Part a task from the parameters below it.

    Args:
        task: as it was submitted.

    Returns:
        The task itself, and the values by name as they are written; none where there are none.
        Lines of the same name are the lines of one value.
    """
    found = _BLOCK.search(task)
    if not found:
        return task, {}
    values: dict[str, str] = {}
    for line in found["lines"].split("\n"):
        if each := _LINE.fullmatch(line):
            before = f"{values[each['name']]}\n" if each["name"] in values else ""
            values[each["name"]] = before + each["value"]
    return task[: found.start()], values


def with_parameters(task: str, values: Mapping[str, str]) -> str:
    """Write parameters below a task, in the place of those that were there.

    Args:
        task: as it was submitted.
        values: by the parameter's name; one of several lines is written as several.
    """
    plain, _ = split_task(task)
    lines = [
        f"- {name}: {one_line(line, LONGEST_LINE)}".rstrip()
        for name, value in values.items()
        for line in value.split("\n")
    ]
    return "\n".join((plain.rstrip(), "", HEADING, *lines)) if lines else plain.rstrip()


def checked_parameters(
    blueprint: Blueprint, values: Mapping[str, str], before: Mapping[str, Any]
) -> dict[str, str]:
    """Check values that were typed.

    Args:
        blueprint: what is to be built.
        values: by the parameter's name, as they were typed.
        before: values of all parameters as the task itself gives them.

    Returns:
        The values as they are written below a task, by the parameter's name.

    Raises:
        FieldRefused: the first that cannot be used.
    """
    checked: dict[str, str] = {}
    for each in askable(blueprint):
        text = values.get(each.name)
        if text is None:
            continue
        if each.kind == "questions":
            text = write_questions(read_questions(text))
        if reason := _refused(blueprint, each, text, before):
            raise FieldRefused(label=_label(each), reason=reason)
        checked[each.name] = ", ".join(items_of(each, text)) if each.kind in LISTS else text
    return checked


def read_parameters(
    blueprint: Blueprint, written: Mapping[str, str], before: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Read the values that stand below a task.

    Args:
        blueprint: what is to be built.
        written: the values by name.
        before: values of all parameters as the task itself gives them.

    Returns:
        None where one of them is unknown, or no value that the parameter can have.
    """
    known = {each.name: each for each in askable(blueprint)}
    values: dict[str, Any] = {}
    for name, text in written.items():
        if name not in known or _refused(blueprint, known[name], text, before):
            return None
        if known[name].kind == "questions":
            values[name] = stored_questions(text)
        elif known[name].kind not in LISTS:
            values[name] = one_line(text)
        elif items := items_of(known[name], text):
            values[name] = items
            entry = known[name].entry
            values |= {entry.clears: ()} if entry and entry.clears else {}
        else:
            values[name] = tuple(known[name].default)
    return values


def askable(blueprint: Blueprint) -> tuple[Parameter, ...]:
    """The parameters that a form can ask for: names, choices, facts and lists.

    Args:
        blueprint: whose.
    """
    return tuple(
        each
        for each in blueprint.parameters
        if each.entry or each.kind == "choice" or (each.kind == "name" and each.name == "name")
    )


def fields_of(
    blueprint: Blueprint, context: Mapping[str, Any], value_of: Callable[[str], Any]
) -> tuple[Field, ...]:
    """A form for the parameters of a project: its name, choices, lists, facts.

    Args:
        blueprint: of the project.
        context: what its templates see.
        value_of: finds the value of an expression for the same context.
    """
    missing = {name for names, _ in context.get("missing", ()) for name in names.split()}
    entries = {each.name: each.entry or Entry("") for each in askable(blueprint)}
    fields = (
        Field(
            each.name,
            _label(each),
            _written(value_of(entries[each.name].shows or each.name)),
            offered(blueprint, each, context) if each.kind in LISTS else _choices(each),
            is_list=each.kind in LISTS or each.kind == "questions",
            is_missing=each.name in missing,
            example=entries[each.name].example,
            hint=HINT if each.kind == "questions" else "",
            longest=_LONGEST_TYPED if each.kind == "questions" else 0,
        )
        for each in sorted(askable(blueprint), key=_place)
        if not entries[each.name].fits or value_of(entries[each.name].fits)
    )
    return tuple(fields)


def _place(parameter: Parameter) -> int:
    kinds = ("name", "choice", "asked", "list", "fields", "units", "questions", "fact")
    return kinds.index(parameter.kind)


def _label(parameter: Parameter) -> str:
    if parameter.entry:
        return parameter.entry.label
    return LABELS.get(parameter.name, parameter.name.replace("_", " ").capitalize())


def _written(value: Any) -> str:
    if not isinstance(value, list | tuple):
        return str(value)
    has_rows = bool(value) and not isinstance(value[0], str)
    return write_questions(value) if has_rows else ", ".join(value)


def _choices(parameter: Parameter) -> tuple[str, ...]:
    """What a choice can be, the default included, which may need no words; nothing for a name."""
    if parameter.kind != "choice":
        return ()
    return tuple(dict.fromkeys((str(parameter.default), *parameter.choices)))


def _refused(
    blueprint: Blueprint, parameter: Parameter, text: str, before: Mapping[str, Any]
) -> str:
    """Why a value cannot be used, without a full stop; empty where it can."""
    if parameter.kind == "questions":
        return refused_questions(stored_questions(text), parameter.smallest)
    if parameter.kind in LISTS:
        return refused_items(parameter, text, offered(blueprint, parameter, before))
    if parameter.kind == "choice":
        return (
            "" if text in _choices(parameter) else f"“{one_line(text)}” is not one of the choices"
        )
    return _refused_text(parameter, text)


def _refused_text(parameter: Parameter, text: str) -> str:
    entry = parameter.entry
    if entry is None:
        return "" if len(text) <= LONGEST else f"it may have at most {LONGEST} characters"
    if one_line(text, LONGEST_LIST) != one_line(text):
        return f"it may have at most {MAX_WIDTH} characters"
    if text.strip() and entry.shape and not entry.shape.fullmatch(text.strip()):
        return f"write it like “{entry.example}”"
    return ""
