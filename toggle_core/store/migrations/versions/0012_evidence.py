"""Keep promises and proof of a run, and tell verdicts that rest on them from older ones."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

COUNTS = ("promises_count", "promises_kept", "promises_untried", "left_out", "proof_strength")

# One rewrite of the table, instead of an update of every run.
OLD_VERDICTS = """
    ALTER TABLE runs ALTER COLUMN evidence TYPE smallint
    USING CASE WHEN verdict IN ('production-ready', 'not-production-ready') THEN 1 END
"""


def upgrade() -> None:
    """Apply."""
    # Names of gates are the program's: one more of them needs no migration.
    op.drop_constraint(op.f("ck_gate_results_gate_known"), "gate_results")
    op.drop_constraint(op.f("ck_insight_gates_gate_known"), "insight_gates")
    op.add_column(
        "gate_results",
        sa.Column(
            "promises",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column("gate_results", sa.Column("proof", postgresql.JSONB()))
    op.add_column("approvals", sa.Column("promises", postgresql.JSONB()))
    op.add_column("runs", sa.Column("sent_promises", postgresql.JSONB()))
    op.add_column("runs", sa.Column("evidence", sa.SmallInteger()))
    for name in COUNTS:
        op.add_column("runs", sa.Column(name, sa.SmallInteger()))
    op.add_column("runs", sa.Column("works", sa.Boolean()))
    op.execute(OLD_VERDICTS)
    op.create_check_constraint(op.f("ck_runs_evidence_known"), "runs", "evidence IN (1, 2)")
    op.create_check_constraint(
        op.f("ck_runs_promises_counts"),
        "runs",
        "promises_count >= 0 AND promises_kept >= 0 AND promises_untried >= 0 AND left_out >= 0"
        " AND promises_kept + promises_untried <= promises_count",
    )
    op.create_check_constraint(
        op.f("ck_runs_proof_strength_percent"), "runs", "proof_strength BETWEEN 0 AND 100"
    )
    op.execute("ANALYZE runs")
