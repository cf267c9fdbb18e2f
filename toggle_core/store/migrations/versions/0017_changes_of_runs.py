"""Number the changes of runs by their transactions, and remember deleted runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The number is that of the transaction, not of a sequence: a snapshot can tell below which number
# every transaction has ended, so that a reader who stops there misses none that commits late.
NUMBER_CHANGE = """
    CREATE FUNCTION number_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.changed := pg_current_xact_id()::text::bigint;
        RETURN NEW;
    END $$
"""

NUMBER_CHANGES = """
    CREATE TRIGGER number_change BEFORE INSERT OR UPDATE ON runs
    FOR EACH ROW EXECUTE FUNCTION number_change()
"""

NOTE_DELETIONS = """
    CREATE FUNCTION note_deletions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO deleted_runs (id, changed)
        SELECT id, pg_current_xact_id()::text::bigint FROM gone
            ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, deleted_at = now();
        RETURN NULL;
    END $$
"""

NOTE_DELETED = """
    CREATE TRIGGER note_gone AFTER DELETE ON runs REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION note_deletions()
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "deleted_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column(
            "deleted_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_runs")),
    )
    op.create_index("ix_deleted_runs_changed", "deleted_runs", ["changed", "id"])
    # A constant default rewrites no row: runs that are there already come first in the order.
    op.add_column("runs", sa.Column("changed", sa.BigInteger(), server_default="0", nullable=False))
    op.create_index("ix_runs_changed", "runs", ["changed", "id"])
    for statement in (NUMBER_CHANGE, NUMBER_CHANGES, NOTE_DELETIONS, NOTE_DELETED):
        op.execute(statement)
