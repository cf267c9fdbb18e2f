"""Read what a model wrote, as JSON or as prose, into a plan or the draft of a project."""

import re
from collections.abc import Iterable
from typing import Final

from toggle_core.builders.chat.draft import Draft, united
from toggle_core.builders.chat.endings import stops_in_the_middle
from toggle_core.builders.chat.fences import blocks, lines_of
from toggle_core.builders.chat.json_answers import from_json, from_part
from toggle_core.builders.chat.objects import inside, objects, values
from toggle_core.builders.chat.prose_answers import from_prose
from toggle_core.builders.chat.thoughts import without_thoughts

VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
"""Name of an environment variable."""

MOST_NEEDS: Final = 10

NO_PLAN: Final = re.compile(
    r"<(?:!doctype|html)\b|(?:(?:unfortunately|sorry|i apologi[sz]e)\W.{0,80}?)?"
    r"(?:(?:i am|i'm|i\u2019m)\s(?:very |so |truly )?(?:sorry|unable|not able)\b"
    r"|i (?:cannot|can't|can\u2019t|could not|won't|won\u2019t|will not|must decline)\b"
    r"|(?:es )?tut mir leid\b|je suis d\u00e9sol|lo siento\b)",
    re.IGNORECASE,
)
"""Begins an apology or a page of a gateway. The first sentence of a plan says what is built."""


def read_plan(answer: str) -> str | None:
    """The plan as Markdown; None when the answer is no plan."""
    answer = without_thoughts(answer)
    plans = [plan for value in values(answer) if (plan := _plan_in(value))]
    if plans:
        return plans[-1]
    is_a_word = answer.isascii() and len(answer.split()) == 1
    if is_a_word or answer.startswith(("{", "[")) or NO_PLAN.match(answer):
        return None
    wrapped = next(iter(blocks(answer)), None)
    if wrapped and wrapped.start == 0 and wrapped.language in {"", "markdown", "md"}:
        return wrapped.text.strip() or None
    return answer or None


def _plan_in(value: object) -> str | None:
    """The plan that a JSON value holds."""
    for found in inside(value):
        goal, steps = found.get("goal", found.get("summary")), _texts(found.get("steps"))
        goal = " ".join(_texts(goal)) if isinstance(goal, list) else goal
        if isinstance(goal, str) and "steps" in found:
            return _plan(goal, steps, _names(found.get("needs")))
        if isinstance(text := found.get("plan"), str) and text.strip():
            return text.strip()
    return None


def read_project(answer: str) -> Draft | None:
    """The draft of a project; None when the answer holds neither files nor changes to them."""
    answer = without_thoughts(answer)
    drafts = [draft for value in values(answer) if (draft := _draft(value))]
    draft = united(drafts) or from_prose(answer)
    if not draft.says_something and not stops_in_the_middle(answer or " "):
        draft = united([part for found in objects(answer) if (part := from_part(found))]) or draft
    return draft if draft.says_something else None


def _draft(value: object) -> Draft | None:
    drafts = map(from_json, inside(value))
    return next((draft for draft in drafts if draft.says_something), None)


def _texts(found: object) -> list[str]:
    """Texts in a list or by their numbers, or lines of one text; an object's texts make one."""
    if isinstance(found, str):
        return lines_of(found)
    if isinstance(found, dict):
        found = list(found.values())
    return [_joined(each) for each in found] if isinstance(found, list) else []


def _joined(found: object) -> str:
    parts = found.values() if isinstance(found, dict) else found
    texts = parts if not isinstance(parts, str) and isinstance(parts, Iterable) else [parts]
    return ": ".join(text for text in texts if isinstance(text, str) and not text.isdecimal())


def _names(found: object) -> list[str]:
    """Names in a list, between commas, or in objects that say more."""
    listed = found.split(",") if isinstance(found, str) else found
    names = (
        each.get("name") if isinstance(each, dict) else each
        for each in (listed if isinstance(listed, list) else [])
    )
    return [name for name in names if isinstance(name, str)]


def _plan(goal: str, steps: list[str], needs: list[str]) -> str | None:
    clean = [re.sub(r"^\s*(?:\d+[.)]|[-*])\s+", "", step).strip() for step in steps]
    numbered = [f"{number}. {step}" for number, step in enumerate(filter(None, clean), start=1)]
    variables = [name for name in map(str.strip, needs) if VARIABLE.fullmatch(name)]
    line = f"Needs: {', '.join(variables[:MOST_NEEDS])}" if variables else ""
    return "\n\n".join(filter(None, [goal.strip(), "\n".join(numbered), line])) or None
