"""Another look at what a program shows, and how a crash is told from an end on purpose."""

from typing import Any, cast

import pytest

from toggle_core.gates.harness.promises.client import Reply
from toggle_core.gates.harness.promises.expectations import Seen
from toggle_core.gates.harness.promises.program import ProgramFailed, Ran
from toggle_core.gates.harness.promises.steps import Steps, Viewed

TRACEBACK = "Traceback (most recent call last):\n  File \"main.py\", line 1\nKeyError: 'text'\n"


@pytest.mark.parametrize(
    ("ran", "crash"),
    [
        (Ran(0, "", TRACEBACK), ""),
        (Ran(2, "", "usage: main.py [-h]"), ""),
        (Ran(1, "", TRACEBACK), "It ended with “KeyError: 'text'”."),
        (Ran(-11, "", "", "It crashed (signal 11)."), "It crashed (signal 11)."),
        (Ran(None, "", "", "It did not end."), ""),
    ],
)
def test_crash_is_a_traceback_or_a_signal(ran: Ran, crash: str) -> None:
    assert Seen(ran=ran).crash == crash


@pytest.mark.parametrize(("status", "crash"), [(500, "It answered 500."), (404, ""), (200, "")])
def test_crash_of_a_server_is_an_answer_of_500(status: int, crash: str) -> None:
    assert Seen(reply=Reply("/", status)).crash == crash


@pytest.mark.parametrize(
    ("error", "crash"),
    [(ValueError("It leads elsewhere."), ""), (ProgramFailed("It ended."), "It ended.")],
)
def test_what_cannot_be_looked_at_is_not_as_expected(error: Exception, crash: str) -> None:
    def look() -> Seen:
        raise error

    steps = Steps(cast(Any, None), {})
    assert steps.view("GET /", look, {}) == Viewed(str(error), crash)
    assert [record.held for record in steps.records] == [False]
