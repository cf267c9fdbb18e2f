"""The fallback without namespaces: what it can check it checks, the rest it says it cannot."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.projects import HELLO, SERVER
from tests.sandbox.world import ROOT, command_as, users
from toggle_core.gates.sandbox.landlock import Landlock, landlock_version

pytestmark = pytest.mark.skipif(
    landlock_version() < Landlock.least_version, reason="this kernel cannot confine by Landlock"
)

PRELUDE = """
import json, os, sys
from toggle_core.gates.model import to_json
from toggle_core.gates.run import run_gates
from toggle_core.gates.sandbox.state import SandboxOptions, find_sandbox
from toggle_core.gates.settings import GateSettings
OPTIONS = SandboxOptions(backends=("landlock",))
told = json.loads(sys.stdin.read())
"""
PROVE = (
    PRELUDE
    + """
settings = GateSettings(sandbox=OPTIONS, start_seconds=3)
print(to_json(run_gates(told, "main.py", settings=settings)))
"""
)


def run_as(user: str, code: str, told: object, folder: Path) -> Any:
    """Run code in a process of its own, with a folder of its own for temporary files."""
    done = subprocess.run(
        command_as(user, [sys.executable, "-c", code], shown=True),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder everybody may use; above pytest's own no other user may look."""
    with tempfile.TemporaryDirectory(prefix="fallback-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def not_passed(results: list[dict[str, Any]]) -> set[str]:
    return {result["gate"] for result in results if result["outcome"] != "passed"}


@pytest.mark.parametrize("user", users())
def test_a_program_passes_every_gate(user: str, folder: Path) -> None:
    results = run_as(user, PROVE, HELLO, folder)
    assert not_passed(results) == {"promises"}
    assert list(folder.glob("production-toggle-check-*")) == []


def test_a_server_is_not_supported(folder: Path) -> None:
    results = run_as("ordinary user", PROVE, SERVER, folder)
    assert not_passed(results) == {"tests", "proof", "start", "promises"}
    started = next(result for result in results if result["gate"] == "start")
    assert started["summary"] == "Not supported in this sandbox."


def test_a_fault_that_has_nothing_to_do_with_the_sandbox_still_fails(folder: Path) -> None:
    faulty = HELLO | {"test_main.py": "def test_sum() -> None:\n    assert 1 + 1 == 3\n"}
    results = run_as("ordinary user", PROVE, faulty, folder)
    assert {result["gate"]: result["outcome"] for result in results}["tests"] == "failed"


def test_folders_of_a_killed_application_are_removed_at_the_next_start(folder: Path) -> None:
    code = PRELUDE + "find_sandbox(OPTIONS)\nprint(json.dumps(os.listdir(os.environ['TMPDIR'])))\n"
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    abandoned = folder / f"production-toggle-check-{gone}-x"
    running = folder / f"production-toggle-check-{os.getpid()}-x"
    for path in (abandoned, running):
        (path / "work").mkdir(parents=True)
    left = run_as(users()[0], code, None, folder)
    assert left == [running.name]
