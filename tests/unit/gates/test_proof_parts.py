"""Neutral changes, the score, and the tests that depend on chance."""

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from toggle_core.gates.harness.proof.mutations import find_functions
from toggle_core.gates.harness.proof.neutral import draw_neutral
from toggle_core.gates.harness.proof.noticing import Noticing
from toggle_core.gates.harness.proof.random_values import find_unseeded
from toggle_core.gates.harness.proof.runner import Ran
from toggle_core.gates.harness.proof.score import Fate, judge
from toggle_core.gates.harness.proof.sides import read_sides

PROGRAM = """\
def total(prices, tax):
    summed = 0
    for price in prices:
        summed = summed + price
    if tax > 1:
        summed += tax
    return summed


def shown(price):
    text = f"{price:.2f}"
    return text if price > 0 else ""
"""


def load(source: str) -> dict[str, Any]:
    """Run a program and return its names."""
    names: dict[str, Any] = {}
    exec(compile(source, "main.py", "exec"), names)  # noqa: S102  our own text
    return names


def test_neutral_changes_differ_in_text_and_do_the_same() -> None:
    covered = {"main.py": set(range(1, 20))}
    changes = draw_neutral(find_functions({"main.py": PROGRAM}), covered, 10)
    assert {change.operator for change in changes} == {
        "renamed_local",
        "result_by_local",
        "no_operation",
    }
    before = load(PROGRAM)
    for change in changes:
        after = load(change.text)
        assert change.text != PROGRAM
        assert after["total"]([3, 4], 2) == before["total"]([3, 4], 2) == 9
        assert after["shown"](3) == before["shown"](3) == "3.00"


def test_neutral_changes_are_made_only_where_tests_run() -> None:
    changes = draw_neutral(find_functions({"main.py": PROGRAM}), {"main.py": {12}}, 10)
    assert {change.line for change in changes} == {12}


def test_functions_that_read_their_names_are_left_alone() -> None:
    source = "def f(a):\n    b = a > 1\n    return '{b}'.format(**locals())\n"
    assert draw_neutral(find_functions({"m.py": source}), {"m.py": {2, 3}}, 4) == []


def ran(*lines: dict[str, Any], ended: bool = True, late: bool = False) -> Ran:
    """Return what came of a run."""
    return Ran(lines, ended, late, tampered=False, seconds=0.1, idle_seconds=0.0)


FAILED = {"test": "t::a", "outcome": "failed", "noticed": True}
CRASHED = {"test": "t::a", "outcome": "failed", "noticed": False}
PASSED = {"test": "t::b", "outcome": "passed", "noticed": False}


@pytest.mark.parametrize(
    ("found", "fate"),
    [
        (ran(PASSED, FAILED), Fate.NOTICED),
        (ran(CRASHED, FAILED), Fate.NOTICED),
        (ran(PASSED), Fate.SURVIVED),
        (ran(PASSED, CRASHED), Fate.UNJUDGED),
        (ran({"uncollected": "t"}), Fate.UNJUDGED),
        (ran(PASSED, late=True, ended=False), Fate.UNJUDGED),
        (ran(PASSED, ended=False), Fate.UNJUDGED),
        (ran({**FAILED, "test": "t::flaky"}), Fate.SURVIVED),
    ],
)
def test_only_what_a_steady_test_noticed_counts(found: Ran, fate: Fate) -> None:
    assert judge(found, {"t::a", "t::b"}) is fate


TEST_FILE = """\
import pytest
from main import crash

def check():
    assert crash is None

def direct():
    crash()

def expecting():
    with pytest.raises(KeyError):
        crash()

def rescuing():
    try:
        crash()
    except Exception as error:
        assert not error, "it crashed"

def comparing():
    try:
        crash()
    except ValueError as error:
        assert str(error) == "a message"
"""


@pytest.mark.parametrize(
    ("call", "noticed"),
    [
        ("check", True),
        ("direct", False),
        ("expecting", True),
        ("rescuing", False),
        ("comparing", True),
    ],
)
def test_a_crash_is_noticed_only_where_an_error_is_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, *, noticed: bool
) -> None:
    main, tests = tmp_path / "main.py", tmp_path / "test_main.py"
    main.write_text("def crash():\n    raise ValueError\n", encoding="utf-8")
    tests.write_text(TEST_FILE, encoding="utf-8")
    module = types.ModuleType("main")
    exec(compile(main.read_text(encoding="utf-8"), str(main), "exec"), vars(module))  # noqa: S102  ours
    monkeypatch.setitem(sys.modules, "main", module)
    names: dict[str, Any] = {}
    exec(compile(TEST_FILE, str(tests), "exec"), names)  # noqa: S102  our own text
    with pytest.raises((ValueError, AssertionError)) as error:
        names[call]()
    judged = Noticing(str(tmp_path), {"test_main.py"}).noticed(error.value, error.tb)
    assert judged is noticed


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("    n = random.randint(1, 9)\n    assert double(n) > 0\n", True),
        ("    assert pick(random.choice('ab'))\n", True),
        ("    random.seed(1)\n    n = random.randint(1, 9)\n    assert double(n) > 0\n", False),
        ("    n = random.Random(3).randint(1, 9)\n    assert double(n) > 0\n", False),
        ("    n = random.randint(1, 9)\n    assert True\n", False),
    ],
)
def test_values_drawn_without_a_seed_are_found(body: str, *, found: bool) -> None:
    text = f"import random\nfrom main import *\n\n\ndef test_it():\n{body}"
    expected = ["test_main.py::test_it"] if found else []
    assert find_unseeded({"test_main.py": text}, ["test_main.py"]) == expected


def test_what_the_program_imports_is_of_the_program_wherever_it_lies() -> None:
    files = {
        "main.py": "from tests.logic import f\nfrom tools import g\n",
        "tests/logic.py": "import pytest\ndef f(a):\n    return a > 1\n",
        "tools.py": "import unittest\n",
        "checks.py": "import pytest\n",
        "tests/test_main.py": "import json\nfrom checks import *\n",
        "conftest.py": "",
    }
    sides = read_sides(files, "main.py")
    assert set(sides.program) == {"main.py", "tests/logic.py", "tools.py"}
    assert set(sides.tests) == {"checks.py", "tests/test_main.py", "conftest.py"}
    assert sides.test_files == ("tests/test_main.py",)
    assert "json" in sides.modules
