"""A change that loses what the version before has saved goes back to the coder."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.building import Build, outcome_of
from tests.integration.executors import executors
from tests.integration.proved_builders import Answering
from tests.sandbox.promise_programs import NOTES
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database

RENAMED = NOTES.replace("notes.json", "items.json")
KEEPING = NOTES.replace("There is no such note.", "There is no note of this number.")
ADD = {"run": ["add", "${note}"]}
LISTED = {"run": ["list"], "expect": {"stdout": {"contains": "${note}"}}}


PROMISES: dict[str, Any] = {
    "version": 1,
    "interface": {"kind": "cli", "commands": [["add", "TEXT"], ["list"], ["delete", "NUMBER"]]},
    "promises": [
        {"id": name, "sentence": sentence, "vars": {"note": "word"}, "steps": steps}
        for name, sentence, steps in (
            ("add", "When I add a note, the list shows it.", [ADD, LISTED]),
            ("kept", "After a restart it is still there.", [ADD, {"restart": True}, LISTED]),
            (
                "refused",
                "Deleting a note that is not there is refused.",
                [{"run": ["delete", "9"], "expect": {"exit": "not 0"}}],
            ),
        )
    ],
}


class Noting(Answering):
    """Promises what a program for notes does."""

    name = "noting"
    promises = PROMISES


@pytest.fixture
def build(shared_database: Database) -> Iterator[Build]:
    with executors(shared_database) as new:
        yield Build(shared_database, new)


def test_change_that_loses_data_is_repaired(build: Build) -> None:
    first, lossy, repaired = ({"files": {"main.py": x}} for x in (NOTES, RENAMED, KEEPING))
    base = submit(build.database, "Keep notes", builder="noting", promises=PROMISES).task_id
    build.new_executor(Noting(first), "first").execute(base)
    builder = Noting(lossy, repaired)
    changed = build(builder, change=base)
    assert builder.feedback[1] is not None
    said = {each.gate: each.detail for each in builder.feedback[1].failures}["promises"]
    assert "loses data that the version before has saved: “When I add a note" in said
    assert outcome_of(changed, "promises") == "passed: All 3 promises kept."
