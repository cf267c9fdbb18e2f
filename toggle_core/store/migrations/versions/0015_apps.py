"""Create app_data and app_keys: what made programs store, and the key to open them with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "app_data",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=True),
        sa.Column("files", sa.Integer(), server_default="0", nullable=False),
        sa.Column("too_large", sa.Boolean(), server_default="false", nullable=False),
        _now("saved_at"),
        sa.CheckConstraint("generation >= 0 AND files >= 0", name=op.f("ck_app_data_counts")),
        sa.CheckConstraint(
            "octet_length(archive) <= 16777216", name=op.f("ck_app_data_archive_length")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_app_data_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_app_data")),
    )
    # It is compressed already.
    op.execute("ALTER TABLE app_data ALTER COLUMN archive SET STORAGE EXTERNAL")
    op.create_table(
        "app_keys",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        _now("created_at"),
        sa.CheckConstraint("single", name=op.f("ck_app_keys_single")),
        sa.CheckConstraint("octet_length(key) = 32", name=op.f("ck_app_keys_key_length")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_app_keys")),
    )


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name,
        postgresql.TIMESTAMP(timezone=True),
        server_default=sa.text("now()"),
        nullable=False,
    )
