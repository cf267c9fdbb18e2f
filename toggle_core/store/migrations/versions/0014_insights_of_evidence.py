"""Count by the day what verdicts rest on, promises, and the strength of tests."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PROMISES = ("promises_kept", "promises_broken", "promises_untried")

# Verdicts of days that are counted already: all of them are from before promises and proof, but
# for days with a run that is not, which are counted anew.
OLD_VERDICTS = """
    UPDATE insight_runs SET evidence = 1
     WHERE verdict IN ('production-ready', 'not-production-ready')
"""

COUNT_AGAIN = """
    INSERT INTO insight_changes (day)
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs WHERE evidence = 2
"""


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "insight_runs",
        sa.Column("evidence", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column(
        "insight_runs", sa.Column("works", sa.Boolean(), server_default="false", nullable=False)
    )
    for name in PROMISES:
        op.add_column(
            "insight_runs", sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        )
    op.drop_constraint("pk_insight_runs", "insight_runs")
    op.create_primary_key(
        "pk_insight_runs",
        "insight_runs",
        ["day", "builder", "production", "status", "verdict", "attempts", "evidence", "works"],
    )
    op.create_check_constraint(
        op.f("ck_insight_runs_evidence_known"), "insight_runs", "evidence IN (0, 1, 2)"
    )
    op.create_check_constraint(
        op.f("ck_insight_runs_promises"),
        "insight_runs",
        "promises_kept >= 0 AND promises_broken >= 0 AND promises_untried >= 0",
    )
    op.create_table(
        "insight_strengths",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("strength", sa.SmallInteger(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "strength BETWEEN 0 AND 100 AND runs > 0", name=op.f("ck_insight_strengths_counts")
        ),
        sa.PrimaryKeyConstraint("day", "strength", name=op.f("pk_insight_strengths")),
    )
    op.execute(OLD_VERDICTS)
    op.execute(COUNT_AGAIN)
