"""A column of a run is declared once: everything else follows."""

import json
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests.integration.project_copy import copy_project, insert_after, run_in
from toggle_core.store.migrate import alembic_config

MEANING = "Colour that the run is painted in."

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("colour", sa.Text()))
"""

DECLARATION = f"""
    colour: Annotated[
        str | None,
        Column(meaning="{MEANING}", after="works", cell=Cell("Colour", "4.5rem")),
    ]
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with a migration, a table column and a declaration."""
    copy = copy_project(tmp_path)
    store = copy / "toggle_core" / "store"
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    (store / "migrations" / "versions" / "9999_colour.py").write_text(MIGRATION.format(head=head))
    insert_after(store / "tables.py", "    error: Mapped", "    colour: Mapped[str | None]\n")
    model = copy / "toggle_core" / "runs" / "model.py"
    insert_after(model, "    tokens_out: Annotated", DECLARATION)
    return copy


def test_extra_column_appears_in_every_place(copy: Path, empty_database_url: str) -> None:
    script = str(copy / "tests" / "integration" / "extra_column.py")
    done = run_in(copy, script, empty_database_url)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert "Colour" in shown["headings"]
    assert "teal" in shown["cells"]
    assert "4.5rem" in shown["css"]
    assert (shown["listed"], shown["task"], shown["webhook"]) == ("teal", "teal", "teal")
    assert (shown["csv"], shown["parquet"]) == ("teal", "teal")
    assert shown["document"] == MEANING
    assert shown["last"] == "colour"


CHECK_README = """
from tests.unit import test_readme
test_readme.README = open("README.md").read()
test_readme.test_every_column_of_an_export_is_explained()
"""


def test_extra_column_has_to_be_documented(copy: Path) -> None:
    assert "AssertionError" in run_in(copy, "-c", CHECK_README).stderr
    insert_after(copy / "README.md", r"\| `works` \| ", f"| `colour` | {MEANING} |\n")
    assert run_in(copy, "-c", CHECK_README).returncode == 0
