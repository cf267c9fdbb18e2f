"""Become a tool: a linter or a checker that reads the project and runs nothing of it."""

import os
import sys

from .task import Channel, Task


def run(task: Task, channel: Channel) -> None:
    """Replace this process by the tool; its exit code and output are the job's.

    ``options["command"]`` is the command line; ``{tools}`` in an argument stands for the folder of
    the tools, ``{home}`` for the throw-away home, ``{python}`` for the interpreter.
    ``options["home"]`` has texts of files to lay into the home, by their names.
    """
    for name, text in task.options["home"].items():
        (task.home / name).write_text(text, encoding="utf-8")
    places = {"tools": str(task.tools), "home": str(task.home), "python": sys.executable}
    command = [_fill(argument, places) for argument in task.options["command"]]
    channel.close()
    os.execv(command[0], command)  # noqa: S606  a command line made by the gates, no shell


def _fill(argument: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        argument = argument.replace("{" + name + "}", value)
    return argument
