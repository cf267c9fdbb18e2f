"""The tests of an attempt are compared with those of the base and of every attempt before it."""

import json
from collections.abc import Mapping
from threading import Event

from toggle_core.builders.protocol import Base
from toggle_core.gates.checks.test_changes import ReadTest, UnreadableTests
from toggle_core.gates.harness.test_changes import read_tests
from toggle_core.gates.model import ChangedTest
from toggle_core.graph.earlier_tests import Compared, compare_tests
from toggle_core.graph.state import AgentState, first_state

REASON = "test was wrong: it was"


class Reader:
    """Reads tests in this process: those here are harmless."""

    def __init__(self) -> None:
        self.readings = 0

    def read_tests(
        self, files: Mapping[str, str], before: Mapping[str, str], *, stop: Event
    ) -> tuple[list[ReadTest], list[ReadTest]]:
        self.readings += 1
        if stop.is_set():
            raise UnreadableTests
        old, new = ([ReadTest(**told) for told in read_tests(each)] for each in (before, files))
        return old, new


def suite(**checks: int) -> dict[str, str]:
    """A project whose tests make so many checks."""
    tests = [
        f"def test_{name}():\n" + "".join(f"    assert {name}({n})\n" for n in range(number))
        for name, number in checks.items()
    ]
    return {"test_a.py": "\n\n".join(tests)}


class Run:
    """Attempts one after the other."""

    def __init__(self, base: dict[str, str] | None = None) -> None:
        self.state: AgentState = first_state("Ask", production=True)
        if base:
            self.state["base"] = Base(base, "test_a.py", "Ask").to_json()
        self.reader = Reader()

    def attempt(self, files: dict[str, str], **reasons: str) -> list[str]:
        """Names of the tests that are lost in this attempt."""
        given = {**json.loads(self.state["test_changes"] or "{}"), **reasons}
        self.state["test_changes"] = json.dumps(given)
        compared = compare_tests(self.reader, self.state, files, Event())
        self.state["tests_seen"] = compared.seen
        self.state["best"] = self.state["best"] or json.dumps({"files": json.dumps(files)})
        assert compared.changed is not None
        return [
            test.name.removeprefix("test_a.py::") for test in compared.changed if not test.reason
        ]


def test_a_single_attempt_reads_no_tests() -> None:
    run = Run()
    assert run.attempt(suite(a=1)) == []
    assert run.reader.readings == 0


def test_a_repair_that_drops_or_weakens_a_test_is_seen() -> None:
    run = Run()
    run.attempt(suite(a=1, b=3, c=1))
    assert run.attempt(suite(b=2, c=1)) == ["test_a", "test_b"]


def test_a_change_that_drops_a_test_of_the_base_is_seen_at_once() -> None:
    assert Run(suite(a=1, b=1)).attempt(suite(a=1)) == ["test_b"]


def test_a_test_that_was_lost_is_missed_until_it_is_back() -> None:
    run = Run()
    run.attempt(suite(a=1, b=3))
    assert run.attempt(suite(a=1)) == ["test_b"]
    assert run.attempt(suite(a=1)) == ["test_b"]
    assert run.attempt(suite(a=1, b=1)) == ["test_b"]
    assert run.attempt(suite(a=1, b=3)) == []


def test_a_replacement_for_a_lost_test_may_go_again() -> None:
    run = Run()
    run.attempt(suite(a=1, b=3))
    assert run.attempt(suite(a=1, new=1)) == ["test_b"]
    assert run.attempt(suite(a=1, b=3)) == []


def test_tests_that_a_good_attempt_adds_may_not_go_again() -> None:
    run = Run()
    run.attempt(suite(a=1))
    assert run.attempt(suite(a=1, b=1)) == []
    assert run.attempt(suite(a=1)) == ["test_b"]


def test_moved_and_renamed_tests_are_not_lost_later_either() -> None:
    run = Run()
    run.attempt(suite(a=1, b=2))
    moved = {"tests/test_b.py": suite(a=1, b=2)["test_a.py"]}
    assert run.attempt(moved) == []
    assert run.attempt(moved) == []
    assert run.attempt(suite(a=1, b=2)) == []


def test_an_explained_test_stays_explained_and_shown() -> None:
    run = Run()
    run.attempt(suite(a=1, b=3))
    assert run.attempt(suite(a=1, b=1), test_b=REASON) == []
    assert run.attempt(suite(a=1, b=1)) == []
    compared = compare_tests(run.reader, run.state, suite(a=1, b=1), Event())
    assert [test.reason for test in compared.changed or ()] == [REASON]


def test_a_test_that_is_weakened_twice_is_shown_once_and_as_it_was_first() -> None:
    run = Run()
    run.attempt(suite(b=5))
    run.attempt(suite(b=3), test_b=REASON)
    run.attempt(suite(b=1))
    compared = compare_tests(run.reader, run.state, suite(b=1), Event())
    assert compared.changed == (ChangedTest("test_a.py::test_b", 5, 1, REASON),)


def test_an_explained_test_may_come_back() -> None:
    run = Run()
    run.attempt(suite(a=1, b=3))
    run.attempt(suite(a=1, b=1), test_b=REASON)
    assert run.attempt(suite(a=1, b=3)) == []


def test_a_test_file_that_cannot_be_parsed_has_lost_its_tests() -> None:
    run = Run()
    run.attempt(suite(a=1))
    assert run.attempt({"test_a.py": "def test_a(:\n"}) == ["test_a"]
    assert run.attempt(suite(a=1)) == []


def test_a_reading_that_does_not_end_is_no_comparison() -> None:
    run = Run(suite(a=1))
    stop = Event()
    stop.set()
    assert compare_tests(run.reader, run.state, suite(a=1), stop) == Compared(None, "")
