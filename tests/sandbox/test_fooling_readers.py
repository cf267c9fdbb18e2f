"""Settings and comments in a project switch off no gate that reads it."""

import pytest

from tests.sandbox.conftest import Check
from tests.sandbox.projects import HELLO, hello
from toggle_core.words import Outcome

MISTAKE = "def total():\n    return unknown_name\n"
RISK = "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)\n"
MISMATCH = "def number() -> int:\n    return 'three'\n"

LINT_SETTINGS = {
    "ruff.toml": "[lint]\nselect = []\nignore = ['F', 'E', 'ALL']\nexclude = ['*.py']\n",
    ".ruff.toml": "exclude = ['*']\n",
    "pyproject.toml": "[tool.ruff]\nexclude = ['*.py']\n[tool.ruff.lint]\nignore = ['F821']\n",
    "setup.cfg": "[flake8]\nignore = F821\nexclude = *.py\n",
    ".gitignore": "*.py\n",
}
LINT_COMMENTS = {
    "line.py": "def total():\n    return unknown_name  # noqa\n",
    "coded_line.py": "def total():\n    return unknown_name  # noqa: F821\n",
    "file.py": f"# ruff: noqa\n{MISTAKE}",
    "coded_file.py": f"# ruff: noqa: F821\n{MISTAKE}",
    "flake8_file.py": f"# flake8: noqa\n{MISTAKE}",
    "range.py": f"# ruff: disable[F821]\n{MISTAKE}# ruff: enable[F821]\n",
}
SECURITY_SETTINGS = {
    ".bandit": "[bandit]\nexclude = main.py,risk.py\nskips = B602\ntargets = README.md\n",
    "bandit.yaml": "skips: ['B602']\n",
    "pyproject.toml": "[tool.bandit]\nskips = ['B602']\nexclude_dirs = ['.']\n",
    "tox.ini": "[bandit]\nskips = B602\n",
}
SECURITY_COMMENTS = ("# nosec", "# nosec B602", "# noqa: S602", "#nosec:B602")
TYPES_SETTINGS = {
    "mypy.ini": "[mypy]\nignore_errors = True\nexclude = .*\nplugins = plugin\n",
    ".mypy.ini": "[mypy]\nignore_errors = True\n",
    "pyproject.toml": "[tool.mypy]\nignore_errors = true\n",
    "setup.cfg": "[mypy]\nignore_errors = True\n",
    "plugin.py": "raise SystemExit(0)\n",
}
TYPES_COMMENTS = {
    "settings.py": f"# mypy: ignore-errors\n{MISMATCH}",
    "value.py": f"# mypy: ignore-errors=True\n{MISMATCH}",
    "whole.py": f"# type: ignore\n{MISMATCH}",
    "old_line_ends.py": f"x = 1\r# mypy: ignore-errors\r{MISMATCH}",
    "squeezed.py": f"#type:ignore\n{MISMATCH}",
    "later.py": f'"""Text."""\n# type:  ignore\n{MISMATCH}',
    "bare.py": "def number() -> int:\n    return 'three'  # type: ignore\n",
}
FOLDERS = (
    *("build", "dist", "venv", ".venv", "node_modules", "site-packages", ".mypy_cache"),
    *(".tox", ".eggs", "__pycache__", "CVS", "x.egg", "a/deep/folder"),
)
ODD_NAMES = ("-x.py", "--config=evil.py", "a b.py", "[x].py", "'quoted'.py")


def test_settings_of_ruff_change_nothing(check: Check) -> None:
    judged = check("lint", hello(total_py=MISTAKE) | LINT_SETTINGS)
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Lint: 1 error."
    assert judged.detail.startswith("total.py:2: F821")


def test_comments_for_ruff_change_nothing(check: Check) -> None:
    judged = check("lint", HELLO | LINT_COMMENTS)
    assert judged.summary == "Lint: 6 errors."


