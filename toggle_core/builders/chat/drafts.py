"""Read what a model wrote, as JSON or as prose, into a plan or the draft of a project."""

import re
from typing import Final

from toggle_core.builders.chat.draft import Draft
from toggle_core.builders.chat.fences import blocks, lines_of
from toggle_core.builders.chat.json_answers import from_json
from toggle_core.builders.chat.objects import objects
from toggle_core.builders.chat.prose_answers import from_prose
from toggle_core.builders.chat.thoughts import without_thoughts

VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
"""Name of an environment variable."""

MOST_NEEDS: Final = 10


def read_plan(answer: str) -> str | None:
    """The plan as Markdown; None when the answer is no plan."""
    answer = without_thoughts(answer)
    for found in objects(answer):
        goal, steps = found.get("goal"), _texts(found.get("steps"))
        if isinstance(goal, str) and "steps" in found:
            return _plan(goal, steps, _texts(found.get("needs")))
    if answer.startswith(("{", "[")):
        return None
    wrapped = next(iter(blocks(answer)), None)
    if wrapped and wrapped.start == 0 and wrapped.language in {"", "markdown", "md"}:
        return wrapped.text.strip() or None
    return answer or None


def read_project(answer: str) -> Draft | None:
    """The draft of a project; None when the answer holds neither files nor changes to them."""
    answer = without_thoughts(answer)
    drafts = (from_json(found) for found in objects(answer))
    draft = next((draft for draft in drafts if draft.says_something), None)
    draft = draft or from_prose(answer)
    return draft if draft.says_something else None


def _texts(found: object) -> list[str]:
    """Texts in a list, or lines of one text; an object's texts make one."""
    if isinstance(found, str):
        return lines_of(found)
    listed = found if isinstance(found, list) else []
    parts = (each.values() if isinstance(each, dict) else [each] for each in listed)
    return [": ".join(text for text in texts if isinstance(text, str)) for texts in parts]


def _plan(goal: str, steps: list[str], needs: list[str]) -> str | None:
    clean = [re.sub(r"^\s*(?:\d+[.)]|[-*])\s+", "", step).strip() for step in steps]
    numbered = [f"{number}. {step}" for number, step in enumerate(filter(None, clean), start=1)]
    variables = [name for name in map(str.strip, needs) if VARIABLE.fullmatch(name)]
    line = f"Needs: {', '.join(variables[:MOST_NEEDS])}" if variables else ""
    return "\n\n".join(filter(None, [goal.strip(), "\n".join(numbered), line])) or None
