"""Every project of the library compiles and is sound; with hostile values, too, it passes its own
tests and starts. With usual ones it passes all gates: tests/sandbox/test_blueprints.py."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.app_process import free_port
from tests.unit.blueprints.rendered import Case, hostile_cases, usual_cases

DEADLINE = 120
PARALLEL = 4


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [*usual_cases(), *hostile_cases()]


@pytest.fixture(scope="module")
def hostile(cases: list[Case]) -> list[Case]:
    """The projects with values that are meant to do harm."""
    return [case for case in cases if case.label.endswith("-hostile")]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, cases: list[Case]) -> Path:
    """Every project, each in a folder named by its label."""
    folder = tmp_path_factory.mktemp("projects")
    for case in cases:
        case.write(folder)
    return folder


def clean_environment(**more: str) -> dict[str, str]:
    """What a program needs of the environment, and nothing of ours."""
    return {"PATH": os.defpath, "HOME": "/nonexistent", "LANG": "C.UTF-8", **more}


def in_parallel(work: Callable[[Case], str], cases: list[Case]) -> list[str]:
    """Do the same with every project and list what went wrong."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        return [
            f"{case.label}: {fault}"
            for case, fault in zip(cases, pool.map(work, cases), strict=True)
            if fault
        ]


def tool(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    assert found, f"{name} is not installed"
    return found


@pytest.fixture
def memory_folder() -> Iterator[str]:
    """A folder for the databases of tests that waits for no disk, where there is one."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield folder


def test_every_file_of_python_compiles(cases: list[Case]) -> None:
    for case in cases:
        for name, text in case.project.files.items():
            if name.endswith(".py"):
                compile(text, f"{case.label}/{name}", "exec")


def test_ruff_finds_nothing_and_would_format_nothing(root: Path, cases: list[Case]) -> None:
    sources = json.dumps([case.label for case in cases])
    common = ["--isolated", "--no-cache", "--line-length", "100", "--config", f"src = {sources}"]
    rules = ["--select", "E,F,W,B,I,UP", "--target-version", "py311", "--ignore-noqa"]
    for command in (["check", "--output-format", "concise", *rules], ["format", "--check"]):
        done = subprocess.run(
            [tool("ruff"), *command, *common, "."],
            cwd=root,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_bandit_finds_nothing_of_weight_in_a_hostile_project(
    root: Path, hostile: list[Case]
) -> None:
    folders = [case.label for case in hostile]
    done = subprocess.run(
        [tool("bandit"), "-q", "-r", "-ll", "--ignore-nosec", "-f", "json", *folders],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    assert report["results"] == []
    assert report["errors"] == []
    assert len(report["metrics"]) > 50


def test_every_hostile_project_passes_its_own_tests(
    root: Path, hostile: list[Case], memory_folder: str
) -> None:
    program = str(Path(__file__).with_name("many_pytests.py"))
    done = subprocess.run(
        [sys.executable, "-E", "-s", program, *(str(root / case.label) for case in hostile)],
        env=clean_environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", TMPDIR=memory_folder),
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
        text=True,
        timeout=800,
    )
    results = json.loads(done.stdout)
    assert set(results) == {case.label for case in hostile}
    failed = {
        label: output[-1500:]
        for label, (code, output) in results.items()
        if code != 0 or " passed" not in output
    }
    assert failed == {}


def test_every_hostile_program_starts_says_something_and_ends(
    root: Path, hostile: list[Case]
) -> None:
    def start(case: Case) -> str:
        done = subprocess.run(
            [sys.executable, "-E", "-s", "-W", "error", case.project.entry],
            cwd=root / case.label,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            check=False,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        return "" if done.returncode == 0 and done.stdout.strip() else done.stdout + done.stderr

    assert in_parallel(start, [case for case in hostile if not case.is_server]) == []


def test_every_hostile_server_answers_on_the_port_it_is_given(
    root: Path, hostile: list[Case]
) -> None:
    def serve(case: Case) -> str:
        port = free_port()
        program = subprocess.Popen(
            [sys.executable, "-E", "-s", "-W", "error", case.project.entry],
            cwd=root / case.label,
            env=clean_environment(PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            answer = first_answer(port, program)
        finally:
            program.terminate()
            output, _ = program.communicate(timeout=DEADLINE)
        return "" if answer.strip() and str(port) in output else f"{answer!r}, {output}"

    assert in_parallel(serve, [case for case in hostile if case.is_server]) == []


def test_a_program_without_any_standard_input_does_not_wait_for_it(
    root: Path, cases: list[Case]
) -> None:
    """A closed descriptor is not the same as an empty file: ``sys.stdin`` is None then."""

    def start(case: Case) -> str:
        command = f'exec "{sys.executable}" -E -s "{case.project.entry}" <&-'
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=root / case.label,
            env=clean_environment(),
            check=False,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        )
        return "" if done.returncode == 0 and done.stdout.strip() else done.stdout + done.stderr

    usual = [case for case in cases if not case.is_server and "hostile" not in case.label]
    assert in_parallel(start, usual) == []


def first_answer(port: int, program: "subprocess.Popen[str]") -> str:
    """Ask for the front page until it comes, the program ends, or the deadline passes."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end and program.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=DEADLINE) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            time.sleep(0.02)
    return ""
