"""Give toggle_report.runs the name of the project and the reason, and explain every column."""

from collections.abc import Sequence

from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

RUNS = """
    CREATE OR REPLACE VIEW toggle_report.runs AS
    SELECT id AS task_id, task AS description, production, review, status, stage, verdict, attempt,
           takeovers, priority, builder, submitted_by, parent_id, error, tokens_in, tokens_out,
           created_at, started_at, finished_at, cancel_requested_at, duration AS duration_seconds,
           project_id, version, evidence, promises_count AS promises, promises_kept,
           promises_untried, left_out, proof_strength, works, working_seconds, waiting_seconds,
           review_seconds,
           (SELECT name FROM projects WHERE projects.id = runs.project_id) AS project_name,
           CASE WHEN status = 'failed' THEN error
                WHEN status = 'cancelled' THEN coalesce(
                     (SELECT CASE WHEN detail ->> 'decision' = 'reject'
                                  THEN concat_ws(' ', 'The plan was rejected.',
                                                 detail ->> 'reason') END
                        FROM run_events
                       WHERE run_id = runs.id AND kind IN ('stage', 'error')
                       ORDER BY run_events.id DESC LIMIT 1),
                     'It was cancelled.')
                WHEN works THEN promises_untried || CASE promises_untried
                     WHEN 1 THEN ' promise is' ELSE ' promises are' END
                     || ' to be tried by a person.'
                WHEN verdict = 'not-production-ready' THEN coalesce(
                     (SELECT summary FROM gate_results
                       WHERE run_id = runs.id AND gate_results.attempt = runs.attempt
                         AND outcome = 'failed'
                       ORDER BY array_position(ARRAY['promises', 'files', 'syntax', 'lint',
                                 'security', 'types', 'tests', 'proof', 'start'], gate) LIMIT 1),
                     CASE WHEN left_out > 0 THEN 'Something that was asked for is left out.'
                          ELSE 'Not every check was carried out.' END)
           END AS reason,
           reason_code
      FROM runs
"""

VIEWS = {
    "runs": "A row for each run.",
    "attempts": "A row for each attempt of a run with the toggle on.",
    "gates": "A row for each check of an attempt.",
    "promises": "A row for each promise of an attempt, as it was tried.",
    "events": "A row for each event of a run.",
}

COMMENTS = {
    "runs": {
        "task_id": "Id of the run.",
        "description": "The description of the task, as it was typed.",
        "production": "Whether the production toggle was on.",
        "review": "Whether a person reviews the plan before any code is written.",
        "status": "Status: processing, completed, failed or cancelled.",
        "stage": "Stage the run is in: queued, planning, coding and so on; done once it has ended.",
        "verdict": "Verdict: draft, production-ready or not-production-ready; empty until the run is completed.",
        "attempt": "Number of attempts to write the code, repairs included.",
        "takeovers": "Number of times another worker took the run over.",
        "priority": "Priority in the queue, from 10 (most urgent) to -10.",
        "builder": "Name of the builder that planned and wrote the code.",
        "submitted_by": "Who submitted the task; empty where that is not known.",
        "parent_id": "Id of the run it is based on: a change, a fork or a repetition; empty for a new task.",
        "error": "Why the run failed, for people; empty unless it failed.",
        "tokens_in": "Number of tokens that chat models read.",
        "tokens_out": "Number of tokens that chat models wrote.",
        "created_at": "When the task was submitted, in UTC.",
        "started_at": "When a worker first began, in UTC; empty while the run is queued.",
        "finished_at": "When the run ended, in UTC; empty until then.",
        "cancel_requested_at": "When its cancellation was requested, in UTC; empty where it was not.",
        "duration_seconds": "Seconds from start to end, pauses included; empty until the run has ended.",
        "project_id": "Id of the project that the run is a version of.",
        "version": "Version of the project that the run made, counted from 1.",
        "evidence": "What the verdict rests on: 1, the first seven checks; 2, promises and proof as well; empty where nothing was checked.",
        "promises": "Number of promises that were agreed on before the code was written.",
        "promises_kept": "Number of promises that the program kept.",
        "promises_untried": "Number of promises that could not be tried automatically.",
        "left_out": "Number of wishes in the description that no promise covers.",
        "proof_strength": "Strength of the tests: percent of planted mistakes that the project's tests noticed, 0 to 100.",
        "works": "Whether untried promises are all that keeps the run from being production-ready.",
        "working_seconds": "Seconds the run was worked on, without queue and review; empty before its first end.",
        "waiting_seconds": "Seconds the run waited in the queue; empty before its first end.",
        "review_seconds": "Seconds the plan waited for a person; empty before the run's first end.",
        "project_name": "Name of the project: the beginning of its first description.",
        "reason": "Why the run failed, was cancelled or is not production-ready, in one line; empty where it is ready, a draft, or still in progress.",
        "reason_code": "The reason in a word: the gate that did not pass, or left-out, unchecked, not-built, model, overdue, tokens-used-up, build-failed, fault, rejected, cancelled or untried; empty where `reason` is.",
    },
    "attempts": {
        "task_id": "Id of the run.",
        "attempt": "Number of the attempt, from 1.",
        "entry": "Path of the entry file it made.",
        "seconds": "Seconds of writing the code.",
        "tokens_in": "Tokens that the model read.",
        "tokens_out": "Tokens that the model wrote.",
        "at": "When it was recorded, in UTC.",
    },
    "gates": {
        "task_id": "Id of the run.",
        "attempt": "Number of the attempt, from 1.",
        "gate": "Name of the check.",
        "outcome": "Outcome: passed, failed or skipped.",
        "seconds": "Seconds that the check took.",
        "at": "When it was recorded, in UTC.",
    },
    "promises": {
        "task_id": "Id of the run.",
        "attempt": "Number of the attempt, from 1.",
        "number": "Number of the promise, from 1.",
        "promise_id": "Id of the promise within its run.",
        "sentence": "What was promised.",
        "outcome": "Outcome: kept, broken or untried.",
    },
    "events": {
        "event_id": "Id of the event; grows with time within a run.",
        "task_id": "Id of the run.",
        "at": "When it happened, in UTC.",
        "kind": "Kind of the event, such as stage or error.",
        "stage": "Stage the run was in from then on.",
    },
}


def upgrade() -> None:
    """Apply."""
    op.execute(RUNS)
    for view, meaning in VIEWS.items():
        op.execute(f"COMMENT ON VIEW toggle_report.{view} IS '{meaning}'")
    for view, columns in COMMENTS.items():
        for column, meaning in columns.items():
            quoted = meaning.replace("'", "''")
            op.execute(f"COMMENT ON COLUMN toggle_report.{view}.{column} IS '{quoted}'")
