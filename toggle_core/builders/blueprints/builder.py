"""The builder that fills in blueprints: no model, no network, the same files for the same task."""

from collections.abc import Mapping
from typing import Any

from toggle_core.builders.blueprints.catalogue import Catalogue, catalogue
from toggle_core.builders.blueprints.literals import one_line
from toggle_core.builders.blueprints.matching import match
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.refusal import refusal
from toggle_core.builders.blueprints.rendering import templates
from toggle_core.builders.protocol import Feedback, Plan, Project

_PLAN_NOT_FOLLOWED = (
    " The plan was changed, but the built-in builder cannot follow a changed plan: to have it"
    " followed, connect a chat model."
)


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
        """Plan a task.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        return Plan(_plan_text(_read(task)))

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fill in the blueprint the task asks for.

        A blueprint cannot repair itself: with feedback the same project is made again. Nor can it
        follow a plan that a person changed; the summary then says so.

        Raises:
            NoBlueprint: nothing in the library is surely what the task asks for.
        """
        del feedback
        reading = _read(task)
        project = render(reading.blueprint.name, reading.values)
        is_changed = plan.split() != _plan_text(reading).split()
        return Project(
            files=project.files,
            entry=project.entry,
            how_to_run=project.how_to_run,
            summary=project.summary + _PLAN_NOT_FOLLOWED * (is_changed and bool(plan.strip())),
        )


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


def _read(task: str) -> Reading:
    found = match(task, catalogue())
    if found.chosen is None:
        raise refusal(found.readings, task)
    return found.chosen


def _plan_text(reading: Reading) -> str:
    library = catalogue()
    context = _context(reading.blueprint.name, reading.values)
    lines = [_fill(library, reading.blueprint.sentence, context), ""]
    steps = (_fill(library, step, context) for step in reading.blueprint.steps)
    lines += [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return "\n".join(lines) + "\n"


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