def test_settings_of_bandit_change_nothing(check: Check) -> None:
    judged = check("security", hello(risk_py=RISK) | SECURITY_SETTINGS)
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Security scan: 1 finding."
    assert judged.detail.startswith("risk.py:3: shell")


def test_comments_for_bandit_change_nothing(check: Check) -> None:
    risks = {
        f"risk{number}.py": f"{RISK.rstrip()}  {comment}\n"
        for number, comment in enumerate(SECURITY_COMMENTS)
    }
    judged = check("security", HELLO | risks)
    assert judged.summary == "Security scan: 4 findings."


def test_settings_of_mypy_change_nothing(check: Check) -> None:
    judged = check("types", hello(number_py=MISMATCH) | TYPES_SETTINGS)
    assert judged.outcome is Outcome.FAILED, judged
    assert judged.detail.startswith("number.py:2: return-value Incompatible return value type")


def test_comments_that_silence_mypy_broadly_change_nothing(check: Check) -> None:
    judged = check("types", HELLO | TYPES_COMMENTS)
    assert judged.outcome is Outcome.FAILED
    assert {line.partition(":")[0] for line in judged.detail.splitlines()} == set(TYPES_COMMENTS)


def test_a_comment_that_names_what_it_silences_on_its_line_is_heard(check: Check) -> None:
    text = "def number() -> int:\n    return 'three'  # type: ignore[return-value]\n"
    assert check("types", hello(number_py=text)).outcome is Outcome.PASSED


def test_no_folder_is_left_unread(check: Check) -> None:
    for gate, text in (("lint", MISTAKE), ("security", RISK), ("types", MISMATCH)):
        hidden = {f"{folder}/hidden{number}.py": text for number, folder in enumerate(FOLDERS)}
        judged = check(gate, HELLO | hidden)
        assert {line.partition(":")[0] for line in judged.detail.splitlines()} == set(hidden)


def test_a_file_is_not_taken_for_an_option(check: Check) -> None:
    for gate, text in (("lint", MISTAKE), ("security", RISK), ("types", MISMATCH)):
        judged = check(gate, HELLO | dict.fromkeys(ODD_NAMES, text))
        assert judged.outcome is Outcome.FAILED
        assert {line.partition(":")[0] for line in judged.detail.splitlines()} == set(ODD_NAMES)


def test_a_module_the_type_checker_passes_over_fails_the_gate_files(check: Check) -> None:
    judged = check("files", HELLO | {"@args.py": MISMATCH})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "@args.py has a sign in its name that no Python file can have."


HIDDEN = "# -*- coding: utf-7 -*-\n# nothing here +AAo-raise SystemExit(0)\n"


@pytest.mark.parametrize("text", [HIDDEN, "# coding: no-such\n", "#\n# vim: fileencoding=cp037\n"])
def test_code_that_hides_in_another_encoding_fails_the_gate_files(check: Check, text: str) -> None:
    judged = check("files", HELLO | {"hidden.py": text})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == ("hidden.py says that it is written in another encoding than UTF-8.")


def test_a_stub_in_place_of_a_part_of_python_fails_the_gate_files(check: Check) -> None:
    """The type checker would believe it and not look at what is used of the real one."""
    judged = check("files", HELLO | {"string.pyi": "from typing import Any\n\ndigits: Any\n"})
    assert judged.outcome is Outcome.FAILED
    assert (
        judged.summary == "string.pyi takes the place of a part of Python; it needs another name."
    )


def test_a_stub_beside_a_module_does_not_stand_in_for_it(check: Check) -> None:
    stub = "from typing import Any\n\n\ndef number() -> Any: ...\n"
    judged = check("types", HELLO | {"number.py": MISMATCH, "number.pyi": stub})
    assert judged.outcome is Outcome.FAILED, judged


def test_two_modules_of_one_name_fail_where_they_cannot_be_told_apart(check: Check) -> None:
    judged = check("types", HELLO | {"a-b/same.py": "x = 1\n", "c-d/same.py": "x = 2\n"})
    assert judged.outcome is Outcome.FAILED, judged
    assert "Duplicate module" in judged.detail
