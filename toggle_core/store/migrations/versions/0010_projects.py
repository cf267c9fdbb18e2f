"""Let each run be a version of a project: a run and those that came of it are v1, v2, v3."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# The one rule for the name of a project: the description on one line, cut at the end of a word.
# No more than its first thousand characters are looked at. In plpgsql, because a function in SQL
# that is not inlined is planned at each call.
PROJECT_NAME = r"""
    CREATE FUNCTION project_name(description text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE
        line text := btrim(regexp_replace(left(regexp_replace(description, '^\s+', ''), 1000),
                                          '\s+', ' ', 'g'));
    BEGIN
        RETURN CASE WHEN char_length(line) <= 60 THEN line
                    ELSE regexp_replace(left(line, 60), '\s+\S*$', '') || '…' END;
    END $$
"""

# One rewrite of the table makes each run its own project; only changes are updated after it.
ONE_PROJECT_EACH = "ALTER TABLE runs ALTER COLUMN project_id TYPE uuid USING id"

NUMBER_VERSIONS = """
    WITH RECURSIVE family AS (
        SELECT id, id AS project_id, created_at FROM runs
         WHERE parent_id IS NULL
           AND EXISTS (SELECT FROM runs AS child WHERE child.parent_id = runs.id)
        UNION ALL
        SELECT child.id, family.project_id, child.created_at
          FROM runs AS child JOIN family ON child.parent_id = family.id
    ), numbered AS (
        SELECT id, project_id,
               row_number() OVER (PARTITION BY project_id
                                      ORDER BY id <> project_id, created_at, id) AS version
          FROM family
    )
    UPDATE runs SET project_id = numbered.project_id, version = numbered.version
      FROM numbered
     WHERE runs.id = numbered.id AND numbered.version > 1
"""

FILL_PROJECTS = """
    INSERT INTO projects (id, name, latest_version, created_at)
    SELECT runs.id, project_name(runs.task), coalesce(newest.version, 1), runs.created_at
      FROM runs
      LEFT JOIN (SELECT project_id, max(version) AS version FROM runs
                  WHERE version > 1 GROUP BY project_id) AS newest ON newest.project_id = runs.id
     WHERE runs.version = 1
"""

# The update of the project makes two changes of the same run wait for each other, so that each gets
# a number of its own. The parent is locked first, as deletion locks runs before projects. A submit
# that repeats an idempotency key inserts nothing, and must not use a number up.
BEGIN_VERSION = """
    CREATE FUNCTION begin_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.idempotency_key IS NOT NULL
           AND EXISTS (SELECT FROM runs WHERE idempotency_key = NEW.idempotency_key) THEN
            NEW.project_id := NEW.id;
            RETURN NEW;
        END IF;
        IF NEW.parent_id IS NOT NULL THEN
            SELECT project_id INTO NEW.project_id FROM runs WHERE id = NEW.parent_id FOR KEY SHARE;
        END IF;
        IF NEW.project_id IS NULL THEN
            INSERT INTO projects (id, name) VALUES (NEW.id, project_name(NEW.task));
            NEW.project_id := NEW.id;
            NEW.version := 1;
        ELSE
            UPDATE projects SET latest_version = latest_version + 1 WHERE id = NEW.project_id
            RETURNING latest_version INTO NEW.version;
        END IF;
        RETURN NEW;
    END $$
"""

BEGIN_VERSIONS = """
    CREATE TRIGGER begin_version BEFORE INSERT ON runs
    FOR EACH ROW WHEN (NEW.project_id IS NULL) EXECUTE FUNCTION begin_version()
"""


def upgrade() -> None:
    """Apply."""
    op.execute(PROJECT_NAME)
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("latest_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("char_length(name) <= 200", name=op.f("ck_projects_name_length")),
        sa.CheckConstraint("latest_version > 0", name=op.f("ck_projects_latest_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.add_column("runs", sa.Column("project_id", sa.Uuid()))
    op.add_column("runs", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.execute("ALTER TABLE runs DISABLE TRIGGER note_updated")
    op.execute(ONE_PROJECT_EACH)
    op.execute(NUMBER_VERSIONS)
    op.execute(FILL_PROJECTS)
    op.execute("ALTER TABLE runs ENABLE TRIGGER note_updated")
    op.alter_column("runs", "project_id", nullable=False)
    op.create_check_constraint(op.f("ck_runs_version"), "runs", "version > 0")
    op.create_unique_constraint(
        op.f("uq_runs_project_id_version"), "runs", ["project_id", "version"]
    )
    op.create_foreign_key(op.f("fk_runs_project_id"), "runs", "projects", ["project_id"], ["id"])
    op.execute(BEGIN_VERSION)
    op.execute(BEGIN_VERSIONS)
    op.execute("ANALYZE runs")
    op.execute("ANALYZE projects")
