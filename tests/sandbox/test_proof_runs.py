"""The trial of a project's tests, in the sandbox: what is noticed, by which tests, at what cost."""

from collections import Counter
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

import pytest

from toggle_core.gates.checks.context import Context
from toggle_core.gates.checks.proof_jobs import join
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings

Trial = Callable[[Mapping[str, str]], dict[str, Any]]

PRICES = """\
def total(prices: list[float], tax: float) -> float:
    if tax < 0:
        raise ValueError("a negative tax")
    return sum(price for price in prices if price > 0) * (1 + tax)


def unused(value: int) -> bool:
    return value > 2
"""
TESTS = """\
import pytest
from prices import total


def test_total():
    assert total([1.0, 2.0, -5.0], 0.5) == 4.5


def test_negative():
    with pytest.raises(ValueError):
        total([], -0.1)
"""


@pytest.fixture(scope="module")
def trial(sandbox: Backend, settings: GateSettings) -> Trial:
    """Runs the harness's program on a project."""
    options = {"entry": "main.py", "seconds": 10, "most": 60, "budget": 12, "repeat_seconds": 0.1}

    def run(files: Mapping[str, str]) -> dict[str, Any]:
        context = Context(files, "main.py", sandbox, settings, Event())
        reports: list[Mapping[str, Any]] = []
        for program in ("proof.trial", "proof.repeats"):
            done = context.run(program, 100, options, ("pytest",))
            assert done.report is not None, f"{done.end} {done.output} {done.errors}"
            reports.append(done.report)
        return join(*reports)

    return run


def fates(report: Mapping[str, Any]) -> Counter[str]:
    """Count what became of the mutations."""
    return Counter(one["fate"] for one in report["tried"])


def test_noticed_survived_and_unreached_are_told_apart(trial: Trial) -> None:
    report = trial({"prices.py": PRICES, "test_prices.py": TESTS})
    found = {(one["before"], one["after"]): one for one in report["tried"]}
    sums = "return sum(price for price in prices if price > 0) * (1 + tax)"
    noticed = found[(sums, sums.replace(" if price > 0", ""))]
    assert (noticed["fate"], noticed["tests"]) == ("noticed", ["test_prices.py::test_total"])
    survived = found[("if tax < 0:", "if tax <= 0:")]
    assert (survived["fate"], survived["path"], survived["line"]) == ("survived", "prices.py", 2)
    assert set(survived["tests"]) == {"test_prices.py::test_total", "test_prices.py::test_negative"}
    assert found[("return value > 2", "return value <= 2")]["fate"] == "unreached"
    assert report["idle_functions"] == ["prices.py:7 unused"]
    assert (report["flaky"], report["neutral_failed"], report["tampered"]) == ([], [], 0)
    assert report["neutral"] > 0
    assert report["runs"] >= 3


def test_the_same_project_gives_the_same_result(trial: Trial) -> None:
    files = {"prices.py": PRICES, "test_prices.py": TESTS}
    first, second = trial(files), trial(files)
    assert first["seed"] == second["seed"]
    assert first["tried"] == second["tried"]


def test_a_program_started_by_its_tests_is_traced(trial: Trial) -> None:
    main = (
        "import sys\n\n\ndef double(n: int) -> int:\n    return n * 2\n\n\n"
        "if __name__ == '__main__':\n    print(double(int(sys.argv[1])))\n"
    )
    tests = (
        "import subprocess, sys\n\n\ndef test_double():\n"
        "    command = [sys.executable, 'main.py', '4']\n"
        "    done = subprocess.run(command, capture_output=True, text=True)\n"
        "    assert done.stdout == '8\\n'\n"
    )
    report = trial({"main.py": main, "test_main.py": tests})
    assert set(fates(report)) == {"noticed"}
    assert report["idle_functions"] == []


def test_lines_that_run_in_a_shared_fixture_belong_to_all_its_tests(trial: Trial) -> None:
    main = "def build(n: int) -> list[int]:\n    return [n + 10, n + 20]\n"
    tests = (
        "import pytest\nfrom main import build\n\n\n"
        "@pytest.fixture(scope='module')\ndef built():\n    return build(1)\n\n\n"
        "def test_length(built):\n    assert built is not None\n\n\n"
        "def test_first(built):\n    assert built[0] == 11\n\n\n"
        "def test_second(built):\n    assert built[1] == 21\n"
    )
    report = trial({"main.py": main, "test_main.py": tests})
    assert fates(report) == {"noticed": 3}
    assert {len(one["tests"]) for one in report["tried"]} == {3}


def test_endless_loops_and_waits_are_ended_and_not_judged(trial: Trial) -> None:
    main = (
        "import threading\n\n\ndef count(n: int) -> int:\n    steps = 0\n    while n > 10:\n"
        "        n -= 10\n        steps += 10\n    return steps\n\n\n"
        "def wait(n: int) -> bool:\n    done = threading.Event()\n    if n > 10:\n"
        "        done.set()\n    return done.wait()\n"
    )
    tests = (
        "from main import count, wait\n\n\ndef test_count():\n    assert count(35) == 30\n\n\n"
        "def test_wait():\n    assert wait(11) is True\n"
    )
    report = trial({"main.py": main, "test_main.py": tests})
    by_change = {(one["before"], one["after"]): one["fate"] for one in report["tried"]}
    assert by_change[("n -= 10", "(deleted)")] == "unjudged"
    assert by_change[("done.set()", "(deleted)")] == "unjudged"
    assert by_change[("while n > 10:", "while n <= 10:")] == "noticed"
    assert report["seconds"] < 60


def test_what_a_change_leaves_behind_is_gone_before_the_next(trial: Trial) -> None:
    main = (
        "import pathlib, tempfile\n\nPLACE = pathlib.Path(tempfile.gettempdir(), 'kept.txt')\n\n\n"
        "def runs() -> int:\n    known = PLACE.read_text() if PLACE.exists() else ''\n"
        "    PLACE.write_text(known + 'x')\n    return len(known)\n"
    )
    tests = "from main import runs\n\n\ndef test_runs():\n    assert runs() == 0\n"
    report = trial({"main.py": main, "test_main.py": tests})
    assert report["flaky"] == []
    assert fates(report)["survived"] > 0
