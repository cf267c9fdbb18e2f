"""A report of tests is judged by what was found in the code, and by the decoys."""

from typing import Any

import pytest

from toggle_core.gates.checks.tests import judge
from toggle_core.gates.harness.survey import count_checks, find_meddling, find_tests
from toggle_core.words import Outcome

FILES = {"test_a.py": "def test_one():\n    assert 1\n"}


def line(test: str, outcome: str = "passed", text: str = "") -> dict[str, Any]:
    return {"test": test, "phase": "call", "outcome": outcome, "text": text}


def report(*lines: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Return a report of one good test, with lines added and parts changed."""
    decoys = [line("test_x.py::good"), line("test_x.py::bad", "failed", "decoy")]
    good = {
        "found": {"test_a.py": ["test_one"]},
        "meddling": [],
        "checks": 1,
        "decoys": {"test_x.py::good": "passed", "test_x.py::bad": "failed"},
        "lines": [line("test_a.py::test_one"), *lines, *decoys, {"finished": 1}],
        "forged": 0,
        "exit_code": 1,
    }
    return good | changed


def verdict_on(told: dict[str, Any]) -> tuple[Outcome, str]:
    judged = judge(FILES, told, "output")
    return judged.outcome, judged.summary


def test_a_good_report_passes() -> None:
    assert verdict_on(report()) == (Outcome.PASSED, "1 test ran and passed.")


def test_decoys_are_no_tests_of_the_project() -> None:
    assert "test_x.py" not in judge(FILES, report(), "").detail


def test_skipped_tests_are_told() -> None:
    told = report(line("test_a.py::test_two", "skipped"))
    assert verdict_on(told) == (Outcome.PASSED, "1 test ran and passed, 1 test left out.")


def test_parametrised_tests_and_methods_count_as_written() -> None:
    lines = [line("test_a.py::TestIt::test_one[3-x]"), line("test_a.py::test_one[::]")]
    assert verdict_on(report(*lines)) == (Outcome.PASSED, "3 tests ran and passed.")


def test_a_test_that_is_not_in_the_code_is_not_counted() -> None:
    told = report(line("test_a.py::test_invented"), line("elsewhere.py::test_one"))
    assert verdict_on(told) == (Outcome.PASSED, "1 test ran and passed.")


def test_one_failing_phase_fails_a_test_that_passed() -> None:
    told = report(line("test_a.py::test_one", "failed", "teardown broke"))
    assert verdict_on(told) == (Outcome.FAILED, "1 of 1 test failed.")


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no tests": ({"found": {"test_a.py": []}}, "The project has no tests."),
    "hooks": ({"meddling": ["conftest.py: pytest_runtestloop"]}, "changes how its tests are run"),
    "wrong code": ({"exit_code": 0}, "cut off"),
    "no code": ({"exit_code": -9}, "cut off"),
    "forged": ({"forged": 1}, "cut off"),
    "no checks": ({"checks": 0}, "check nothing"),
    "unseen file": (
        {"found": {"test_a.py": ["test_one"], "test_b.py": ["test_two"]}},
        "keeps some of its tests from running",
    ),
    "decoy missing": (
        {"decoys": {"test_x.py::bad": "failed", "test_x.py::other": "failed"}},
        "cut off",
    ),
    "decoy forged": ({"decoys": {"test_x.py::good": "failed"}}, "changes how its tests are run"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_report_that_cannot_be_believed_fails(name: str) -> None:
    changed, words = BAD[name]
    outcome, summary = verdict_on(report(**changed))
    assert outcome is Outcome.FAILED
    assert words in summary


LINES: dict[str, tuple[dict[str, Any], str]] = {
    "deselected": ({"deselected": ["test_a.py::test_two"]}, "keeps some of its tests"),
    "registered hooks": ({"meddling": ["pytest_pyfunc_call"]}, "changes how its tests are run"),
    "a second end": ({"finished": 0}, "cut off"),
    "not loaded": (
        {"uncollected": "test_b.py", "text": "boom"},
        "1 file of tests cannot be loaded",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_speaks_against_it_fails(name: str) -> None:
    added, words = LINES[name]
    outcome, summary = verdict_on(report(added))
    assert outcome is Outcome.FAILED
    assert words in summary


def test_a_report_without_its_end_fails() -> None:
    told = report()
    told["lines"] = told["lines"][:-1]
    assert verdict_on(told) == (Outcome.FAILED, "The tests were cut off before all had run.")


def test_only_left_out_tests_are_not_enough() -> None:
    told = report()
    told["lines"][0] = line("test_a.py::test_one", "skipped")
    assert verdict_on(told) == (Outcome.FAILED, "Not one test ran and passed.")


def test_tests_are_found_by_reading() -> None:
    files = {
        "tests/test_a.py": (
            "import pytest\n\n@pytest.fixture\ndef test_client(): ...\n"
            "def test_one(): ...\nasync def test_two(): ...\n"
            "def helper():\n    def test_no(): ...\n"
            "class TestIt:\n    def test_three(self): ...\n    class TestIn:\n"
            "        def test_four(self): ...\n"
        ),
        "a_test.py": "x = 1\n",
        "test_broken.py": "def (:\n",
        "main.py": "def test_no(): ...\n",
        "test_data.json": "{}",
    }
    assert find_tests(files) == {
        "a_test.py": [],
        "test_broken.py": [],
        "tests/test_a.py": [
            "test_one",
            "test_two",
            "TestIt::test_three",
            "TestIt::TestIn::test_four",
        ],
    }


def test_code_nested_too_deep_to_read_holds_no_tests() -> None:
    assert find_tests({"test_a.py": "(" * 5000 + ")" * 5000}) == {"test_a.py": []}


@pytest.mark.parametrize(
    "text",
    [
        "def pytest_runtest_makereport(item): ...\n",
        "class P:\n    def pytest_pyfunc_call(self): ...\n",
        "if True:\n    async def pytest_runtestloop(): ...\n",
        "import _pytest.runner\n",
        "from _pytest import python\n",
        "import os, pluggy\n",
        "from harness.survey import find_tests\n",
    ],
)
def test_reaching_into_the_run_is_found(text: str) -> None:
    assert len(find_meddling({"a/conftest.py": text, "b.py": "x = 1\n"})) == 1


def test_ordinary_hooks_are_no_meddling() -> None:
    text = "import pytest\n\ndef pytest_configure(config): ...\ndef pytest_addoption(parser): ...\n"
    assert find_meddling({"conftest.py": text, "notes.txt": "import _pytest\n"}) == []


@pytest.mark.parametrize(
    "text",
    ["assert x", "with pytest.raises(E): f()", "self.assertEqual(1, 2)", "check_total(3)"],
)
def test_checks_are_counted(text: str) -> None:
    assert count_checks({"test_a.py": f"def test_x(self):\n    {text}\n"}) >= 1


def test_what_checks_nothing_counts_nothing() -> None:
    assert count_checks({"test_a.py": "def test_x():\n    print(1)\n", "b.py": "assert 1\n"}) == 0


def test_an_unfinished_report_shows_what_was_printed_without_the_decoys() -> None:
    output = "F.\n___ bad ___\ntest_x.py:6: in bad\n    assert 3 == 7\nE   assert 3 == 7\nbye\n"
    judged = judge(FILES, report(exit_code=0), output)
    assert "F.\nbye" in judged.detail
    assert "assert" not in judged.detail
