"""Keep with each run the reason why it is not ready, so that runs can be filtered by it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

GATES = "promises,files,syntax,lint,security,types,tests,proof,start"

FROM_EVENTS = f"""
    UPDATE runs SET reason_code = told.code
      FROM (SELECT runs.id,
                   CASE WHEN status = 'cancelled' AND detail ->> 'decision' = 'reject'
                        THEN 'rejected'
                        WHEN status = 'cancelled' THEN 'cancelled'
                        WHEN works THEN 'untried'
                        WHEN status = 'completed' THEN coalesce(gate,
                             CASE WHEN left_out > 0 THEN 'left-out' ELSE 'unchecked' END)
                        WHEN detail ->> 'kind' IS NULL THEN 'fault'
                        WHEN detail ->> 'kind' = 'NoBlueprint' THEN 'not-built'
                        WHEN starts_with(detail ->> 'kind', 'Model') THEN 'model'
                        WHEN detail ->> 'kind' = 'RunOverdue' THEN 'overdue'
                        WHEN detail ->> 'kind' = 'TokensUsedUp' THEN 'tokens-used-up'
                        ELSE 'build-failed' END AS code
              FROM runs
              LEFT JOIN LATERAL (
                   SELECT detail FROM run_events
                    WHERE run_id = runs.id AND kind IN ('stage', 'error')
                    ORDER BY id DESC LIMIT 1) AS ending ON status <> 'completed'
              LEFT JOIN LATERAL (
                   SELECT gate FROM gate_results
                    WHERE run_id = runs.id AND gate_results.attempt = runs.attempt
                      AND outcome = 'failed'
                    ORDER BY array_position(string_to_array('{GATES}', ','), gate)
                    LIMIT 1) AS failed ON status = 'completed'
             WHERE status IN ('failed', 'cancelled') OR verdict = 'not-production-ready') AS told
     WHERE runs.id = told.id
"""  # noqa: S608  names of ours

# Insights count runs from which something was left out on their own from now on.
COUNT_AGAIN = """
    INSERT INTO insight_changes (day)
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs WHERE reason_code = 'left-out'
    EXCEPT SELECT day FROM insight_changes
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("runs", sa.Column("reason_code", sa.Text(), nullable=True))
    # They would note the day of each run, one by one, and send it again to those who keep a copy.
    op.execute("ALTER TABLE runs DISABLE TRIGGER note_updated, DISABLE TRIGGER number_change")
    op.execute(FROM_EVENTS)
    op.execute("ALTER TABLE runs ENABLE TRIGGER note_updated, ENABLE TRIGGER number_change")
    op.create_check_constraint(
        op.f("ck_runs_reason_code_length"), "runs", "char_length(reason_code) <= 200"
    )
    op.create_check_constraint(
        op.f("ck_runs_reason_not_ready"),
        "runs",
        "reason_code IS NULL OR status IN ('failed', 'cancelled')"
        " OR verdict IS NOT DISTINCT FROM 'not-production-ready'",
    )
    op.create_index(
        "ix_runs_reason",
        "runs",
        ["reason_code", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        postgresql_where=sa.text("reason_code IS NOT NULL"),
    )
    op.execute(COUNT_AGAIN)
    # New columns have no statistics until a tenth of the runs has changed.
    op.execute("ANALYZE runs")
