"""What a step can do, with the values each action takes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from toggle_core.gates.harness.promises.matchers import MATCHERS
from toggle_core.gates.promises.requests import (
    LONGEST_BODY,
    LONGEST_LABEL,
    check_form,
    check_path,
    check_request,
    check_submit,
)
from toggle_core.gates.promises.shape import Fault, listed, mapped, number, quoted, text

LONGEST_WAIT: Final = 10
"""Seconds."""

MOST_TOGETHER: Final = 10

RESERVED: Final = frozenset({"main.py"})
"""Names that a laid file cannot have: it would replace the program."""

CLOCK: Final = re.compile(r"\+[1-9]\d{0,4} (?:second|minute|hour|day|week)s?")

RUN: Final = ("exit", "stdout", "stderr", "text", "json", "kind")
ANSWER: Final = ("status", "text", "html", "json", "header", "kind")
FILE: Final = ("exists", "min_bytes", "kind", "text", *MATCHERS)
PAGE: Final = ("text", "html")
TOGETHER: Final = ("exit", "stdout", "stderr", *ANSWER)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a step can do.

    Attributes:
        check: checks its value.
        expects: what may be expected of it.
        beside: other names that the step may have, with their checks.
        needs_server: whether it speaks to a program that answers requests.
    """

    check: Callable[[Any], None]
    expects: tuple[str, ...] = ()
    beside: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    needs_server: bool = False


def _check_arguments(value: object) -> None:
    for each in listed(value, "“run”", most=40):
        text(each, "An argument of “run”", longest=2_000, shortest=0)


def _check_files(value: object) -> None:
    for name, content in mapped(value, "“files”", most=10).items():
        check_file(name)
        if name.lower() in RESERVED:
            raise Fault(f"“files” cannot lay {quoted(name)}: that is the program itself.")
        text(content, f"The file {quoted(name)}", longest=LONGEST_BODY, shortest=0)


def check_file(value: object) -> None:
    """Check the path of a file inside the project's folder."""
    name = text(value, "The path of a file", longest=200, lines=False)
    path = PurePosixPath(name)
    is_odd = "\\" in name or ":" in name or not name.isprintable() or name != str(path)
    if path.is_absolute() or name.startswith("~") or ".." in path.parts or is_odd or name == ".":
        raise Fault(f"the path {quoted(name)} must be relative and inside the project.")


def _check_true(value: object) -> None:
    if value is not True:
        raise Fault("“restart” must be true.")


def _check_wait(value: object) -> None:
    number(value, "“wait”", 0, LONGEST_WAIT)


def _check_clock(value: object) -> None:
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        raise Fault("“clock” must be such as “+3 days”, in seconds, minutes, hours, days or weeks.")


def _check_typed(value: object) -> None:
    if not mapped(value, "“type”"):
        raise Fault("“type” is empty.")
    for label, each in mapped(value, "“type”").items():
        text(label, "A label in “type”", longest=LONGEST_LABEL, lines=False)
        text(each, "What is typed", longest=LONGEST_BODY, shortest=0)


def _check_drag(value: object) -> None:
    found = mapped(value, "“drag”", known=("from", "to"))
    for end in ("from", "to"):
        text(found.get(end), f"“{end}” of “drag”", longest=LONGEST_LABEL, lines=False)


def _check_list(value: object) -> None:
    listed(value, "“together”", most=MOST_TOGETHER, fewest=2)


def _label(name: str) -> Callable[[Any], None]:
    def check(value: object) -> None:
        text(value, f"“{name}”", longest=LONGEST_LABEL, lines=False)

    return check


def _path(name: str) -> Callable[[Any], None]:
    return lambda value: check_path(value, f"“{name}”")


def _stdin(value: object) -> None:
    text(value, "“stdin”", longest=LONGEST_BODY, shortest=0)


def _anything(_: object) -> None:
    """Any JSON may be sent; its size is bounded with all the rest."""


ACTIONS: Final[Mapping[str, Action]] = {
    "run": Action(_check_arguments, RUN, {"stdin": _stdin, "files": _check_files}),
    "get": Action(_path("get"), ANSWER, needs_server=True),
    "post": Action(
        _path("post"), ANSWER, {"form": check_form, "json": _anything}, needs_server=True
    ),
    "request": Action(check_request, ANSWER, needs_server=True),
    "submit": Action(check_submit, ANSWER, needs_server=True),
    "follow": Action(_label("follow"), ANSWER, needs_server=True),
    "open": Action(_path("open"), PAGE, needs_server=True),
    "click": Action(_label("click"), PAGE, needs_server=True),
    "type": Action(_check_typed, PAGE, needs_server=True),
    "press": Action(_label("press"), PAGE, needs_server=True),
    "drag": Action(_check_drag, PAGE, needs_server=True),
    "see": Action(_label("see"), PAGE, needs_server=True),
    "restart": Action(_check_true),
    "wait": Action(_check_wait, ("exit", "stdout", "stderr", *ANSWER)),
    "clock": Action(_check_clock),
    "together": Action(_check_list, TOGETHER),
    "file": Action(check_file, FILE),
}
"""Everything a step can do, in the order in which it is documented."""
