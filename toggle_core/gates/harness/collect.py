"""Format the project, and hand back the files of which nothing but the formatting has changed."""

import ast

from .task import Channel, Task
from .tool import run_tool

_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def run(task: Task, channel: Channel) -> None:
    """Run commands one after the other, then report the text of every project file.

    ``options["commands"]`` are command lines. A Python file that means something else afterwards
    is reported as it was.
    """
    codes = [run_tool(task, command).exit_code for command in task.options["commands"]]
    files = {name: _formatted(name, text, task) for name, text in task.files.items()}
    channel.report({"codes": codes, "files": files})


def _formatted(name: str, text: str, task: Task) -> str:
    formatted = (task.work / name).read_bytes().decode()
    if formatted == text or not name.endswith(".py"):
        return text
    meaning = _meaning(text)
    return formatted if meaning is not None and meaning == _meaning(formatted) else text


def _meaning(text: str) -> str | None:
    try:
        return ast.dump(ast.parse(text))
    except _UNREADABLE:
        return None
