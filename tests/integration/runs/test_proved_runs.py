"""Runs with the toggle on: real gates in a real sandbox, repair, and an honest verdict."""

from dataclasses import replace

import pytest

from tests.integration.endings import finished
from tests.integration.proved_builders import (
    FAILING_TEST,
    GOOD,
    NO_SYNTAX,
    Boasts,
    GivesUp,
    Scripted,
    slow,
)
from tests.polling import eventually
from tests.worker_thread import FAST, WorkerThread
from toggle_core.gates.sandbox.state import SandboxOptions
from toggle_core.gates.settings import GateSettings
from toggle_core.graph.attempts import Limits
from toggle_core.history.reads import list_events
from toggle_core.runs.attempts import Attempt, list_attempts
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import GATES, EventKind, Outcome, Stage, Status, Verdict

GATE_SETTINGS = GateSettings()


@pytest.fixture
def prove(database: Database, worker: WorkerThread) -> "Prove":
    """Submits a task with the toggle on and waits for its end."""
    return Prove(database, worker)


class Prove:
    def __init__(self, database: Database, worker: WorkerThread) -> None:
        self.database = database
        self.worker = worker

    def __call__(
        self, builder: Scripted, limits: Limits | None = None, gates: GateSettings = GATE_SETTINGS
    ) -> Run:
        settings = replace(FAST, limits=limits or Limits(), gates=gates)
        self.worker.start(builder, settings)
        receipt = submit(self.database, "Say hello", builder=builder.name, production=True)
        return eventually(lambda: finished(self.database, receipt.task_id), seconds=600)

    def attempts(self, run: Run) -> list[Attempt]:
        return list_attempts(self.database, run.id)


def outcomes(attempt: Attempt) -> dict[str, Outcome]:
    return {result.gate: result.outcome for result in attempt.gates}


def test_a_good_project_is_production_ready_with_every_gate_green(prove: Prove) -> None:
    run = prove(Scripted(GOOD))
    assert run.status is Status.COMPLETED
    assert run.verdict is Verdict.READY
    assert [result.gate for result in run.gates] == list(GATES)
    assert {result.outcome for result in run.gates} == {Outcome.PASSED}
    assert [result.output.strip() for result in run.gates if result.gate == "start"] == [
        "Hello, world!"
    ]
    assert run.response is not None
    assert "all 9 checks passed" in run.response


def test_a_failing_project_is_repaired_with_the_gates_words(prove: Prove) -> None:
    builder = Scripted(FAILING_TEST, GOOD)
    run = prove(builder)
    assert run.verdict is Verdict.READY
    assert run.attempt == 2
    told = builder.feedback[1]
    assert told is not None
    details = {failure.gate: failure.detail for failure in told.failures}
    assert set(details) == {"tests", "promises"}
    assert "Hello, Ada!" in details["tests"]
    assert "Bye, world!" in details["promises"]
    assert told.attempt == 2
    assert dict(told.files) == {**FAILING_TEST}
    first, second = prove.attempts(run)
    assert outcomes(first)["tests"] is Outcome.FAILED
    assert set(outcomes(second).values()) == {Outcome.PASSED}
    assert first.made is not None
    assert "Bye," in first.made.files["main.py"]
    assert (first.made.tokens_in, first.made.tokens_out) == (100, 50)


def test_a_repair_that_changes_nothing_ends_the_run(prove: Prove) -> None:
    builder = Scripted(FAILING_TEST)
    run = prove(builder)
    assert run.status is Status.COMPLETED
    assert run.verdict is Verdict.NOT_READY
    assert len(builder.feedback) == 2
    assert run.response is not None
    assert "The last repair changed nothing" in run.response
    assert "**tests**" in run.response
    first, second = prove.attempts(run)
    assert second.gates == first.gates, "what was found is not tried again until it passes"


def test_a_builder_that_says_that_all_is_well_is_not_believed(prove: Prove) -> None:
    run = prove(Boasts(FAILING_TEST), Limits(attempts=1))
    assert run.verdict is Verdict.NOT_READY
    failed = {each.gate for each in run.gates if each.outcome is Outcome.FAILED}
    assert failed == {"tests", "promises"}
    assert run.response is not None
    assert run.response.startswith("**It is not production-ready: 6 of 9 checks passed.**")
    assert "> All 9 checks passed." in run.response


