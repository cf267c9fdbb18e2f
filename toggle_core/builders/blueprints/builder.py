"""The builder that fills in blueprints: no model, no network, the same files for the same task."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from toggle_core.builders.advice import Advice, Field, Omitted
from toggle_core.builders.blueprints.advising import advise_refused, offer_without
from toggle_core.builders.blueprints.catalogue import Catalogue, catalogue
from toggle_core.builders.blueprints.form import (
    checked_parameters,
    fields_of,
    read_parameters,
    split_task,
    with_parameters,
)
from toggle_core.builders.blueprints.literals import markdown_text, one_line, plain_text
from toggle_core.builders.blueprints.matching import Match, match
from toggle_core.builders.blueprints.questions import usable_questions
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.refusal import left_out_sentence, left_out_words, refusal
from toggle_core.builders.blueprints.rendering import SUFFIX, sentence_case, templates, texts_of
from toggle_core.builders.protocol import Feedback, FindVacuous, Plan, Project, Promised

_MOST_EDITS = 3
_WIDEST_EDIT = 80


class Blueprints:
    """Builds from a library of complete, tested projects, chosen by the words of the task."""

    streams = False

    @property
    def name(self) -> str:
        """Stored with each run."""
        return "blueprints"

    @property
    def ideas(self) -> tuple[str, ...]:
        """Example tasks that surely work, for the first screen."""
        shown = (each for each in catalogue().blueprints if each.idea)
        return tuple(each.example for each in sorted(shown, key=lambda each: each.idea))

    def advise(self, task: str) -> Advice:
        """Say what would be built, what would be left out, and what comes close."""
        library = catalogue()
        found = read_wish(task, library)
        if found.chosen is None:
            return advise_refused(found, library)
        blueprint, left_out = found.chosen.blueprint, found.chosen.left_out
        context = _context(blueprint.name, found.chosen.values)
        shorter = offer_without(found, left_out, blueprint, library)
        return Advice(
            builds=plain_text(_fill(library, blueprint.sentence, context)),
            promises=len(promises_of(blueprint.name, found.chosen.values)["promises"]),
            omitted=tuple(
                Omitted(left_out_words(each, found.task), f"{sentence_case(each.reason)}.")
                for each in left_out
            ),
            offers=(shorter,) if shorter else (),
            templates=len(library.blueprints),
        )

    def fields(self, task: str) -> tuple[Field, ...]:
        """What can be changed of the project that a task makes; nothing where it makes none."""
        library = catalogue()
        chosen = read_wish(task, library).chosen
        if chosen is None:
            return ()
        context = _context(chosen.blueprint.name, chosen.values)
        compiled = library.templates.compile_expression
        return fields_of(
            chosen.blueprint, context, lambda expression: compiled(expression)(**context)
        )

    def with_fields(self, task: str, values: Mapping[str, str]) -> str:
        """The task that makes the project with other values, by the names of the fields.

        What is as the task itself has it is not written down.

        Raises:
            FieldRefused: a value cannot be used.
        """
        plain, _ = split_task(task)
        chosen = read_wish(plain, catalogue()).chosen
        if chosen is None:
            return with_parameters(task, values)
        checked = checked_parameters(chosen.blueprint, values, chosen.values)
        same = {each.name: each.value for each in self.fields(plain)}
        kept = {
            name: text
            for name, text in checked.items()
            if same.get(name) not in {values[name], text}
        }
        return with_parameters(task, kept)

    def plan(self, task: str) -> Plan:
        """Plan a task; a wish the project will not fulfil is named as left out.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        return Plan(_plan_text(_read(task)))

    def promise(
        self,
        task: str,
        plan: str,
        *,
        base: Mapping[str, Any] | None = None,
        before: str = "",
        find_vacuous: FindVacuous | None = None,
    ) -> Promised:
        """Fill in the promises of the blueprint; they name the wishes that are left out.

        Args:
            task: what the person asked for.
            plan: the plan's text; what a person changed in it is left out.
            base: not used, as a blueprint is always a new program.
            before: not used either.
            find_vacuous: not needed: tests of the library show that the promises say something.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        del base, before, find_vacuous
        chosen = _read(task)
        promises = promises_of(chosen.reading.blueprint.name, chosen.reading.values)
        edits = _unmet_edits(_plan_text(chosen), plan)
        left_out = [
            *chosen.left_out,
            *({"words": "the plan as it was edited", "why": sentence} for sentence in edits),
        ]
        return Promised(promises | {"left_out": left_out} if left_out else promises)

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """Fill in the blueprint the task asks for.

        A blueprint cannot repair itself: with feedback the same project is made again. Nor can it
        follow a plan that a person changed, which is then an unmet wish, nor other promises than
        its own, which are tried all the same.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        del feedback, promises
        chosen = _read(task)
        project = render(chosen.reading.blueprint.name, chosen.reading.values)
        return replace(project, unmet=(*chosen.unmet, *_unmet_edits(_plan_text(chosen), plan)))


