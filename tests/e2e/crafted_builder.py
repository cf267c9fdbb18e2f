"""A builder for journeys: quick, able to change a project, and told by the task what to do."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.builders import FILES, Quick
from tests.ui.builders import HOSTILE_PLAN, HOSTILE_SUMMARY
from toggle_core.builders.protocol import Base, Feedback, Plan, Project
from toggle_core.errors import BuildFailed

SLOW = "slowly"
"""A task with this word is coded once there is a file of its name in the folder ``TEST_GATE``."""

STUMBLING = "stumbling"
"""A task with this word cannot be coded before there is such a file."""

LARGE = "large"
"""Tasks with this word become 40 files, one of which has 5,000 lines."""

HOSTILE = "hostile"
"""Tasks with this word get a plan, files and a summary that a browser would obey."""

LONG_LINE = "number = " + " + ".join(str(number) for number in range(200)) + "\n"


class Crafted(Quick):
    """Does what the words of the task say."""

    name = "crafted"

    def plan(self, task: str, *, base: Base | None = None) -> Plan:
        """A short plan, a long one or a hostile one."""
        if HOSTILE in task:
            return Plan(HOSTILE_PLAN)
        if LARGE in task:
            return Plan("\n".join(["A program of many parts.", "", *_long_steps()]))
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
        """The project there is, or a new one, with the plan as a file of its own."""
        let_go = Path(os.environ["TEST_GATE"], task)
        while SLOW in task and not let_go.exists():
            time.sleep(0.02)
        if STUMBLING in task and not let_go.exists():
            raise BuildFailed(reason="The blue wire is not connected.")
        files = dict(base.files if base else FILES) | {"PLAN.md": f"{plan}\n"}
        if base:
            files["CHANGES.md"] = f"{task}\n"
        if LARGE in task:
            files |= _many_files()
        if HOSTILE in task:
            files |= _hostile_files()
        summary = HOSTILE_SUMMARY if HOSTILE in task else "A program that says hello."
        return Project(files, "main.py", "python main.py", summary, 5, 6)


def _long_steps() -> list[str]:
    word = "x" * 200
    return [f"{number}. Write part {number} `{word}`" for number in range(1, 60)]


def _many_files() -> dict[str, str]:
    parts = {f"package/part_{number}.py": f"PART = {number}\n" for number in range(38)}
    long = "".join(f"value_{number} = {number}\n" for number in range(5_000))
    deep = "/".join(["a_folder_with_a_long_name"] * 8)
    return parts | {"package/long.py": long, f"{deep}/wide.py": LONG_LINE}


def _hostile_files() -> dict[str, str]:
    picture = '<img src="http://evil.test/f.png" onerror="alert(4)">'
    return {
        "![x](http://evil.test/g.png).md": f"# {picture}\n",
        "<b>bold.py": "print('\x1b[31mred\x1b[0m')\n",
        "[a](javascript:alert(5)).txt": f"{picture}\n",
    }
