"""Each run that was stopped counts once, with what says most about it."""

from psycopg.types.json import Jsonb

from tests.integration.insight_runs import FAILED, add
from tests.integration.sql import tell
from toggle_core.history.reads import list_runs
from toggle_core.insights.reasons import Reason, reasons
from toggle_core.insights.rollup import count_changed_days
from toggle_core.store.database import Database
from toggle_core.words import Status

NOT_READY = {"verdict": "not-production-ready", "production": True}


def test_runs_are_counted_by_what_stopped_them(shared_database: Database) -> None:
    database = shared_database

    def ended(detail: dict[str, str], **values: object) -> None:
        tell(
            database,
            "INSERT INTO run_events (run_id, kind, stage, detail)"
            " VALUES (%(run)s, 'stage', 'coding', '{}'), (%(run)s, 'error', 'done', %(detail)s)",
            run=add(database, **values),
            detail=Jsonb(detail),
        )

    def judged(*results: tuple[int, str, str], **values: object) -> None:
        run_id = add(database, attempt=2, **NOT_READY | values)
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

    for kind in ("NoBlueprint", "ModelBusy", "ModelDown", "RunOverdue", "TokensUsedUp", "Other"):
        ended({"kind": kind}, **FAILED)
    ended({"reference": "1f0c8d9e"}, **FAILED)
    ended({"decision": "reject", "reason": "No"}, status="cancelled")
    ended({}, status="cancelled")
    judged((1, "lint", "failed"), (2, "tests", "failed"), (2, "promises", "failed"))
    judged((2, "types", "failed"), (2, "tests", "skipped"))
    judged((2, "start", "skipped"))
    judged((2, "promises", "skipped"), works=True, promises_untried=2)
    add(database, verdict="draft")
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
    }
    found = reasons(database)
    assert found[0] == Reason("model", 2)
    assert {row.reason: row.runs for row in found} == expected

    told = {run.reason for run in list_runs(database).runs if run.status is not Status.FAILED}
    assert told == {
        "The plan was rejected. No",
        "It was cancelled.",
        "The gate promises says why.",
        "The gate types says why.",
        "Not every check was carried out.",
        "2 promises are to be tried by a person.",
        None,
    }
    failed = [run for run in list_runs(database).runs if run.status is Status.FAILED]
    assert [run.reason for run in failed] == [run.error for run in failed]