def test_attempts_are_bounded(prove: Prove) -> None:
    variants = [
        GOOD | {"main.py": f"def main(:  # {word}\n" * n} for n, word in enumerate("abcd", 1)
    ]
    builder = Scripted(NO_SYNTAX, FAILING_TEST, *variants)
    run = prove(builder, Limits(attempts=3))
    assert len(builder.feedback) == 3
    assert run.verdict is Verdict.NOT_READY
    assert run.response is not None
    assert "limit of 3 attempts" in run.response


def test_a_repair_that_changed_the_code_gets_another_attempt_and_the_later_one_is_kept(
    prove: Prove,
) -> None:
    variants = [
        GOOD | {"main.py": FAILING_TEST["main.py"].replace("Says", f"Says {word}")}
        for word in ("once", "twice", "thrice")
    ]
    builder = Scripted(*variants)
    run = prove(builder)
    assert len(builder.feedback) == 3
    assert run.files["main.py"] == variants[2]["main.py"]


def test_the_attempt_that_passed_most_gates_is_kept(prove: Prove) -> None:
    run = prove(Scripted(FAILING_TEST, NO_SYNTAX), Limits(attempts=2))
    assert run.attempt == 2
    assert run.files["main.py"] == FAILING_TEST["main.py"]
    failed = {result.gate for result in run.gates if result.outcome is Outcome.FAILED}
    assert failed == {"tests", "promises"}


def test_the_token_limit_ends_the_repair_and_keeps_what_exists(prove: Prove) -> None:
    builder = Scripted(FAILING_TEST, GOOD)
    run = prove(builder, Limits(attempts=3, tokens=120))
    assert len(builder.feedback) == 1
    assert run.verdict is Verdict.NOT_READY
    assert run.files
    assert run.response is not None
    assert "120 tokens" in run.response


def test_a_limit_used_up_by_the_plan_fails_the_run_and_keeps_the_plan(prove: Prove) -> None:
    run = prove(Scripted(GOOD), Limits(tokens=5))
    assert run.status is Status.FAILED
    assert run.error is not None
    assert "TOGGLE_MAX_TOKENS_PER_RUN" in run.error
    assert run.plan


def test_a_builder_that_gives_up_during_repair_leaves_the_first_attempt(prove: Prove) -> None:
    run = prove(GivesUp(FAILING_TEST))
    assert run.status is Status.COMPLETED
    assert run.verdict is Verdict.NOT_READY
    assert run.files["main.py"] == FAILING_TEST["main.py"]
    assert run.response is not None
    assert "The model did not answer." in run.response


def test_without_a_sandbox_nothing_is_called_ready(prove: Prove) -> None:
    run = prove(Scripted(GOOD), gates=GateSettings(sandbox=SandboxOptions(backends=())))
    assert run.status is Status.COMPLETED
    assert run.verdict is Verdict.NOT_READY
    assert {result.outcome for result in run.gates} == {Outcome.SKIPPED}
    assert all("No sandbox" in result.summary for result in run.gates)
    assert run.attempt == 1


def test_each_gate_is_told_as_it_speaks(prove: Prove) -> None:
    run = prove(Scripted(GOOD))
    events = list_events(prove.database, run.id)
    told = [event.detail["gate"] for event in events if event.kind is EventKind.GATE]
    assert sorted(told) == sorted(GATES)
    stages = [event.stage for event in events if event.kind is EventKind.STAGE]
    assert stages == [
        Stage.QUEUED,
        Stage.PLANNING,
        Stage.CODING,
        Stage.CHECKING,
        Stage.RESPONDING,
        Stage.DONE,
    ]


def test_a_stop_in_the_middle_of_the_gates_is_quick_and_the_run_goes_on_there(
    database: Database, worker: WorkerThread
) -> None:
    builder = Scripted(slow(2))
    worker.start(builder)
    receipt = submit(database, "Say hello slowly", builder=builder.name, production=True)
    eventually(
        lambda: any(e.kind is EventKind.GATE for e in list_events(database, receipt.task_id))
    )
    worker.stop()
    successor = WorkerThread(database).start(builder)
    run = eventually(lambda: finished(database, receipt.task_id), seconds=600)
    successor.stop()
    assert run.verdict is Verdict.READY
    assert run.takeovers == 0
    assert len(builder.feedback) == 1, "the coder's work was kept"
