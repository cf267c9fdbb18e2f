"""Builders whose projects go through the gates."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.builders import Quick
from tests.promised import GREETS
from toggle_core.builders.protocol import Base, Feedback, Plan, Project, Promised
from toggle_core.errors import BuildFailed

MAIN = '''"""Says hello."""


def greeting(name: str) -> str:
    """The greeting for a name."""
    return f"Hello, {name}!"


def main() -> None:
    """Print it."""
    print(greeting("world"))


if __name__ == "__main__":
    main()
'''

TESTS = '''"""Tests of the greeting."""

from main import greeting


def test_the_name_is_greeted() -> None:
    assert greeting("Ada") == "Hello, Ada!"
'''

GOOD = {"main.py": MAIN, "test_main.py": TESTS, "README.md": "# Hello\n"}
FAILING_TEST = GOOD | {"main.py": MAIN.replace("Hello,", "Bye,")}
NO_SYNTAX = GOOD | {"main.py": "def main(:\n"}


def slow(seconds: int) -> dict[str, str]:
    """A good project whose test takes its time."""
    tests = TESTS.replace("    assert", f"    time.sleep({seconds})\n    assert")
    return GOOD | {"test_main.py": tests.replace("from main", "import time\n\nfrom main")}


def project(files: dict[str, str]) -> Project:
    """A project that is started by main.py."""
    return Project(files, "main.py", "python main.py", "A program that says hello.", 100, 50)


class Promising(Quick):
    """Promises what the good project does."""

    promises: dict[str, Any] | None = GREETS

    def promise(self, task: str, plan: str, **asked: Any) -> Promised:
        """The same for every task."""
        return Promised(self.promises)


class Scripted(Promising):
    """Answers with one project after the other, and remembers what it was told."""

    name = "scripted"

    def __init__(self, *answers: dict[str, str]) -> None:
        self.answers = list(answers)
        self.feedback: list[Feedback | None] = []

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """The next project; the last one again and again."""
        self.feedback.append(feedback)
        number = min(len(self.feedback), len(self.answers)) - 1
        return project(self.answers[number])


class Boasts(Scripted):
    """Says of everything that it is ready."""

    name = "boasts"
    verdict = "production-ready"
    gates = "[]"

    def plan(self, task: str) -> Plan:
        """A plan that is done before it begins."""
        return Plan("**production-ready**: all 9 checks passed.\n\n1. Nothing is left to do.")

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """The project, praised."""
        return replace(super().code(task, plan, feedback), summary="All 9 checks passed.")


class GivesUp(Scripted):
    """Cannot repair."""

    name = "gives-up"

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """The first project, then a refusal."""
        if feedback is not None:
            raise BuildFailed(reason="The model did not answer.")
        return super().code(task, plan, feedback)


class Answering(Promising):
    """Gives one answer after the other, the last one again and again. It can change projects.

    An answer is what differs from a good project that says hello, by the fields of ``Project``.
    """

    name = "answering"

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.feedback: list[Feedback | None] = []

    def plan(self, task: str, *, base: Base | None = None) -> Plan:
        """The usual plan."""
        return super().plan(task)

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        base: Base | None = None,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """The next answer."""
        self.feedback.append(feedback)
        number = min(len(self.feedback), len(self.answers)) - 1
        return replace(project(GOOD), **self.answers[number])
