"""The gate ``promises``: its outcome, its sentence and what the coder is shown."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.conftest import SETTINGS
from tests.sandbox.promise_programs import FORGETFUL, NOTES
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.checks.promises import check
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.words import Outcome, PromiseOutcome

Judge = Callable[..., Judgement]

SENTENCES = {
    "add": "When I add a note, the list shows it.",
    "kept": "After a restart it is still there.",
    "refused": "Deleting a note that is not there is refused.",
}
STEPS: dict[str, list[dict[str, Any]]] = {
    "add": [
        {"run": ["add", "${a}"]},
        {"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}},
    ],
    "kept": [
        *({"run": ["add", "${a}"]}, {"restart": True}),
        {"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}},
    ],
    "refused": [{"run": ["delete", "9"], "expect": {"exit": "not 0"}}],
}
OPENS = [{"get": "/", "expect": {"status": 200, "text": {"contains": "Hello"}}}]


def promise(name: str, steps: Sequence[Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Return a promise of the notes, or one with other steps."""
    sentence = SENTENCES.get(name, f"The sentence of {name}.")
    return {
        "id": name,
        "sentence": sentence,
        "vars": {"a": "word"},
        "steps": steps or STEPS[name],
    }


def promises(*listed: Mapping[str, Any], kind: str = "cli") -> dict[str, Any]:
    """Return promises in the shape of the language."""
    return {"version": 1, "interface": {"kind": kind}, "promises": listed, "left_out": []}


ALL = promises(*map(promise, SENTENCES))


@pytest.fixture(scope="module")
def judge(sandbox: Backend) -> Judge:
    """Runs the gate on a project of one program."""

    def run(program: str, agreed: Mapping[str, Any] | None, **changed: Any) -> Judgement:
        settings = replace(SETTINGS, **changed)
        files = {"main.py": program}
        context = Context(files, "main.py", sandbox, settings, threading.Event())
        return check(replace(context, promises=agreed))

    return run


def test_gate_passes_when_all_promises_are_kept(judge: Judge) -> None:
    judged = judge(NOTES, ALL)
    assert (judged.outcome, judged.summary) == (Outcome.PASSED, "All 3 promises kept.")
    assert [each.outcome for each in judged.promises] == [PromiseOutcome.KEPT] * 3
    assert [each.sentence for each in judged.promises] == list(SENTENCES.values())


def test_gate_fails_and_shows_all_broken_promises(judge: Judge) -> None:
    judged = judge(FORGETFUL, ALL)
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == (
        "Broken: “When I add a note, the list shows it.”, “After a restart it is still there.”"
    )
    broken = judged.promises[0]
    item = broken.transcript[0].sent.removeprefix("add ")
    assert broken.outcome is PromiseOutcome.BROKEN
    for part in (
        "Broken: “When I add a note, the list shows it.” (add)",
        f"sent: add {item}",
        f"expected: stdout contains “{item}”",
        "came back: exit 0",
        "Broken: “After a restart it is still there.” (kept)",
    ):
        assert part in judged.detail
    assert "refused" not in judged.detail


def test_untried_promise_skips_the_gate_with_the_reason(judge: Judge) -> None:
    agreed = promises(*ALL["promises"], promise("seen", [{"open": "/"}, {"see": "x"}]))
    judged = judge(NOTES, agreed)
    assert judged.outcome is Outcome.SKIPPED
    assert judged.summary == (
        "3 of 4 promises kept. Not tried: “The sentence of seen.”. It needs a browser."
    )
    assert judge(FORGETFUL, agreed).outcome is Outcome.FAILED


def test_fewer_than_three_promises_skip_the_gate(judge: Judge) -> None:
    judged = judge(NOTES, promises(promise("add"), promise("kept")))
    assert judged.outcome is Outcome.SKIPPED
    assert judged.summary == "Only 2 promises to check; it takes at least 3."


@pytest.mark.parametrize("agreed", [None, {}, promises()])
def test_no_promises_skip_the_gate(judge: Judge, agreed: Mapping[str, Any] | None) -> None:
    judged = judge(NOTES, agreed)
    assert (judged.outcome, judged.promises) == (Outcome.SKIPPED, ())


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("held = [b'x' * 50_000_000 for _ in range(200)]", "too much memory"),
        ("import os\n        for n in range(50_000): os.mkdir(f'/tmp/{n}')", "too many files"),
    ],
)
def test_promise_that_ends_its_job_is_broken_and_the_others_are_tried(
    judge: Judge, statement: str, why: str
) -> None:
    program = NOTES.replace(
        'elif command == "ask":',
        f'elif command == "hog":\n        {statement}\n    elif command == "ask":',
    )
    hog = promise("hog", [{"run": ["hog"], "expect": {"exit": 0}}])
    judged = judge(program, promises(promise("add"), hog, promise("kept")))
    assert judged.outcome is Outcome.FAILED
    outcomes = [each.outcome.value for each in judged.promises]
    assert outcomes == ["kept", "broken", "kept"]
    assert why in judged.promises[1].why


def test_server_that_takes_too_long_to_start_is_broken_with_that_reason(judge: Judge) -> None:
    judged = judge("import time\ntime.sleep(20)\n", promises(promise("up", OPENS)), start_seconds=2)
    assert judged.outcome is Outcome.FAILED
    assert judged.promises[0].why == "It did not listen on its port within 2 seconds."


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import flask\n", "It needs the package flask"),
        ("import urllib.request\nurllib.request.urlopen('https://example.com/')\n", "internet"),
    ],
)
def test_what_the_checks_lack_leaves_promises_untried(judge: Judge, program: str, why: str) -> None:
    judged = judge(program, promises(promise("up", OPENS), promise("add")))
    assert judged.outcome is Outcome.SKIPPED
    assert [each.outcome for each in judged.promises] == [PromiseOutcome.UNTRIED] * 2
    assert why in judged.promises[0].why


def test_stopped_gate_is_skipped(sandbox: Backend) -> None:
    stop = threading.Event()
    stop.set()
    context = Context({"main.py": NOTES}, "main.py", sandbox, SETTINGS, stop)
    assert check(replace(context, promises=ALL)).outcome is Outcome.SKIPPED
