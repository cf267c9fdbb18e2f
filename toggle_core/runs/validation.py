"""Validation of texts that people submit, before anything is written."""

import re
import unicodedata
from typing import Final

from toggle_core.errors import (
    IdempotencyKeyRefused,
    PlanBlank,
    PlanNotText,
    PlanTooLong,
    ReasonRefused,
    TaskBlank,
    TaskNotText,
    TaskTooLong,
    ToggleError,
)
from toggle_core.words import ERROR_LIMIT, NAME_LIMIT, PLAN_LIMIT, TASK_LIMIT

REFUSED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What no text of a person needs, and what can make it look like another one: controls, but for
tab and the ends of lines, and those that embed, override or isolate a direction (CVE-2021-42574).
Marks of direction (U+200E, U+200F, U+061C) and joiners belong to the spelling of languages."""

CONTROL_NAMES: Final = {
    "\x00": "null",
    "\x07": "bell",
    "\x08": "backspace",
    "\x0b": "vertical tab",
    "\x0c": "form feed",
    "\x1b": "escape",
    "\x7f": "delete",
}
"""Unicode gives none of them a name."""

UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""What Python takes for printable and nobody can see: fillers, joiners and selectors of Unicode's
``Default_Ignorable_Code_Point``, and the blank of Braille."""

PRINTABLE_ASCII: Final = re.compile(r"[\x21-\x7e]+")


def check_task(text: str) -> str:
    """The task as it will be stored: without white space around it.

    Text is refused, never silently repaired: what a person typed is what they find again.

    Args:
        text: as it was typed.

    Raises:
        TaskNotText: it has a control character or one that turns the direction of others.
        TaskBlank: nothing that can be seen.
        TaskTooLong: over 10,000 characters.
    """
    return _checked(text, TASK_LIMIT, (TaskNotText, TaskBlank, TaskTooLong))


def check_plan(text: str) -> str:
    """A plan that a person edited, as it will be stored: without white space around it.

    Raises:
        PlanNotText: it has a control character or one that turns the direction of others.
        PlanBlank: nothing that can be seen.
        PlanTooLong: over 50,000 characters.
    """
    return _checked(text, PLAN_LIMIT, (PlanNotText, PlanBlank, PlanTooLong))


def check_reason(text: str) -> str:
    """Why a plan was rejected, as it will be stored; may be empty.

    Raises:
        ReasonRefused: over 2,000 characters, or it has a character that no task may have.
    """
    reason = text.strip()
    if len(reason) > ERROR_LIMIT or REFUSED.search(reason):
        raise ReasonRefused(limit=ERROR_LIMIT)
    return reason


def _checked(text: str, limit: int, refusals: tuple[type[ToggleError], ...]) -> str:
    """Return a text without white space around it, or raise the first of three refusals that fits.

    Args:
        text: as it was typed.
        limit: characters it may have.
        refusals: for a character that is not accepted, for nothing visible, for too many.
    """
    not_text, blank, too_long = refusals
    if wrong := REFUSED.search(text):
        raise not_text(character=name_of(wrong[0]), position=wrong.start() + 1)
    stripped = text.strip()
    if not any(map(_is_seen, stripped)):
        raise blank
    if len(stripped) > limit:
        raise too_long(length=len(stripped), limit=limit)
    return stripped


def name_of(character: str) -> str:
    """A character that is not accepted, by its number and its name, such as U+001B (escape)."""
    unnamed = "half a character" if "\ud800" <= character <= "\udfff" else "control character"
    name = CONTROL_NAMES.get(character, unicodedata.name(character, unnamed))
    return f"U+{ord(character):04X} ({name.lower()})"


def _is_seen(character: str) -> bool:
    return character.isprintable() and not character.isspace() and UNSEEN.match(character) is None


def check_idempotency_key(key: str | None) -> str | None:
    """An idempotency key that can be stored and compared.

    Raises:
        IdempotencyKeyRefused: empty, too long or not printable ASCII.
    """
    if key is None:
        return None
    if len(key) > NAME_LIMIT or not PRINTABLE_ASCII.fullmatch(key):
        raise IdempotencyKeyRefused(limit=NAME_LIMIT)
    return key
