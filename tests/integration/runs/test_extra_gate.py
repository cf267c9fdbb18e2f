"""A gate is declared once, beside its check: everything else follows."""

import json
import re
from pathlib import Path

import pytest

from tests.integration.project_copy import copy_project, insert_after, run_in

MEANING = "The program is polite."

CHECK = """
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.words import Outcome


def check(context: Context) -> Judgement:
    return Judgement(Outcome.PASSED, f"{len(context.python_files)} polite files.")
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with one more gate."""
    copy = copy_project(tmp_path)
    declaration = f'    Gate("manners", "{MEANING}", "files", 0.1),\n'
    insert_after(copy / "toggle_core" / "words.py", r"    Gate\(\"promises\"", declaration)
    (copy / "toggle_core" / "gates" / "checks" / "manners.py").write_text(CHECK)
    return copy


def test_extra_gate_runs_and_appears_in_every_place(copy: Path, empty_database_url: str) -> None:
    script = str(copy / "tests" / "integration" / "extra_gate.py")
    done = run_in(copy, script, empty_database_url)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert shown["stored"] == ["passed"]
    for result in (shown["api"], shown["webhook"]):
        assert (result["gate"], result["meaning"]) == ("manners", MEANING)
        assert (result["outcome"], result["summary"]) == ("passed", "2 polite files.")
    assert MEANING.rstrip(".") in shown["checks"]
    assert "2 of 10 checks passed" in shown["checks"]
    assert MEANING.rstrip(".") in shown["settings"]


CHECK_DOCUMENTS = """
from tests.unit.gates.test_gate_documents import *
test_every_gate_is_in_the_table_of_the_sandbox()
test_readme_counts_the_gates()
"""


def test_extra_gate_has_to_be_documented(copy: Path) -> None:
    assert "AssertionError" in run_in(copy, "-c", CHECK_DOCUMENTS).stderr
    row = "| `manners` | our own rules | the program is polite |\n"
    insert_after(copy / "docs" / "sandbox.md", r"\| `promises` \|", row)
    readme = copy / "README.md"
    readme.write_text(re.sub(r"\bnine (passed )?gates", r"ten \1gates", readme.read_text()))
    assert run_in(copy, "-c", CHECK_DOCUMENTS).returncode == 0
