"""A change is started on the data that the version before it has left behind."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.sandbox.conftest import SETTINGS
from tests.sandbox.promise_programs import DIARY, NOTES
from tests.sandbox.test_promises_gate import ALL, promises
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.checks.promises import check
from toggle_core.gates.model import EarlierVersion
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.words import Outcome, PromiseOutcome

Change = Callable[..., Judgement]

RENAMED = NOTES.replace("notes.json", "items.json")
OTHER_SHAPE = NOTES.replace(
    'print(f"{number}. {note}")', "print(f\"{number}. {note['text']}\")"
).replace('notes.append(" ".join(rest))', 'notes.append({"text": " ".join(rest)})')
CONVERTED = OTHER_SHAPE.replace(
    "    command, *rest",
    '    notes = [{"text": each} if isinstance(each, str) else each for each in notes]\n'
    "    command, *rest",
)
LOUD = NOTES.replace('print(f"{number}. {note}")', "print(note.upper())")
SEEDED = {"main.py": NOTES, "notes.json": "[]"}

LOG_IN = {"submit": {"page": "/login", "fields": {"Name": "${who}"}}}
WRITE = {"submit": {"page": "/", "button": "Save note", "fields": {"Note": "${note}"}}}
DIARY_PROMISES = promises(
    *(
        {
            "id": name,
            "sentence": sentence,
            "vars": {"who": "word", "note": "words:2"},
            "steps": [LOG_IN, *steps],
        }
        for name, sentence, steps in (
            ("write", "What I write is there.", [{**WRITE, "expect": {"text": "${note}"}}]),
            ("name", "It greets me.", [{"get": "/", "expect": {"text": "Diary of ${who}"}}]),
            (
                "help",
                "There is help.",
                [{"get": "/"}, {"follow": "Help", "expect": {"text": "Write something"}}],
            ),
        )
    ),
    kind="web",
)
OTHER_DIARY = DIARY.replace('DATA["notes"]', 'DATA.setdefault("entries", {})')
PICKY_DIARY = DIARY.replace("LOCK = threading", 'SINCE = DATA["since"]\nLOCK = threading').replace(
    '{"users": {}, "notes": {}}', '{"users": {}, "notes": {}, "since": 2026}'
)


@pytest.fixture(scope="module")
def change(sandbox: Backend) -> Change:
    """Runs the gate on a program that changes another one."""

    def run(
        before: str | Mapping[str, str],
        after: str | Mapping[str, str],
        agreed: Mapping[str, Any] = ALL,
        base: Mapping[str, Any] | None = ALL,
    ) -> Judgement:
        earlier, files = ({"main.py": x} if isinstance(x, str) else x for x in (before, after))
        context = Context(files, "main.py", sandbox, SETTINGS, threading.Event(), agreed)
        return check(replace(context, base=EarlierVersion(earlier, "main.py", base)))

    return run


@pytest.mark.parametrize(
    ("before", "after", "agreed"),
    [
        (NOTES, CONVERTED, ALL),
        (SEEDED, {**SEEDED, "main.py": CONVERTED}, ALL),
        pytest.param(
            *(DIARY, DIARY.replace("<h1>Diary", "<h1>My Diary"), DIARY_PROMISES),
            marks=pytest.mark.prove,
        ),
    ],
    ids=["converts", "writes into its own files", "web"],
)
def test_change_that_keeps_the_data_passes(
    change: Change, before: Any, after: Any, agreed: Mapping[str, Any]
) -> None:
    judged = change(before, after, agreed, agreed)
    assert (judged.outcome, judged.summary) == (Outcome.PASSED, "All 3 promises kept.")


@pytest.mark.parametrize(
    ("before", "after", "agreed", "sentence"),
    [
        (NOTES, RENAMED, ALL, "When I add a note, the list shows it."),
        (DIARY, OTHER_DIARY, DIARY_PROMISES, "What I write is there."),
    ],
    ids=["file renamed", "key renamed"],
)
def test_change_that_loses_the_data_is_refused_and_names_what_is_lost(
    change: Change, before: str, after: str, agreed: Mapping[str, Any], sentence: str
) -> None:
    judged = change(before, after, agreed, agreed)
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == (
        f"The change loses data that the version before has saved: “{sentence}”"
    )
    assert [each.outcome for each in judged.promises] == [PromiseOutcome.KEPT] * 3
    assert "start the changed program on what the version before has saved" in judged.detail


@pytest.mark.parametrize(
    ("before", "after", "agreed", "base", "why"),
    [
        (NOTES, OTHER_SHAPE, ALL, ALL, "TypeError"),
        (DIARY, PICKY_DIARY, DIARY_PROMISES, DIARY_PROMISES, "before it listened"),
    ],
    ids=["command", "server"],
)
def test_change_that_crashes_on_earlier_data_is_refused(
    change: Change,
    before: str,
    after: str,
    agreed: Mapping[str, Any],
    base: Mapping[str, Any] | None,
    why: str,
) -> None:
    judged = change(before, after, agreed, base)
    assert judged.outcome is Outcome.FAILED
    said = "The changed program crashes on data that the version before has saved."
    assert judged.summary.startswith(said)
    assert why in judged.summary


def test_without_earlier_promises_both_versions_are_only_started(change: Change) -> None:
    before = "from pathlib import Path\nPath('notes.json').write_text('[1]')\nprint('Hello')\n"
    assert change(before, NOTES, base=None).outcome is Outcome.PASSED
    judged = change(before, OTHER_SHAPE, base=None)
    assert judged.outcome is Outcome.FAILED
    assert "TypeError" in judged.summary


def test_change_may_show_the_data_in_another_way(change: Change) -> None:
    shout = [
        {"run": ["add", "${a}"], "expect": {"exit": 0}},
        {"run": [], "expect": {"stdout": {"not_contains": "1."}}},
    ]
    promise = {"id": "loud", "sentence": "It shouts.", "vars": {"a": "word"}, "steps": shout}
    refused = ALL["promises"][2]
    numbered = {"id": "word", "sentence": "It lists without numbers.", "steps": shout[1:]}
    judged = change(NOTES, LOUD, promises(promise, refused, numbered))
    assert judged.outcome is Outcome.PASSED, judged.summary


def test_steps_before_a_change_run_on_the_version_before(change: Change) -> None:
    before = {
        "id": "carried",
        "sentence": "What was there stays.",
        "vars": {"a": "word"},
        "before": [{"run": ["add", "${a}"]}],
        "steps": [{"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}}],
    }
    agreed = promises(before, *ALL["promises"][1:])
    [carried, *_] = change(NOTES, RENAMED, agreed, base=None).promises
    assert carried.outcome is PromiseOutcome.BROKEN
