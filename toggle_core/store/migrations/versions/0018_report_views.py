"""Create toggle_report: views with stable columns, for roles that may only read."""

from collections.abc import Sequence

from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

RUNS = """
    CREATE OR REPLACE VIEW toggle_report.runs AS
    SELECT id AS task_id, task AS description, production, review, status, stage, verdict, attempt,
           takeovers, priority, builder, submitted_by, parent_id, error, tokens_in, tokens_out,
           created_at, started_at, finished_at, cancel_requested_at, duration AS duration_seconds,
           project_id, version, evidence, promises_count AS promises, promises_kept,
           promises_untried, left_out, proof_strength, works, working_seconds, waiting_seconds,
           review_seconds
      FROM runs
"""

ATTEMPTS = """
    CREATE OR REPLACE VIEW toggle_report.attempts AS
    SELECT run_id AS task_id, attempt, entry, seconds, tokens_in, tokens_out, at FROM attempts
"""

GATES = """
    CREATE OR REPLACE VIEW toggle_report.gates AS
    SELECT run_id AS task_id, attempt, gate, outcome, seconds, at FROM gate_results
"""

# Each promise is a list: its id, its sentence, what became of it, and more that stays inside.
PROMISES = """
    CREATE OR REPLACE VIEW toggle_report.promises AS
    SELECT run_id AS task_id, attempt, number, promise ->> 0 AS promise_id,
           promise ->> 1 AS sentence, promise ->> 2 AS outcome
      FROM gate_results
     CROSS JOIN jsonb_array_elements(promises) WITH ORDINALITY AS each (promise, number)
     WHERE gate = 'promises'
"""

EVENTS = """
    CREATE OR REPLACE VIEW toggle_report.events AS
    SELECT id AS event_id, run_id AS task_id, at, kind, stage FROM run_events WHERE kind <> 'text'
"""


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE SCHEMA IF NOT EXISTS toggle_report")
    for view in (RUNS, ATTEMPTS, GATES, PROMISES, EVENTS):
        op.execute(view)
