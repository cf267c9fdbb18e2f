"""The names of all steps, and what follows from which step it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .expressions import written

BROWSER_STEPS = ("open", "click", "type", "press", "drag", "see")
HTTP_STEPS = ("get", "post", "request", "submit", "follow")
STEPS = (*HTTP_STEPS, *BROWSER_STEPS, "run", "restart", "wait", "clock", "together", "file")


def step_kind(step: Mapping[str, Any]) -> str:
    """Return which step it is.

    Raises:
        ValueError: it is none, or several at once.
    """
    kinds = [kind for kind in STEPS if kind in step]
    if len(kinds) != 1:
        raise ValueError(f"A step has exactly one of: {', '.join(STEPS)}.")
    return kinds[0]


def all_kinds(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the kinds of all steps, with those that are carried out together."""
    for step in steps:
        kind = step_kind(step)
        yield kind
        if kind == "together":
            yield from all_kinds(step["together"])


def has_browser_steps(promises: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether any of some promises has a step in a real browser."""
    return any(
        kind in BROWSER_STEPS
        for promise in promises
        for kind in all_kinds([*promise.get("before", ()), *promise.get("steps", ())])
    )


def follows_redirects(step: Mapping[str, Any]) -> bool:
    """Tell whether redirects are followed: those of pages and forms, unless one is expected."""
    expect = step.get("expect", {})
    status = expect.get("status", "")
    given = status if isinstance(status, list) else [status]
    if any(written(each).startswith("3") for each in given):
        return False
    if any(name.lower() == "location" for name in expect.get("header", {})):
        return False
    return "request" not in step and "json" not in step
