"""Create run_pictures: pages of made programs, as a browser showed them during the checks."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "run_pictures",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "digest",
            sa.LargeBinary(),
            sa.Computed("sha256(content)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "char_length(promise) <= 200", name=op.f("ck_run_pictures_promise_length")
        ),
        sa.CheckConstraint("char_length(path) <= 500", name=op.f("ck_run_pictures_path_length")),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_run_pictures_attempt")),
        sa.CheckConstraint("place BETWEEN 1 AND 16", name=op.f("ck_run_pictures_place_known")),
        sa.CheckConstraint("width IN (1280, 390)", name=op.f("ck_run_pictures_width_known")),
        sa.CheckConstraint("height BETWEEN 1 AND 2000", name=op.f("ck_run_pictures_height_known")),
        sa.CheckConstraint(
            "octet_length(content) BETWEEN 1 AND 409600",
            name=op.f("ck_run_pictures_content_length"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_pictures_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "attempt", "place", name=op.f("pk_run_pictures")),
        sa.UniqueConstraint(
            "run_id",
            "attempt",
            "promise",
            "width",
            name=op.f("uq_run_pictures_run_id_attempt_promise_width"),
        ),
    )
    # It is compressed already.
    op.execute("ALTER TABLE run_pictures ALTER COLUMN content SET STORAGE EXTERNAL")
