"""The command line, without a database."""

import subprocess
import sys

import pytest

from tests.app_process import ROOT
from tests.command_line import run_command
from toggle_core import __version__

COMMANDS = {
    "up",
    "api",
    "apps",
    "worker",
    "migrate",
    "export",
    "keys",
    "prune",
    "backup",
    "restore",
}


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(None, "--help") == 0
    _, commands = capsys.readouterr().out.split("Commands:")
    assert {line.split()[0] for line in commands.splitlines() if line.strip()} == COMMANDS


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(None, "--version") == 0
    assert capsys.readouterr().out == f"production-toggle {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["fly"], ["migrate", "--fast"], ["worker", "--threads", "0"]]
)
def test_invalid_usage_exits_with_2_and_names_the_argument(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(None, *arguments) == 2
    assert arguments[-1 if len(arguments) < 3 else 1] in capsys.readouterr().err


def test_importing_the_command_line_loads_no_heavy_package() -> None:
    heavy = {"fastapi", "langchain_core", "langgraph", "rich", "sqlalchemy", "streamlit"}
    code = f"import sys, toggle_core.cli; print(*({heavy} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
