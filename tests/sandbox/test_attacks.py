"""Every attack is stopped, as root and as an ordinary user, and the application is unharmed."""

import json
import secrets
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.attack import ENDED_BY, NAMES, run_attack, run_program, why_not_stopped
from tests.sandbox.bait import application
from tests.sandbox.world import ROOT, command_as, users
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.bubblewrap import Bubblewrap
from toggle_core.gates.sandbox.landlock import Landlock, landlock_version
from toggle_core.gates.sandbox.syscalls import this_machine

_LANDLOCK = ("landlock",) if landlock_version() >= Landlock.least_version else ()
MODES = [(user, backend) for user in users() for backend in ("bubblewrap", *_LANDLOCK)]


@cache
def reports(user: str, backend: str) -> dict[str, Any]:
    """Attack a sandbox with everything, once, from a process that runs as a user."""
    attack = [sys.executable, "-m", "tests.sandbox.attack", backend]
    # Root uses bubblewrap as it finds the machine: below root-only folders, too.
    command = command_as(user, attack, shown=backend == "landlock")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reports"], f"no sandbox for {user}: {told['detail']}"
    return {report["name"]: report for report in told["reports"]}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("user", "backend"), MODES)
def test_an_attack_is_stopped(user: str, backend: str, name: str) -> None:
    report = reports(user, backend)[name]
    assert report["problem"] is None, report
    assert report["refusals"] > 0 or name in ENDED_BY


def test_an_attack_that_succeeds_is_seen(sandbox: Backend) -> None:
    program = "from told import reached\nreached('everything')\n"
    with application() as bait:
        report = run_attack(sandbox, bait, "success", program)
    assert report.problem == "REACHED everything"


def test_a_secret_that_comes_out_is_seen(sandbox: Backend) -> None:
    with application() as bait:
        program = f"import told\nprint({bait.secret!r})\ntold.refused('not really')\n"
        report = run_attack(sandbox, bait, "leak", program)
    assert report.problem == "the secret came out"


def test_a_program_that_does_not_run_is_no_stopped_attack(sandbox: Backend) -> None:
    with application() as bait:
        report = run_attack(sandbox, bait, "broken", "print('refused')\nthis is no Python\n")
    assert report.problem is not None
    assert "did not run" in report.problem


def test_an_attack_that_just_ends_is_no_stopped_attack(sandbox: Backend) -> None:
    with application() as bait:
        report = run_attack(sandbox, bait, "silent", "import told\n")
    assert report.problem == "it was not refused, and ended by exited"


def test_a_sandbox_that_does_not_start_stops_no_attack() -> None:
    machine = this_machine()
    assert machine is not None
    nonce = secrets.token_hex()
    with application() as bait:
        done = run_program(Bubblewrap("/bin/false", machine), bait, "print('x')", nonce)
        problem = why_not_stopped(done, bait, nonce, frozenset())
    assert problem is not None
    assert problem.startswith("the sandbox did not start")


def test_harm_to_the_application_is_seen() -> None:
    with application() as bait:
        assert bait.harm("nonce") is None
        bait.file.with_name("planted").write_text("x")
        assert bait.harm("nonce") == "the data folder was changed"


def test_a_process_left_over_is_seen() -> None:
    nonce = secrets.token_hex()
    command = [sys.executable, "-c", "print(); input()", nonce]
    with (
        application() as bait,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
    ):
        try:
            assert process.stdout is not None
            process.stdout.readline()
            assert bait.harm(nonce) == f"process {process.pid} was left over"
        finally:
            process.kill()


def test_attacks_are_programs_python_can_read() -> None:
    for name in NAMES:
        compile((Path(__file__).parent / "attacks" / f"{name}.py").read_bytes(), name, "exec")
