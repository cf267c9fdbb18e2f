"""What is promised before the code: sent, made, reviewed, tried, kept with the run, taken home."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.integration.endings import finished
from tests.integration.proved_builders import FAILING_TEST, GOOD, Answering, Scripted
from tests.integration.sql import ask
from tests.polling import eventually
from tests.promised import GREETS
from tests.worker_thread import WorkerThread
from toggle_core.errors import CheckpointNotFound, IdempotencyConflict, PromisesRefused
from toggle_core.gates.model import PromiseResult
from toggle_core.history.reads import get_run
from toggle_core.runs.control import approve
from toggle_core.runs.download import download_of
from toggle_core.runs.model import Run
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.versions.lineage import checkpoint_of_code, continue_run, fork
from toggle_core.words import Outcome, ProgramKind, PromiseOutcome, Stage, Verdict

KEYED = {
    "id": "paid",
    "sentence": "With PAYMENT_KEY set it takes a payment.",
    "needs": ["PAYMENT_KEY"],
    "steps": [{"run": ["pay"], "expect": {"exit": 0, "stdout": {"contains": "Paid 4"}}}],
}

UNTRIED = {"id": "monday", "sentence": "On Mondays it is in a good mood.", "steps": []}

VACUOUS = {
    "id": "echo",
    "sentence": "It says what it is given.",
    "vars": {"what": "word"},
    "steps": [{"run": ["${what}"], "expect": {"stdout": {"contains": "${what}"}}}],
}


class Silent(Scripted):
    """Promises nothing."""

    name = "silent"
    promises = None


class Listening(Answering):
    """Remembers with what it was asked to promise."""

    name = "listening"

    def __init__(self, *answers: dict[str, Any]) -> None:
        super().__init__(*answers)
        self.bases: list[Any] = []

    def promise(self, task: str, plan: str, **asked: Any) -> Any:
        self.bases.append(asked["base"])
        return super().promise(task, plan, **asked)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def ended(database: Database, run_id: UUID) -> Run:
    return eventually(lambda: finished(database, run_id), seconds=600)


def built(database: Database, worker: WorkerThread, builder: Any, **asked: Any) -> Run:
    """A run with the toggle on, at its end."""
    worker.start(builder)
    submitted = submit(database, "Say hello", builder=builder.name, production=True, **asked)
    return ended(database, submitted.task_id)


def results(run: Run) -> Mapping[str, PromiseResult]:
    return {each.id: each for gate in run.gates for each in gate.promises}


def gate(run: Run, name: str) -> Outcome:
    return next(result.outcome for result in run.gates if result.gate == name)


def with_promise(*more: dict[str, Any]) -> dict[str, Any]:
    return {**GREETS, "promises": [*GREETS["promises"], *more]}


def test_promises_of_the_builder_are_tried_and_kept_with_the_run(
    database: Database, worker: WorkerThread
) -> None:
    run = built(database, worker, Scripted(GOOD))
    assert run.promises == GREETS
    assert {each.outcome for each in results(run).values()} == {PromiseOutcome.KEPT}
    assert run.verdict is Verdict.READY
    assert (run.evidence, run.promises_count, run.promises_kept) == (2, 3, 3)
    assert (run.promises_untried, run.left_out, run.works) == (0, 0, False)
    assert run.proof_strength is not None
    assert (run.kind, run.failed_checks) == (ProgramKind.CLI, None)


def test_a_broken_promise_goes_back_to_the_coder_with_what_was_sent_and_came_back(
    database: Database, worker: WorkerThread
) -> None:
    builder = Scripted(FAILING_TEST, GOOD)
    run = built(database, worker, builder)
    assert builder.feedback[1] is not None
    assert "promises" in str(run.failed_checks).split(",")
    said = {each.gate: each.detail for each in builder.feedback[1].failures}["promises"]
    assert "It says hello to the world." in said
    assert "Bye, world!" in said
    assert run.verdict is Verdict.READY


def test_without_promises_nothing_is_ready(database: Database, worker: WorkerThread) -> None:
    run = built(database, worker, Silent(GOOD))
    assert gate(run, "promises") is Outcome.SKIPPED
    assert run.verdict is Verdict.NOT_READY
    assert (run.evidence, run.promises_count, run.works) == (2, 0, False)


def test_a_draft_promises_nothing(database: Database, worker: WorkerThread) -> None:
    worker.start(Scripted(GOOD))
    run = ended(database, submit(database, "Say hello", builder="scripted").task_id)
    assert run.promises is None
    assert (run.evidence, run.promises_count, run.works) == (None, None, None)
    assert run.kind is None


def test_promises_that_are_sent_take_the_place_of_the_builders(
    database: Database, worker: WorkerThread
) -> None:
    run = built(database, worker, Silent(GOOD), promises=GREETS)
    assert run.promises == GREETS
    assert run.verdict is Verdict.READY


def test_a_sent_promise_that_any_program_keeps_is_left_out_and_said(
    database: Database, worker: WorkerThread
) -> None:
    run = built(database, worker, Silent(GOOD), promises=with_promise(VACUOUS))
    assert run.promises is not None
    assert "echo" not in results(run)
    assert [each["words"] for each in run.promises["left_out"]] == [VACUOUS["sentence"]]
    assert run.verdict is Verdict.NOT_READY
    assert run.left_out == 1
    assert "It says what it is given." in (run.response or "")


def test_what_people_do_and_promises_only_look_at_keeps_the_verdict_down(
    database: Database, worker: WorkerThread
) -> None:
    """The program does nothing with what people add, and its promises never add anything."""
    worker.start(Silent(GOOD))
    task = "A greeting for everybody: people can add names, and delete them"
    words = {"Names that people add are greeted.": "Hello", "It looks.": "world", "So.": "Hello, "}
    looks = [
        {
            "id": f"look-{at}",
            "sentence": sentence,
            "steps": [{"run": [], "expect": {"stdout": {"contains": word}}}],
        }
        for at, (sentence, word) in enumerate(words.items())
    ]
    sent = submit(
        database, task, builder="silent", production=True, promises={**GREETS, "promises": looks}
    )
    run = ended(database, sent.task_id)
    assert run.promises is not None
    assert {each.outcome for each in run.gates} == {Outcome.PASSED}
    assert {each.outcome for each in results(run).values()} == {PromiseOutcome.KEPT}
    assert run.verdict is Verdict.NOT_READY
    assert [each["words"] for each in run.promises["left_out"]] == [
        "add",
        "delete",
        "Names that people add are greeted.",
    ]
    assert "add: The promises only look" in (run.response or "")


def test_promises_that_cannot_be_carried_out_are_refused_and_nothing_is_accepted(
    database: Database,
) -> None:
    with pytest.raises(PromisesRefused, match="There must be 3 to 7 promises, and there are 0"):
        submit(database, "Hi", builder="quick", promises={**GREETS, "promises": []})
    assert ask(database, "SELECT id FROM runs") == []


def test_the_same_key_with_other_promises_is_a_conflict(database: Database) -> None:
    first = submit(database, "Hi", builder="q", idempotency_key="k", promises=GREETS)
    again = submit(database, "Hi", builder="q", idempotency_key="k", promises=GREETS)
    assert first == again
    with pytest.raises(IdempotencyConflict):
        submit(database, "Hi", builder="q", idempotency_key="k")


def test_a_person_strikes_and_adds_promises_before_any_code(
    database: Database, worker: WorkerThread
) -> None:
    worker.start(Scripted(GOOD))
    asked = submit(database, "Say hello", builder="scripted", production=True, review=True)
    run_id = asked.task_id
    eventually(lambda: get_run(database, run_id).stage is Stage.REVIEWING)
    assert get_run(database, run_id).promises == GREETS
    approve(database, run_id, None, with_promise(UNTRIED))
    run = ended(database, run_id)
    assert results(run)["monday"].outcome is PromiseOutcome.UNTRIED
    assert gate(run, "promises") is Outcome.SKIPPED
    assert run.verdict is Verdict.NOT_READY
    assert (run.works, run.promises_kept, run.promises_untried) == (True, 3, 1)


def test_code_that_works_is_checked_again_as_a_new_version(
    database: Database, worker: WorkerThread
) -> None:
    builder = Scripted(GOOD)
    first = built(database, worker, builder, promises=with_promise(KEYED))
    assert first.works
    written = checkpoint_of_code(database, first.id)
    again = fork(database, first.id, written, builder="scripted")
    second = ended(database, again.task_id)
    assert (second.project_id, second.version) == (first.project_id, first.version + 1)
    assert second.files == first.files
    assert results(second).keys() == results(first).keys()
    assert second.works
    assert len(builder.feedback) == 1, "the coder was not asked again"


def test_a_run_without_checked_code_is_not_checked_again(
    database: Database, worker: WorkerThread
) -> None:
    worker.start(Scripted(GOOD))
    draft = ended(database, submit(database, "Say hello", builder="scripted").task_id)
    with pytest.raises(CheckpointNotFound):
        checkpoint_of_code(database, draft.id)


def test_a_change_is_promised_with_the_promises_of_its_base(
    database: Database, worker: WorkerThread
) -> None:
    builder = Listening({})
    first = built(database, worker, builder)
    second = ended(
        database, continue_run(database, first.id, "Louder", builder="listening").task_id
    )
    assert builder.bases == [None, GREETS]
    assert second.promises == GREETS


def test_a_download_has_the_promises_and_a_program_that_tries_them(
    database: Database, worker: WorkerThread, tmp_path: Path
) -> None:
    files = download_of(built(database, worker, Scripted(GOOD)))
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    tried = tries(tmp_path)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    (tmp_path / "main.py").write_text(FAILING_TEST["main.py"])
    assert tries(tmp_path).returncode == 1


def tries(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "check_promises.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_api_takes_promises_and_gives_them_back_with_what_became_of_them(
    api: httpx.Client, shared_database: Database, worker: WorkerThread
) -> None:
    body = {"description": "Say hello", "production": True, "promises": GREETS}
    task_id = api.post("/tasks", json=body).raise_for_status().json()["task_id"]
    worker.start(Silent(GOOD))
    ended(shared_database, UUID(task_id))
    task = api.get(f"/tasks/{task_id}").json()
    assert task["promises"] == GREETS
    assert (task["promises_count"], task["promises_kept"]) == (3, 3)
    tried = {gate["gate"]: gate for gate in task["gates"]}
    assert [each["outcome"] for each in tried["promises"]["promises"]] == ["kept"] * 3
    assert tried["promises"]["promises"][0]["transcript"][0]["came_back"]
    assert tried["proof"]["proof"]["strength"] == task["proof_strength"]
    packed = zipfile.ZipFile(io.BytesIO(api.get(f"/tasks/{task_id}/files.zip").content))
    made = {f"say-hello/{name}" for name in ("main.py", "promises.json", "check_promises.py")}
    assert made <= set(packed.namelist())


@pytest.mark.parametrize(
    "promises",
    [{}, {"version": 2}, {**GREETS, "promises": GREETS["promises"][:2]}, {"promises": "all"}],
)
def test_the_api_names_what_is_wrong_with_promises(
    api: httpx.Client, promises: dict[str, Any]
) -> None:
    answer = api.post("/tasks", json={"description": "Say hello", "promises": promises})
    assert answer.status_code == 422
    assert answer.json()["field"] == "promises"
    assert answer.json()["detail"].endswith(".")
