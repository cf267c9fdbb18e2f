"""Each run that was stopped counts once, with what says most about it, and is found by it."""

from typing import Any
from uuid import UUID

from tests.integration.sql import ask, tell
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs, list_runs
from toggle_core.insights.queries import gate_outcomes
from toggle_core.insights.reasons import Reason, reasons
from toggle_core.insights.rollup import count_changed_days
from toggle_core.runs.lifecycle import (
    CANCEL,
    COMPLETE,
    EXPIRE,
    FAIL,
    REJECT,
    RETRY,
    Transition,
    write,
)
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import GATES, REASON_CODES, Status

NOT_READY = {"verdict": "not-production-ready", "attempt": 2}


def ended(
    database: Database, transition: Transition, detail: dict[str, str] | None = None, **values: Any
) -> UUID:
    """Submit a run and end it, as workers and people do."""
    run_id = submit(database, "Ask", builder="quick", production=True).task_id
    end(database, run_id, transition, detail, **values)
    return run_id


def end(
    database: Database,
    run_id: UUID,
    transition: Transition,
    detail: dict[str, str] | None = None,
    **values: Any,
) -> None:
    if transition is REJECT:
        tell(database, "UPDATE runs SET stage = 'reviewing' WHERE id = %(run)s", run=run_id)
    lease = Lease(run_id, 0) if transition.by_lease else run_id
    write(database, transition, lease, detail, **values)


def failed(database: Database, transition: Transition = FAIL, **detail: str) -> UUID:
    return ended(database, transition, detail, error="It failed.")


def judged(database: Database, *results: tuple[int, str, str], **values: Any) -> UUID:
    """Complete a run whose gates had these results, by attempt."""
    run_id = submit(database, "Ask", builder="quick", production=True).task_id
    for attempt, gate, outcome in results:
        tell(
            database,
            "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary,"
            " detail, output, pages) VALUES"
            " (%(run)s, %(attempt)s, %(gate)s, %(outcome)s, 1, %(summary)s, '', '', '[]')",
            run=run_id,
            attempt=attempt,
            gate=gate,
            outcome=outcome,
            summary=f"The gate {gate} says why.",
        )
    end(database, run_id, COMPLETE, **NOT_READY | values)
    return run_id


def test_runs_are_counted_by_what_stopped_them(shared_database: Database) -> None:
    database = shared_database
    for kind in ("NoBlueprint", "ModelBusy", "ModelDown", "TokensUsedUp", "Other"):
        failed(database, kind=kind)
    failed(database, EXPIRE, kind="RunOverdue")
    failed(database, reference="1f0c8d9e")
    ended(database, REJECT, {"decision": "reject", "reason": "No"})
    ended(database, CANCEL)
    judged(database, (1, "lint", "failed"), (2, "tests", "failed"), (2, "promises", "failed"))
    judged(database, (2, "types", "failed"), (2, "tests", "skipped"))
    judged(database, (2, "start", "skipped"))
    judged(database, (2, "start", "passed"), left_out=1)
    judged(
        database,
        (2, "promises", "skipped"),
        works=True,
        promises_untried=2,
        promises_count=2,
        promises_kept=0,
    )
    judged(database, (1, "tests", "failed"), (2, "tests", "passed"), verdict="production-ready")
    judged(database, verdict="draft", attempt=None)
    count_changed_days(database, seconds=30)
    expected = {
        "not-built": 1,
        "model": 2,
        "overdue": 1,
        "tokens-used-up": 1,
        "build-failed": 1,
        "fault": 1,
        "rejected": 1,
        "cancelled": 1,
        "promises": 1,
        "types": 1,
        "unchecked": 1,
        "left-out": 1,
    }
    found = reasons(database)
    assert found[0] == Reason("model", 2)
    assert {row.reason: row.runs for row in found} == expected
    for code in REASON_CODES:
        number = expected.get(code, 1 if code == "untried" else 0)
        assert count_runs(database, RunFilter(reason_code=code)) == number, code

    runs = list_runs(database).runs
    assert {run.reason for run in runs if run.status is not Status.FAILED} == {
        "The plan was rejected. No",
        "It was cancelled.",
        "The gate promises says why.",
        "The gate types says why.",
        "Not every check was carried out.",
        "Something that was asked for is left out.",
        "2 promises are to be tried by a person.",
        None,
    }
    for run in runs:
        assert (run.reason is None) == (run.reason_code is None)
        if run.status is Status.FAILED:
            assert run.reason == run.error


def test_a_retried_run_has_no_reason_until_it_ends_again(shared_database: Database) -> None:
    run_id = failed(shared_database, kind="ModelBusy")
    write(shared_database, RETRY, run_id)
    [row] = ask(shared_database, "SELECT reason_code, changed > 0 AS numbered FROM runs")
    assert row == {"reason_code": None, "numbered": True}
    end(shared_database, run_id, CANCEL)
    [run] = list_runs(shared_database).runs
    assert run.reason_code == "cancelled"


def test_checks_that_failed_in_any_attempt_are_kept_and_count_each_run_once(
    shared_database: Database,
) -> None:
    database = shared_database
    repaired = judged(
        database,
        (1, "tests", "failed"),
        (1, "lint", "failed"),
        (2, "tests", "failed"),
        (2, "lint", "passed"),
        (3, "tests", "passed"),
        verdict="production-ready",
        attempt=3,
    )
    judged(database, (1, "types", "skipped"), (1, "tests", "passed"))
    stopped = judged(database, (1, "lint", "failed"))
    count_changed_days(database, seconds=30)
    found = {row.gate: (row.failed, row.failed_runs) for row in gate_outcomes(database)}
    assert found == {"tests": (2, 1), "lint": (2, 2), "types": (0, 0)}
    for gate in GATES:
        number = found.get(gate, (0, 0))[1]
        assert count_runs(database, RunFilter(failed_check=gate)) == number, gate
    runs = {run.id: run.failed_checks for run in list_runs(database).runs}
    assert runs[repaired] == "lint,tests"
    assert runs[stopped] == "lint"
    assert list(runs.values()).count(None) == 1


def test_a_retried_run_has_no_failed_checks_until_it_ends_again(shared_database: Database) -> None:
    run_id = submit(shared_database, "Ask", builder="quick", production=True).task_id
    tell(
        shared_database,
        "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail,"
        " output, pages) SELECT id, 1, 'lint', 'failed', 1, '', '', '', '[]' FROM runs",
    )
    wanted = RunFilter(failed_check="lint")
    assert count_runs(shared_database, wanted) == 0
    end(shared_database, run_id, CANCEL)
    assert count_runs(shared_database, wanted) == 1
    write(shared_database, RETRY, run_id)
    count_changed_days(shared_database, seconds=30)
    assert count_runs(shared_database, wanted) == 0
    assert gate_outcomes(shared_database) == []
    end(shared_database, run_id, CANCEL)
    assert count_runs(shared_database, wanted) == 1
