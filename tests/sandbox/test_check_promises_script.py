"""The program of the download that tries a project's promises, with Python alone."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.promise_programs import DIARY, FORGETFUL, NOTES
from toggle_core.gates.promises.standalone import standalone_script

ADDED: list[dict[str, Any]] = [
    {"run": ["add", "${a}"], "expect": {"exit": 0}},
    {"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}},
]
LOGS_IN: list[dict[str, Any]] = [
    {"submit": {"page": "/login", "button": "Log in", "fields": {"Name": "${a}"}}},
    {"restart": True},
    {"get": "/", "expect": {"status": 200, "text": {"contains": "Diary of ${a}"}}},
]


def run_script(
    folder: Path, program: str, promises: Mapping[str, Sequence[Mapping[str, Any]]]
) -> "subprocess.CompletedProcess[str]":
    """Write a project with its promises, and run the script in it."""
    listed = [
        {"id": name, "sentence": f"It {name}.", "vars": {"a": "word"}, "steps": steps}
        for name, steps in promises.items()
    ]
    (folder / "main.py").write_text(program)
    (folder / "promises.json").write_text(json.dumps({"version": 1, "promises": listed}))
    (folder / "check_promises.py").write_text(standalone_script())
    command = [sys.executable, "-I", "-S", "check_promises.py"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )


@pytest.mark.parametrize(("program", "steps"), [(NOTES, ADDED), (DIARY, LOGS_IN)])
def test_script_ends_well_on_a_good_project(
    tmp_path: Path, program: str, steps: list[dict[str, Any]]
) -> None:
    done = run_script(tmp_path, program, {"works": steps, "shines": [{"open": "/"}]})
    assert done.stdout.splitlines() == [
        "kept    It works.",
        "untried It shines.",
        "        It needs a browser.",
        "",
        "1 kept, 0 broken, 1 untried",
    ]
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "notes.json").exists(), "the project itself is left as it is"


def test_script_shows_what_is_broken(tmp_path: Path) -> None:
    done = run_script(tmp_path, FORGETFUL, {"works": ADDED})
    assert done.returncode == 1
    assert "broken  It works." in done.stdout
    assert "- run: list" in done.stdout
    assert "came back: exit 0" in done.stdout
    assert done.stdout.endswith("0 kept, 1 broken, 0 untried\n")


def test_script_says_that_promises_cannot_be_read(tmp_path: Path) -> None:
    done = run_script(tmp_path, NOTES, {})
    assert done.returncode == 0
    (tmp_path / "promises.json").write_text("{")
    command = [sys.executable, "check_promises.py"]
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "cannot be read" in again.stderr


def test_script_is_one_readable_file_without_repeated_names() -> None:
    script = standalone_script()
    names = [line.split()[1].split("(")[0].rstrip(":") for line in script.splitlines()
             if line.startswith(("def ", "class "))]  # fmt: skip
    assert sorted(set(names)) == sorted(names)
    assert "\nfrom ." not in script
    assert "toggle" not in script.lower()
    assert max(map(len, script.splitlines())) <= 140
