"""A column of a run is declared once: everything else follows."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from toggle_core.store.migrate import alembic_config

ROOT = Path(__file__).parents[2]
MEANING = "colour that the run is painted in"

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


def insert_after(path: Path, line: str, text: str) -> None:
    """Insert text behind the first line that begins so."""
    before = path.read_text()
    after = re.sub(rf"^{line}.*\n", rf"\g<0>{text}", before, count=1, flags=re.MULTILINE)
    assert after != before
    path.write_text(after)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with a migration, a table column, a declaration and a row in the README."""
    for name in ("toggle_core", "pages"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests", "pyproject.toml", ".streamlit"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "README.md", tmp_path)
    store = tmp_path / "toggle_core" / "store"
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    (store / "migrations" / "versions" / "9999_colour.py").write_text(MIGRATION.format(head=head))
    insert_after(store / "tables.py", "    error: Mapped", "    colour: Mapped[str | None]\n")
    model = tmp_path / "toggle_core" / "runs" / "model.py"
    insert_after(model, "    error: Annotated", DECLARATION)
    return tmp_path


def run_in(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python process that imports the copy."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )


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