def render(name: str, values: Mapping[str, Any]) -> Project:
    """Fill in a blueprint.

    Args:
        name: its folder in the library.
        values: parameters by name; those not given take their defaults. Texts are made fit for
            one line first, whoever wrote them.

    Returns:
        The project.
    """
    library = catalogue()
    blueprint = next(each for each in library.blueprints if each.name == name)
    context = _context(name, values)
    interface = context["interface"]
    folders = (*blueprint.shared.get(interface, ()), f"{name}/common", f"{name}/{interface}")
    files = {
        path: library.templates.get_template(template).render(context)
        for path, template in templates(folders).items()
    }
    return Project(
        files={path: text for path, text in files.items() if text.strip()},
        entry=blueprint.entry,
        how_to_run=blueprint.run,
        summary=_fill(library, blueprint.summary, context),
    )


def promises_of(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the promises of a blueprint.

    Args:
        name: its folder in the library.
        values: parameters by name, as for :func:`render`, so that both are about the same project.

    Returns:
        The promises as JSON values.
    """
    context = _context(name, values)
    template = f"{name}/promises/{context['interface']}.json{SUFFIX}"
    filled: dict[str, Any] = json.loads(
        catalogue().templates.get_template(template).render(context)
    )
    return filled


@dataclass(frozen=True, slots=True)
class _Choice:
    """The blueprint chosen for a task, and the wishes it leaves out.

    Attributes:
        reading: the blueprint and the values for it.
        unmet: the wishes, one sentence each.
        left_out: the words of the task for each of them, and the reason.
    """

    reading: Reading
    unmet: tuple[str, ...]
    left_out: tuple[dict[str, str], ...]


def _read(text: str) -> _Choice:
    found = read_wish(text, catalogue())
    if found.chosen is None:
        raise refusal(found)
    unmet = (left_out_sentence(each, found.task) for each in found.chosen.left_out)
    left_out = (
        {"words": left_out_words(each, found.task), "why": f"{sentence_case(each.reason)}."}
        for each in found.chosen.left_out
    )
    return _Choice(found.chosen, tuple(unmet), tuple(left_out))


def read_wish(text: str, library: Catalogue) -> Match:
    """Read a task, and the parameters that stand below it.

    Args:
        text: as it was submitted. Parameters that fit no blueprint are read as words.
        library: what can be made.
    """
    plain, written = split_task(text)
    found = match(plain, library)
    if not written or found.chosen is None:
        return match(text, library) if written else found
    values = read_parameters(found.chosen.blueprint, written, found.chosen.values)
    if values is None:
        return match(text, library)
    return replace(found, chosen=replace(found.chosen, values={**found.chosen.values, **values}))


def _plan_text(chosen: _Choice) -> str:
    library = catalogue()
    blueprint = chosen.reading.blueprint
    context = _context(blueprint.name, chosen.reading.values)
    lines = [_fill(library, blueprint.sentence, context), ""]
    steps = (_fill(library, step, context) for step in blueprint.steps)
    lines += [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    lines += ["", *(f"Left out: {markdown_text(each)}" for each in chosen.unmet)]
    return "\n".join(lines).rstrip() + "\n"


def _unmet_edits(planned: str, approved: str) -> tuple[str, ...]:
    """Name what a person changed in a plan; an empty plan and other white space are no change."""
    before, after = map(_lines, (planned, approved))
    if not after or before == after:
        return ()
    changed = [*(Counter(after) - Counter(before)), *(Counter(before) - Counter(after))]
    shown = "; ".join(one_line(line, _WIDEST_EDIT) for line in changed[:_MOST_EDITS])
    what = f"the plan was edited ({shown})" if shown else "the steps of the plan were reordered"
    sentence = (
        f"{sentence_case(what)}, but the built-in builder follows only its own plan. Connect a chat"
        " model in Settings to have an edited plan followed."
    )
    return (sentence,)


def _lines(plan: str) -> list[str]:
    return [" ".join(line.split()) for line in plan.splitlines() if line.strip()]


def _context(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Complete and clean the values a template sees."""
    library = catalogue()
    blueprint = next(each for each in library.blueprints if each.name == name)
    context: dict[str, Any] = {each.name: each.default for each in blueprint.parameters}
    context |= {"title": blueprint.title, "look": blueprint.look}
    context |= {"interface": blueprint.interfaces[0], "run": blueprint.run, **values}
    asked = {each.name: each.smallest for each in blueprint.parameters if each.kind == "questions"}
    context = {
        key: usable_questions(value, asked[key]) if key in asked else _clean(value)
        for key, value in context.items()
    }
    if blueprint.texts:
        context["texts"] = texts_of(blueprint.name, context[blueprint.texts])
    for key, expression in blueprint.derived.items():
        derived = library.templates.compile_expression(expression)(**context)
        context[key] = _clean(derived)
    return context


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list | tuple):
        return tuple(_clean(item) for item in value)
    return value


def _fill(library: Catalogue, template: str, context: Mapping[str, Any]) -> str:
    return library.templates.from_string(template).render(context)
