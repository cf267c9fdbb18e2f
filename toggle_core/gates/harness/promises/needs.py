"""Why a promise cannot be tried here: it needs steps, a browser, a clock, a key, or a server."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from .vocabulary import BROWSER_STEPS, HTTP_STEPS, all_kinds

NEEDS_A_BROWSER = "It needs a browser."

_KEY = re.compile(
    r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|SECRET|PASSWORD|SID|CREDENTIALS|DSN)\b"
)
_WITHOUT = re.compile(r"\b(?:without|no|not|missing|lacks?)\b", re.IGNORECASE)


def needed_keys(promise: Mapping[str, Any]) -> list[str]:
    """Return the variables that a promise needs: those it lists, and a key its sentence names."""
    sentence = str(promise.get("sentence", ""))
    named = [] if _WITHOUT.search(sentence) else _KEY.findall(sentence)
    return list(dict.fromkeys([*promise.get("needs", ()), *named]))


def why_untried(
    promise: Mapping[str, Any], keys: Collection[str], *, servers: bool, browser: bool = False
) -> str:
    """Return why a promise is not tried, in a sentence; empty if it can be.

    Args:
        promise: the promise.
        keys: names of the variables that are set.
        servers: whether a program may be a server here.
        browser: whether there is a browser.
    """
    if not promise.get("steps"):
        return "It has no steps yet that show it."
    if missing := [name for name in needed_keys(promise) if name not in keys]:
        return f"It needs {' and '.join(missing)}, which is not set here."
    kinds = set(all_kinds([*promise.get("before", ()), *promise.get("steps", ())]))
    if kinds & set(BROWSER_STEPS) and not browser:
        return NEEDS_A_BROWSER
    if "clock" in kinds:
        return "It needs a clock that can be set."
    if kinds & {*HTTP_STEPS, *BROWSER_STEPS} and not servers:
        return "This sandbox cannot run servers."
    return ""
