"""Small decisions of the checks, each by itself."""

import threading

import pytest

from toggle_core.gates.checks.context import Context, Judgement, count, cut, unusual_end
from toggle_core.gates.checks.fallback import unsupported
from toggle_core.gates.checks.files import problems
from toggle_core.gates.checks.packages import missing_package
from toggle_core.gates.checks.promises import with_losses
from toggle_core.gates.checks.types import without_switches
from toggle_core.gates.model import PromiseResult
from toggle_core.gates.sandbox.job import End, Finished
from toggle_core.gates.sandbox.landlock import Landlock
from toggle_core.gates.sandbox.limits import Limits
from toggle_core.gates.sandbox.syscalls import MACHINES
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome, PromiseOutcome

FALLBACK = Landlock(MACHINES["x86_64"])


def context(files: dict[str, str], entry: str = "main.py") -> Context:
    return Context(files, entry, FALLBACK, GateSettings(), threading.Event())


def finished(end: End) -> Finished:
    limits = Limits(processor_seconds=30, idle_seconds=20.5, wall_seconds=600)
    return Finished(end, None, "out", "err", None, 1.0, 1.0, limits)


def test_a_short_text_is_not_cut() -> None:
    assert cut("abc", 3) == "abc"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert cut("abcd", 3) == "abc\n[cut here]"


def test_one_is_not_many() -> None:
    assert [count(number, "test") for number in (0, 1, 2)] == ["0 tests", "1 test", "2 tests"]


@pytest.mark.parametrize("end", list(End))
def test_no_unusual_end_is_a_success(end: End) -> None:
    judged = unusual_end(finished(end), "The program")
    if end is End.EXITED:
        assert judged is None
    else:
        assert judged is not None
        skipped = end in (End.STOPPED, End.NOT_STARTED)
        assert judged.outcome is (Outcome.SKIPPED if skipped else Outcome.FAILED)
        assert judged.summary.endswith(".")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (End.PROCESSOR, "used more than 30 s of processor time"),
        (End.IDLE, "neither worked nor printed anything for 20.5 s"),
        (End.WALL, "did not end within 600 s"),
    ],
)
def test_time_limit_is_named_with_its_number(end: End, words: str) -> None:
    judged = unusual_end(finished(end), "The tests")
    assert judged is not None
    assert judged.summary == f"The tests {words} and had to be stopped."


SWITCHED = {
    "# mypy: ignore-errors\nx = 1\n": "# mypy- ignore-errors\nx = 1\n",
    "x = 1  # type: ignore\n": "x = 1  # type- ignore\n",
    "x = 1  #type:ignore # why\n": "x = 1  #type-ignore # why\n",
    "x = 1  # type: ignore[a, b]\n": "x = 1  # type: ignore[a, b]\n",
    "x = 1  # type: ignore [a]\n": "x = 1  # type: ignore [a]\n",
    "x = 1  # type: int\n": "x = 1  # type: int\n",
    "x = 1  # type: ignored\n": "x = 1  # type: ignored\n",
}


@pytest.mark.parametrize("text", SWITCHED)
def test_broad_silencing_is_made_harmless(text: str) -> None:
    files = without_switches({"a.py": text, "a.txt": text})
    assert files == {"a.py": SWITCHED[text], "a.txt": text}


@pytest.mark.parametrize(
    ("output", "name"),
    [
        ("ModuleNotFoundError: No module named 'requests'", "requests"),
        ("ModuleNotFoundError: No module named 'flask.views'", "flask"),
        ("ModuleNotFoundError: No module named 'storage'", None),
        ("ModuleNotFoundError: No module named 'app.views'", None),
        ("ModuleNotFoundError: No module named 'sqlite3'", None),
        ("ImportError: cannot import name 'x'", None),
    ],
)
def test_a_missing_package_is_told_from_a_missing_module(output: str, name: str | None) -> None:
    assert missing_package(output, {"src/storage.py": "", "app/main.py": ""}) == name


ENTRIES = {
    "main.py": None,
    "other.py": "There is nothing to start: other.py is not in the project.",
    "": "There is nothing to start: no file is named for it.",
    "README.md": "README.md is not a Python file, so it cannot be started.",
    "empty.py": "empty.py is empty, so there is nothing to start.",
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_there_must_be_something_to_start(entry: str) -> None:
    found = problems(
        context({"main.py": "x = 1\n", "README.md": "# x\n", "empty.py": " \n"}, entry)
    )
    expected = ENTRIES[entry]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize("name", ["random.py", "email/__init__.py", "src/json.py", "app/queue.py"])
def test_a_module_where_python_looks_first_may_not_take_its_place(name: str) -> None:
    found = problems(context({"app/main.py": "x = 1\n", name: "y = 1\n"}, "app/main.py"))
    assert found == [f"{name} takes the place of a part of Python; it needs another name."]


@pytest.mark.parametrize("name", ["shop/types.py", "test/test_a.py", "random.txt", "email/a.py"])
def test_a_name_python_does_not_look_for_there_is_fine(name: str) -> None:
    assert problems(context({"main.py": "x = 1\n", name: "y = 1\n"})) == []


FAILED = Judgement(Outcome.FAILED, "It ended with error 1.")
SERVER = {"main.py": "from http.server import HTTPServer\n"}


def test_a_failing_server_is_not_supported_by_the_fallback() -> None:
    judged = unsupported("start", context(SERVER), FAILED)
    assert (judged.outcome, judged.summary) == (Outcome.SKIPPED, "Not supported in this sandbox.")


def test_other_failures_stay_failures_in_the_fallback() -> None:
    assert unsupported("start", context({"main.py": "import csv\n"}), FAILED) is FAILED
    assert unsupported("lint", context(SERVER), FAILED) is FAILED


def test_tests_that_pass_stay_passed_in_the_fallback() -> None:
    passed = Judgement(Outcome.PASSED, "Fine.")
    assert unsupported("tests", context(SERVER), passed) is passed


def test_a_server_cannot_have_started_well_in_the_fallback() -> None:
    passed = Judgement(Outcome.PASSED, "It ran and ended well (exit code 0).")
    assert unsupported("start", context(SERVER), passed).outcome is Outcome.SKIPPED
    assert unsupported("start", context({"main.py": "import asyncio\n"}), passed) is passed


def test_broken_promises_of_a_server_are_untried_in_the_fallback() -> None:
    tried = [
        PromiseResult(name, "It works.", outcome, "", ())
        for name, outcome in (("a", PromiseOutcome.BROKEN), ("b", PromiseOutcome.KEPT))
    ]
    failed = Judgement(Outcome.FAILED, "Broken: “It works.”", promises=tuple(tried))
    judged = unsupported("promises", context(SERVER), failed)
    assert judged.outcome is Outcome.SKIPPED
    outcomes = [(each.outcome, each.why) for each in judged.promises]
    assert outcomes == [
        (PromiseOutcome.UNTRIED, "Not supported in this sandbox."),
        (PromiseOutcome.KEPT, ""),
    ]
    assert unsupported("promises", context({"main.py": "import csv\n"}), failed) is failed


def test_change_that_could_not_be_started_on_earlier_data_has_not_passed() -> None:
    passed = Judgement(Outcome.PASSED, "All 3 promises kept.")
    assert with_losses(passed, []) is passed
    assert with_losses(passed, None).outcome is Outcome.SKIPPED
    assert with_losses(FAILED, None) is FAILED
