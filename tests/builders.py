"""Builders for tests, through the ``module:Class`` seam."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.promised import SAYS_HELLO
from toggle_core.builders.protocol import Feedback, Plan, Project, Promised
from toggle_core.errors import BuildFailed

FILES = {
    "main.py": "print('hello')\n",
    "README.md": "# Hello\n",
    "tests/test_main.py": (
        "import runpy\n\nimport pytest\n\n\n"
        "def test_it(capsys: pytest.CaptureFixture[str]) -> None:\n"
        '    runpy.run_path("main.py")\n'
        '    assert capsys.readouterr().out == "hello\\n"\n'
    ),
}


class Quick:
    """Plans and codes at once, and as the built-in one asks no chat model."""

    name = "quick"
    streams = False
    ideas = ("Create a hello world app", "Create a to-do list")

    def plan(self, task: str) -> Plan:
        """A plan that repeats the task."""
        return Plan(f"A program for: {task}\n\n1. Write it\n2. Test it", 3, 4)

    def promise(self, task: str, plan: str, **asked: Any) -> Promised:
        """What the small project does."""
        return Promised(SAYS_HELLO)

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """The same small project every time."""
        return Project(FILES, "main.py", "python main.py", "A program that says hello.", 5, 6)


class Refusing(Quick):
    """Cannot build anything."""

    name = "refusing"

    def plan(self, task: str) -> Plan:
        """Refuse."""
        raise BuildFailed(reason="This cannot be built.")


class Broken(Quick):
    """Has a fault of its own."""

    name = "broken"

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Fail in a way nobody foresaw."""
        raise ZeroDivisionError("secret detail")


class Poisonous(Quick):
    """Returns what Postgres cannot store."""

    name = "poisonous"

    def plan(self, task: str) -> Plan:
        """A plan with a NUL and half a character."""
        return Plan("plan\x00 with \ud800 poison")

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """A project with the same."""
        return Project(
            {"main.py": "x = '\x00\udfff'\n"}, "main.py", "python\x00 main.py", "Sum\ud800mary."
        )


class Gated(Quick):
    """Writes down each call in a folder, and codes only once the file ``go`` is there.

    The folder is in the variable ``TEST_GATE``: tests and the processes they start share it.
    """

    name = "gated"

    def plan(self, task: str) -> Plan:
        """Plan, and note it."""
        _note("plan", task)
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Note the call, wait for ``go``, and code."""
        _note("code", task)
        while not (_gate() / "go").exists():
            time.sleep(0.02)
        return super().code(task, plan, feedback)


class OneByOne(Quick):
    """Takes a second for each call, like a fast model."""

    name = "one-by-one"

    def plan(self, task: str) -> Plan:
        """Plan in a second."""
        time.sleep(1)
        return super().plan(task)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Code in a second."""
        time.sleep(1)
        return super().code(task, plan, feedback)


def calls(gate: Path, step: str, task: str) -> int:
    """How often a ``Gated`` builder was asked for a step of a task."""
    log = gate / "calls"
    return log.read_text().splitlines().count(f"{step} {task}") if log.exists() else 0


def _gate() -> Path:
    return Path(os.environ["TEST_GATE"])


def _note(step: str, task: str) -> None:
    with (_gate() / "calls").open("a") as log:
        log.write(f"{step} {task}\n")


def no_vacuous(_: object) -> list[str]:
    """Finds no promise that a program which does nothing would keep."""
    return []
