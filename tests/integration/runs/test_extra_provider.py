"""A provider of chat models is declared once: its key, its masking and its steps follow."""

import json
from pathlib import Path

import pytest

from tests.integration.project_copy import copy_project, insert_after, run_in

TITLE = "Zephyr"
VARIABLE = "ZEPHYR_TOKEN"
KEY = "west wind 3141592653"

DECLARATION = f"""
[[providers]]
key = "zephyr"
title = "{TITLE}"
prefix = "zephyr"
model = "breeze-1"
package = "zephyr"
key_variable = "{VARIABLE}"
key_example = "your-key"
before = ["Open https://zephyr.example and create a key."]
"""
PACKAGE = 'zephyr = { module = "langchain_zephyr", requirement = "langchain-zephyr>=1,<2" }\n'


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project with one more provider."""
    copy = copy_project(tmp_path)
    declared = copy / "toggle_core" / "providers.toml"
    insert_after(declared, r"\[packages\]", PACKAGE)
    declared.write_text(declared.read_text() + DECLARATION)
    return copy


def test_extra_provider_is_set_up_called_and_masked(
    copy: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "DATABASE_URL": empty_database_url,
        "TOGGLE_BUILDER": "tests.builders:Quick",
        "TOGGLE_MODEL": "zephyr:breeze-1",
        "TOGGLE_WORKER_THREADS": "0",
        "TOGGLE_API_PORT": "0",
        VARIABLE: KEY,
    }.items():
        monkeypatch.setenv(name, value)
    script = str(copy / "tests" / "integration" / "extra_provider.py")
    done = run_in(copy, script, TITLE, KEY)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout.splitlines()[-1])
    assert (shown["provider"], shown["called with"]) == (TITLE, KEY)
    assert not shown["printed"]
    assert shown["logged"] == "refused: [key]"
    assert shown["masked in answers"]
    for words in (f"{VARIABLE}=your-key", "langchain-zephyr>=1,<2", "TOGGLE_MODEL=zephyr:breeze-1"):
        assert words in shown["steps"]
    assert KEY not in shown["steps"]


CHECK_README = """
from tests.unit import test_readme
test_readme.README = open("README.md").read()
test_readme.test_every_setting_is_in_the_configuration_table()
"""


def test_extra_key_has_to_be_documented(copy: Path) -> None:
    assert "AssertionError" in run_in(copy, "-c", CHECK_README).stderr
    row = f"| `{VARIABLE}` | empty | key for `zephyr:` models |\n"
    insert_after(copy / "README.md", r"\| `GOOGLE_API_KEY` \|", row)
    assert run_in(copy, "-c", CHECK_README).returncode == 0
