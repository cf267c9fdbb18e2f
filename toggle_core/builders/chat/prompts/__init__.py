"""What a model is told. Each text is a Markdown file beside this one, made to be read and changed.

A name after a dollar sign, such as ``$task``, stands for a text that is put in its place.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from toggle_core.builders.chat.design import without_design
from toggle_core.builders.chat.prompts.promised import promises_shown
from toggle_core.builders.protocol import Base, Feedback, GateFailure
from toggle_core.gates.promises.model import Promise, Promises

WHITE = " \t\r\n"
"""What may be taken from the end of a file. Other blanks, such as a form feed, stay."""

LONGEST_ANSWER = 30_000
"""Characters of promises that are sent back to be corrected."""

MOST_FAULTS = 30


@cache
def text(name: str) -> str:
    """The text of a file here, by its name without ``.md``."""
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8").strip()


def plan_request(task: str, base: Base | None = None) -> str:
    """What is asked for a plan, or for a plan to change a project."""
    if base is None:
        return Template(text("task")).safe_substitute(task=task)
    return Template(text("plan_change")).safe_substitute(
        task=task, before=base.task, files=fenced(base.files)
    )


def code_request(
    task: str,
    plan: str,
    feedback: Feedback | None,
    base: Base | None = None,
    promises: Mapping[str, Any] | None = None,
) -> str:
    """What is asked for a project, its repair or its change, with what it will be tried by."""
    request = _code_request(task, plan, feedback, base)
    shown = promises_shown(promises) if promises else ""
    if not shown:
        return request
    return f"{request}\n\n{Template(text('promised')).safe_substitute(promises=shown)}"


def _code_request(task: str, plan: str, feedback: Feedback | None, base: Base | None) -> str:
    if feedback is not None:
        return _repair_request(f"{base.task}\n\n{task}" if base else task, plan, feedback)
    if base is None:
        return Template(text("task_and_plan")).safe_substitute(task=task, plan=plan)
    return Template(text("code_change")).safe_substitute(
        task=task, plan=plan, before=base.task, entry=base.entry, files=fenced(base.files)
    )


def promise_request(
    task: str, plan: str, base: Mapping[str, Any] | None = None, before: str = ""
) -> str:
    """What is asked for promises, or for those that a change adds."""
    if base is None and not before:
        return Template(text("task_and_plan")).safe_substitute(task=task, plan=plan)
    return Template(text("promises_change")).safe_substitute(
        task=task,
        plan=plan,
        before=before,
        promises=json.dumps(base, ensure_ascii=False) if base else "none",
    )


def steps_request(task: str, plan: str, promises: Promises, bare: Sequence[Promise]) -> str:
    """What is asked for the steps of sentences that a person has added."""
    return Template(text("promises_steps")).safe_substitute(
        task=task,
        plan=plan,
        promises=json.dumps(promises.to_json(), ensure_ascii=False),
        sentences="\n".join(f"- `{each.id}`: {each.sentence}" for each in bare),
    )


def corrected_promises(request: str, answer: object, faults: Sequence[str]) -> str:
    """A request for promises again, with the answer to it and all that is wrong with that."""
    written = json.dumps(answer, ensure_ascii=False)[:LONGEST_ANSWER]
    listed = "\n".join(f"- {fault}" for fault in faults[:MOST_FAULTS])
    return corrected(request, "correct_promises", {"answer": written, "faults": listed})


def corrected(request: str, correction: str, facts: Mapping[str, object]) -> str:
    """A request again, after an answer to it that could not be used.

    Args:
        request: as it was.
        correction: name of the text that says what was wrong.
        facts: put into that text.
    """
    return f"{request}\n\n{Template(text(correction)).safe_substitute(facts)}"


def _repair_request(task: str, plan: str, feedback: Feedback) -> str:
    return Template(text("repair")).safe_substitute(
        task=task,
        plan=plan,
        attempt=feedback.attempt,
        failures="\n\n".join(map(_failure, feedback.failures)),
        entry=feedback.entry,
        files=fenced(feedback.files),
    )


def _failure(failure: GateFailure) -> str:
    return f'<check name="{failure.gate}">\n{failure.detail}\n</check>'


def fenced(project: Mapping[str, str]) -> str:
    """Files as fenced blocks, in the shape a model is asked to answer in.

    The style sheet that is put into a project is shown as the line that stands for it.
    """
    return "\n\n".join(_block(path, text) for path, text in without_design(project).items())


def _block(path: str, content: str) -> str:
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    language = {"py": "python", "md": "markdown"}.get(path.rpartition(".")[2], "text")
    return f"{fence}{language} {path}\n{content.rstrip(WHITE)}\n{fence}"
