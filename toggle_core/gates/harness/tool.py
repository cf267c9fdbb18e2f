"""Run a tool that reads the project and runs nothing of it: a linter, a scanner, a type checker."""

import os
import subprocess
import sys
from dataclasses import dataclass

from .task import Task

_LAST_ERRORS = 2_000
_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",  # the same findings in the same order each time
    "RAYON_NUM_THREADS": "2",  # else ruff starts one for each core, up to the process limit
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a tool ended.

    Attributes:
        exit_code: its exit code.
        output: what it printed.
        errors: the end of what it wrote to standard error.
    """

    exit_code: int
    output: str
    errors: str


def run_tool(task: Task, command: list[str]) -> Ended:
    """Run a tool to its end.

    Args:
        task: the job.
        command: the command line; ``{tools}`` in an argument stands for the folder of the tools,
            ``{home}`` for the throw-away home, ``{python}`` for the interpreter.
    """
    done = subprocess.run(
        _fill(task, command),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **_ENVIRONMENT},
    )
    return Ended(
        exit_code=done.returncode,
        output=done.stdout.decode("utf-8", "replace"),
        errors=done.stderr[-_LAST_ERRORS:].decode("utf-8", "replace"),
    )


def _fill(task: Task, command: list[str]) -> list[str]:
    places = {"{tools}": str(task.tools), "{home}": str(task.home), "{python}": sys.executable}
    filled = []
    for part in command:
        for name, value in places.items():
            part = part.replace(name, value)  # noqa: PLW2901  one place after the other
        filled.append(part)
    return filled
