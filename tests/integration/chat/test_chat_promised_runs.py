"""Whole runs with a model that promises: only a program that keeps the promises is ready."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN
from tests.integration.chat.promise_answers import FINISH, GOOD, LOOSE, TASK, answer, promises
from tests.integration.chat.server import ScriptedServer
from tests.integration.chat.todo_project import BAD, project
from tests.integration.chat.todo_project import GOOD as GOOD_FILES
from tests.integration.endings import finished
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.gates.model import promises_of
from toggle_core.gates.settings import GateSettings
from toggle_core.graph.attempts import Limits
from toggle_core.history.reads import get_run
from toggle_core.runs.attempts import list_attempts
from toggle_core.runs.control import approve
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Outcome, PromiseOutcome, Stage, Verdict

pytestmark = pytest.mark.timeout(1200)


class Proving:
    """Submits the task with the toggle on and waits for its end."""

    def __init__(self, database: Database, worker: WorkerThread, builder: ChatBuilder) -> None:
        self.database = database
        self._worker = worker
        self._builder = builder

    def __call__(self, attempts: int = 2, reviewed: Mapping[str, Any] | None = None) -> Run:
        settings = replace(FAST, limits=Limits(attempts=attempts), gates=GateSettings())
        self._worker.start(self._builder, settings)
        name, review = self._builder.name, reviewed is not None
        receipt = submit(self.database, TASK, builder=name, production=True, review=review)
        if reviewed is not None:
            eventually(lambda: self._is_reviewing(receipt.task_id))
            approve(self.database, receipt.task_id, promises=reviewed)
        return eventually(lambda: finished(self.database, receipt.task_id), seconds=600)

    def _is_reviewing(self, run_id: UUID) -> bool:
        run = get_run(self.database, run_id)
        return run.stage is Stage.REVIEWING and run.plan is not None

    def outcomes(self, run: Run, attempt: int) -> dict[str, PromiseOutcome]:
        """What became of each promise in an attempt."""
        gates = list_attempts(self.database, run.id)[attempt - 1].gates
        return {each.id: each.outcome for each in promises_of(gates)}


@pytest.fixture
def prove(database: Database, worker: WorkerThread, builder: ChatBuilder) -> Proving:
    """What submits and waits."""
    return Proving(database, worker, builder)


def test_a_program_that_keeps_what_its_model_promised_is_ready(
    server: ScriptedServer, prove: Proving
) -> None:
    server.script(*map(replies.streamed, (PLAN, answer(*GOOD), project(GOOD_FILES))))
    run = prove()
    assert run.verdict is Verdict.READY, run.response
    assert set(prove.outcomes(run, 1).values()) == {PromiseOutcome.KEPT}
    assert run.tokens_in == 3 * replies.USAGE["prompt_tokens"]


def test_a_broken_promise_goes_to_the_coder_with_what_was_seen_and_is_repaired(
    server: ScriptedServer, prove: Proving
) -> None:
    parts = (PLAN, answer(*GOOD), project(BAD), project(GOOD_FILES))
    server.script(*map(replies.streamed, parts))
    run = prove()
    assert prove.outcomes(run, 1)["finish"] is PromiseOutcome.BROKEN
    assert prove.outcomes(run, 1)["add"] is PromiseOutcome.KEPT
    first = list_attempts(prove.database, run.id)[0]
    assert [each.gate for each in first.gates if each.outcome is Outcome.FAILED] == ["promises"]
    repair = server.asked[3].body["messages"][1]["content"]
    for part in ('<check name="promises">', FINISH["sentence"], "came back", "1. "):
        assert part in repair
    assert set(prove.outcomes(run, 2).values()) == {PromiseOutcome.KEPT}
    assert run.verdict is Verdict.READY, run.response
    assert run.attempt == 2


def test_a_sentence_added_in_the_review_gets_steps_and_is_tried(
    server: ScriptedServer, prove: Proving
) -> None:
    bare = {"id": "numbers", "sentence": "The list numbers its things.", "steps": []}
    expected = {"stdout": {"in_order": ["1. ${a}", "2. ${b}"]}}
    written = bare | {
        "vars": {"a": "word", "b": "word"},
        "steps": [
            {"run": ["add", "${a}"]},
            {"run": ["add", "${b}"]},
            {"run": ["list"], "expect": expected},
        ],
    }
    parts = (PLAN, answer(*GOOD), answer(written), project(GOOD_FILES))
    server.script(*map(replies.streamed, parts))
    run = prove(reviewed=promises(*GOOD, bare))
    assert prove.outcomes(run, 1)["numbers"] is PromiseOutcome.KEPT
    assert run.verdict is Verdict.READY, run.response


@pytest.mark.prove
def test_a_program_whose_promise_stays_broken_is_not_ready(
    server: ScriptedServer, prove: Proving
) -> None:
    server.script(*map(replies.streamed, (PLAN, answer(*GOOD), project(BAD))))
    run = prove(attempts=1)
    assert run.verdict is Verdict.NOT_READY
    assert prove.outcomes(run, 1)["finish"] is PromiseOutcome.BROKEN


@pytest.mark.prove
def test_a_promise_that_cannot_be_broken_is_left_out_and_keeps_the_verdict_down(
    server: ScriptedServer, prove: Proving
) -> None:
    promised = answer(*GOOD, LOOSE)
    server.script(*map(replies.streamed, (PLAN, promised, promised, project(GOOD_FILES))))
    run = prove(attempts=1)
    assert set(prove.outcomes(run, 1)) == {"add", "finish", "kept"}
    assert run.verdict is Verdict.NOT_READY
    assert LOOSE["sentence"] in run.response


def test_a_promise_that_every_program_keeps_goes_back_to_the_model(
    server: ScriptedServer, prove: Proving
) -> None:
    echoed = {
        "id": "echo",
        "sentence": "What I add is printed.",
        "vars": {"item": "word"},
        "steps": [{"run": ["add", "${item}"], "expect": {"stdout": {"contains": "${item}"}}}],
    }
    parts = (PLAN, answer(*GOOD, echoed), answer(*GOOD), project(GOOD_FILES))
    server.script(*map(replies.streamed, parts))
    run = prove()
    again = server.asked[2].body["messages"][1]["content"]
    assert "Promise “echo”: A program that does nothing keeps it" in again
    assert run.verdict is Verdict.READY, run.response
    assert "echo" not in json.dumps(prove.outcomes(run, 1))
