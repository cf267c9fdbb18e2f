"""The builder that fills in blueprints: no model, no network, the same files for the same task."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from toggle_core.builders.blueprints.catalogue import Catalogue, catalogue
from toggle_core.builders.blueprints.literals import markdown_text, one_line
from toggle_core.builders.blueprints.matching import match
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.refusal import left_out_sentence, refusal
from toggle_core.builders.blueprints.rendering import sentence_case, templates
from toggle_core.builders.protocol import Feedback, Plan, Project

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

    def plan(self, task: str) -> Plan:
        """Plan a task; a wish the project will not fulfil is named as left out.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        return Plan(_plan_text(_read(task)))

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fill in the blueprint the task asks for.

        A blueprint cannot repair itself: with feedback the same project is made again. Nor can it
        follow a plan that a person changed, which is then an unmet wish.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        del feedback
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
        files=files,
        entry=blueprint.entry,
        how_to_run=blueprint.run,
        summary=_fill(library, blueprint.summary, context),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """The blueprint chosen for a task, and the wishes it leaves out, one sentence each."""

    reading: Reading
    unmet: tuple[str, ...]


def _read(text: str) -> _Choice:
    found = match(text, catalogue())
    if found.chosen is None:
        raise refusal(found)
    unmet = (left_out_sentence(each, found.task) for each in found.chosen.left_out)
    return _Choice(found.chosen, tuple(unmet))


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
    context |= {"interface": blueprint.interfaces[0], "run": blueprint.run, **values}
    context = {key: _clean(value) for key, value in context.items()}
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
