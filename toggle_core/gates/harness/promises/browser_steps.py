"""Carry out steps in a real browser, by what its reader sees."""

from collections.abc import Callable, Mapping
from typing import Any

from .client import Server
from .expectations import SEEN, Seen
from .program import Browser
from .records import MOST_SENT, StepRecord
from .templates import fill_in, fill_in_text
from .visitor import Visitor

TRY_SECONDS = 4.0
"""Of idleness, in which a page has to show what a step expects of it."""

ABSENCE_SECONDS = 1.5
"""For which a page has to go on without what it is not to show."""

_ABSENCE = ("not_contains", "not_matches", "count", "equals")


def carry_out(
    browser: Browser,
    server: Server,
    step: Mapping[str, Any],
    values: Mapping[str, Any],
    record: StepRecord,
    visitor: Visitor | None = None,
) -> Callable[[], Seen]:
    """Do what one step says, and return what looks at the page.

    Args:
        browser: which one.
        server: where the program listens.
        step: one of ``open``, ``click``, ``type``, ``press``, ``drag`` and ``see``.
        values: of the variables.
        record: of the step.
        visitor: the same person without a browser, whose cookies go along when a page is opened.

    Raises:
        NotShown: it cannot be done.
        ValueError: a value cannot be filled in.
    """
    who = str(step.get("as", ""))
    browser.reach(server)
    if visitor is not None and "open" in step:
        _bring_cookies(browser, who, visitor)
    for action, what, shown in _actions(step, values):
        record.step = shown[:MOST_SENT]
        browser.act(action, who, what)
    if "see" in step:
        record.step = f"see: {fill_in_text(step['see'], values)}"
    return lambda: Seen(screen=browser.look(who))


def expected(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a step expects of the page: of ``see``, that it shows the words.

    How they are spaced and whether they are in capitals is a matter of style, which the words of a
    promise do not know.
    """
    expect = dict(step.get("expect", {}))
    if "see" in step:
        expect = {SEEN: {"contains": step["see"]}, **expect}
    return {**step, "expect": expect}


def expects_absence(step: Mapping[str, Any]) -> bool:
    """Tell whether a step expects that something is not there, as it is before a page is drawn."""
    matchers = step.get("expect", {}).values()
    return any(name in each for each in matchers if isinstance(each, dict) for name in _ABSENCE)


def show_page(browser: Browser, server: Server, visitor: Visitor, path: str) -> None:
    """Open a page with the cookies of a visitor who came without a browser.

    Raises:
        NotShown: it does not open.
    """
    browser.reach(server)
    _bring_cookies(browser, "", visitor)
    browser.act("open", "", {"path": path})


def _bring_cookies(browser: Browser, who: str, visitor: Visitor) -> None:
    if cookies := visitor.cookies():
        browser.act("cookies", who, {"cookies": cookies})


def _actions(
    step: Mapping[str, Any], values: Mapping[str, Any]
) -> list[tuple[str, dict[str, Any], str]]:
    """Return the actions of a step: name, values, and how they are shown."""
    if "open" in step:
        path = fill_in_text(step["open"], values)
        return [("open", {"path": path}, f"open: {path}")]
    if "click" in step:
        label = fill_in_text(step["click"], values)
        return [("click", {"label": label}, f"click: {label}")]
    if "press" in step:
        key = fill_in_text(step["press"], values)
        return [("press", {"key": key}, f"press: {key}")]
    if "drag" in step:
        ends = {end: fill_in_text(step["drag"][end], values) for end in ("from", "to")}
        return [("drag", ends, f"drag: {ends['from']} to {ends['to']}")]
    typed: Mapping[str, Any] = fill_in(step.get("type", {}), values)
    shown = "type: " + ", ".join(f"“{value}” into {label}" for label, value in typed.items())
    return [
        ("type", {"label": label, "value": str(value)}, shown) for label, value in typed.items()
    ]
