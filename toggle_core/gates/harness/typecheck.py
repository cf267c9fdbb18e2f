"""Run the type checker on the project, and report those of its errors that mean a fault."""

import json
import shutil
from contextlib import suppress
from typing import Any

from .findings import bounded
from .sources import read_sources
from .task import Channel, Task
from .tool import Ended, run_tool
from .type_rules import keep_faults


def run(task: Task, channel: Channel) -> None:
    """Report mypy's exit code and what it found; runs nothing of the project.

    ``options["command"]`` is mypy's command line after the interpreter, ``options["settings"]`` the
    text of the file of settings that it names ``{home}/mypy.ini``, ``options["cache"]`` the name of
    its cache, in the home, which begins as a copy of the folder of that name beside the tools. A
    folder that is not there or cannot be read costs only time.
    """
    with suppress(OSError):
        shutil.copytree(task.tools / task.options["cache"], task.home / task.options["cache"])
    (task.home / "mypy.ini").write_text(task.options["settings"], encoding="utf-8")
    done = run_tool(task, task.options["command"])
    channel.report({"exit_code": done.exit_code, "stderr": done.errors, **_judged(task, done)})


def _judged(task: Task, done: Ended) -> dict[str, Any]:
    try:
        found = [json.loads(line) for line in done.output.splitlines()]
    except ValueError:
        return {"errors": None, **bounded([])}
    errors = sum(item["severity"] == "error" for item in found)
    return {"errors": errors, **bounded(keep_faults(found, read_sources(task.files)))}
