"""Let runs be filtered and sorted by what their verdicts rest on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NEWEST: list[sa.ColumnElement[object]] = [
    sa.literal_column("created_at DESC"),
    sa.literal_column("id DESC"),
]


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_runs_strongest",
        "runs",
        [
            sa.literal_column("coalesce(proof_strength, '-1'::smallint) DESC"),
            sa.literal_column("id DESC"),
        ],
    )
    op.create_index(
        "ix_runs_weakest",
        "runs",
        [sa.literal_column("coalesce(proof_strength, '101'::smallint)"), "id"],
    )
    op.create_index(
        "ix_runs_evidence",
        "runs",
        ["evidence", *NEWEST],
        postgresql_where=sa.text("evidence IS NOT NULL"),
    )
    op.create_index("ix_runs_works", "runs", NEWEST, postgresql_where=sa.text("works IS TRUE"))
    # An index over an expression has no statistics before that.
    op.execute("ANALYZE runs")
