"""Keep with each run the checks that failed in it and what it builds, to filter by both."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

FAILED_CHECKS = """
    UPDATE runs SET failed_checks = failed.gates
      FROM (SELECT run_id, array_agg(DISTINCT gate ORDER BY gate) AS gates FROM gate_results
             WHERE outcome = 'failed' GROUP BY run_id) AS failed
     WHERE runs.id = run_id AND status <> 'processing'
"""

# What was promised is a channel of the last checkpoint, or of what was kept of it.
KINDS = """
    UPDATE runs SET kind = told.kind
      FROM (SELECT runs.id, nullif(promises, '')::jsonb -> 'interface' ->> 'kind' AS kind
              FROM runs, LATERAL (
                   SELECT channels ->> 'promises' AS promises
                     FROM (SELECT checkpoint -> 'channel_values' AS channels, checkpoint_id
                             FROM checkpoints
                            WHERE thread_id = runs.id::text AND checkpoint_ns = ''
                            UNION ALL
                           SELECT channels, '' FROM run_results WHERE run_id = runs.id) AS kept
                    ORDER BY checkpoint_id DESC LIMIT 1) AS newest
             WHERE production OR sent_promises IS NOT NULL) AS told
     WHERE runs.id = told.id AND told.kind IN ('cli', 'web', 'api', 'library', 'bot')
"""

# A run that is being worked on counts under its kind as soon as that is known.
NOTE_UPDATED = """
    CREATE OR REPLACE TRIGGER note_updated AFTER UPDATE ON runs FOR EACH ROW
    WHEN (OLD.status <> 'processing' OR NEW.status <> 'processing'
          OR OLD.created_at <> NEW.created_at OR OLD.kind IS DISTINCT FROM NEW.kind)
    EXECUTE FUNCTION note_changed_run()
"""

ROLLUP = {
    "insight_runs": ["status", "verdict", "attempts", "evidence", "works"],
    "insight_hours": ["hour", "quarter"],
    "insight_stages": ["stage"],
    "insight_gates": ["gate", "outcome"],
    "insight_strengths": ["strength"],
    "insight_reasons": ["reason"],
}

# With each bucket in a row of its own the kinds would make the table, by far the largest of the
# rollup, too long to be read at once.
BUCKETS = (
    """
    CREATE TEMPORARY TABLE stages_before ON COMMIT DROP AS
    SELECT day, builder, production, stage, array_agg(bucket) AS buckets,
           array_agg(runs::integer) AS numbers
      FROM insight_stages GROUP BY day, builder, production, stage
    """,
    "TRUNCATE insight_stages",
    """
    ALTER TABLE insight_stages DROP COLUMN bucket, DROP COLUMN runs,
          ADD COLUMN buckets smallint[] NOT NULL, ADD COLUMN numbers integer[] NOT NULL,
          ADD CONSTRAINT ck_insight_stages_counts CHECK (
              cardinality(buckets) > 0 AND cardinality(buckets) = cardinality(numbers)
              AND 0 < ALL (numbers)),
          ADD CONSTRAINT pk_insight_stages PRIMARY KEY (day, builder, production, stage)
    """,
    """
    INSERT INTO insight_stages (day, builder, production, stage, buckets, numbers)
    SELECT day, builder, production, stage, buckets, numbers FROM stages_before
    """,
)

# The rows there are stay, as those of all runs, until their day is counted anew.
COUNT_AGAIN = """
    INSERT INTO insight_changes (day)
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs
    EXCEPT SELECT day FROM insight_changes
"""

NEVER_COUNTED = """
    DELETE FROM insight_days WHERE day IN (SELECT day FROM insight_changes)
"""

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
           reason_code, array_to_string(failed_checks, ',') AS failed_checks, kind
      FROM runs
"""

COMMENTS = {
    "failed_checks": "Checks that failed in at least one attempt, separated by commas; empty where none did, and until the run has ended.",
    "kind": "What it builds: cli, web, api, library or bot; empty where nothing was promised.",
}


def upgrade() -> None:
    """Apply."""
    op.add_column("runs", sa.Column("failed_checks", ARRAY(sa.Text()), nullable=True))
    op.add_column("runs", sa.Column("kind", sa.Text(), nullable=True))
    _fill()
    op.create_check_constraint(
        op.f("ck_runs_failed_checks_ended"),
        "runs",
        "failed_checks IS NULL OR status <> 'processing' AND cardinality(failed_checks) > 0",
    )
    op.create_check_constraint(
        op.f("ck_runs_kind_known"), "runs", "kind IN ('cli', 'web', 'api', 'library', 'bot')"
    )
    op.create_index(
        "ix_runs_failed_checks",
        "runs",
        ["failed_checks"],
        postgresql_using="gin",
        postgresql_where=sa.text("failed_checks IS NOT NULL"),
    )
    op.create_index(
        "ix_runs_kind",
        "runs",
        ["kind", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        postgresql_where=sa.text("kind IS NOT NULL"),
    )
    _count_by_kind()
    op.execute(RUNS)
    for column, meaning in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN toggle_report.runs.{column} IS '{meaning}'")
    # New columns have no statistics until a tenth of the runs has changed.
    op.execute("ANALYZE runs")


def _fill() -> None:
    # They would note the day of each run, one by one, and send it again to those who keep a copy.
    op.execute("ALTER TABLE runs DISABLE TRIGGER note_updated, DISABLE TRIGGER number_change")
    op.execute(FAILED_CHECKS)
    if op.get_bind().execute(sa.text("SELECT to_regclass('checkpoints')")).scalar():
        op.execute(KINDS)
    op.execute("ALTER TABLE runs ENABLE TRIGGER note_updated, ENABLE TRIGGER number_change")
    op.execute(NOTE_UPDATED)


def _count_by_kind() -> None:
    for statement in BUCKETS:
        op.execute(statement)
    for table, keys in ROLLUP.items():
        op.add_column(table, sa.Column("kind", sa.Text(), server_default="", nullable=False))
        op.drop_constraint(f"pk_{table}", table)
        op.create_primary_key(f"pk_{table}", table, ["day", "builder", "production", "kind", *keys])
    op.add_column(
        "insight_gates", sa.Column("runs", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.drop_constraint(op.f("ck_insight_gates_counts"), "insight_gates")
    op.create_check_constraint(
        op.f("ck_insight_gates_counts"),
        "insight_gates",
        "results > 0 AND runs BETWEEN 0 AND results",
    )
    op.execute(COUNT_AGAIN)
    op.execute(NEVER_COUNTED)
