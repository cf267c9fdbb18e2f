"""Tell how long runs were worked on, how long they waited, and how long a person reviewed them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TIMES = ("working_seconds", "waiting_seconds", "review_seconds")

# Runs whose events are gone keep NULL: nobody can tell any more.
FROM_EVENTS = """
    UPDATE runs SET working_seconds = told.working, waiting_seconds = told.waiting,
                    review_seconds = told.review
      FROM (SELECT run_id,
                   coalesce(sum(spent) FILTER (
                       WHERE stage NOT IN ('queued', 'reviewing', 'done')), 0) AS working,
                   coalesce(sum(spent) FILTER (WHERE stage = 'queued'), 0) AS waiting,
                   coalesce(sum(spent) FILTER (WHERE stage = 'reviewing'), 0) AS review
              FROM (SELECT run_id, stage, greatest(EXTRACT(epoch FROM
                               lead(at) OVER (PARTITION BY run_id ORDER BY id) - at
                           ), 0)::float8 AS spent
                      FROM run_events WHERE kind IN ('stage', 'continued', 'error')) AS stays
             GROUP BY run_id) AS told
     WHERE runs.id = told.run_id AND runs.status <> 'processing'
"""

# What insights tell of the whole run is the time worked on from now on.
COUNT_AGAIN = """
    INSERT INTO insight_changes (day)
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs
    EXCEPT SELECT day FROM insight_changes
"""


def upgrade() -> None:
    """Apply."""
    for name in TIMES:
        op.add_column("runs", sa.Column(name, sa.Double(), nullable=True))
    op.create_check_constraint(
        op.f("ck_runs_times"), "runs", " AND ".join(f"{name} >= 0" for name in TIMES)
    )
    # It would note the day of each run, one by one.
    op.execute("ALTER TABLE runs DISABLE TRIGGER note_updated")
    op.execute(FROM_EVENTS)
    op.execute("ALTER TABLE runs ENABLE TRIGGER note_updated")
    for name, key in {
        "ix_runs_longest": [
            "coalesce(working_seconds, '-Infinity'::double precision) DESC",
            "id DESC",
        ],
        "ix_runs_shortest": ["coalesce(working_seconds, 'Infinity'::double precision)", "id"],
    }.items():
        op.drop_index(name, "runs")
        op.create_index(name, "runs", [sa.literal_column(part) for part in key])
    op.execute(COUNT_AGAIN)
    # An index over an expression has no statistics before that.
    op.execute("ANALYZE runs")
