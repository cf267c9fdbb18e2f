"""Hand back the project's files after a tool has changed them."""

import subprocess
import sys

from .task import Channel, Task


def run(task: Task, channel: Channel) -> None:
    """Run commands one after the other, then report the text of every project file.

    ``options["commands"]`` are command lines; ``{tools}`` in an argument stands for the folder of
    the tools.
    """
    codes = []
    for command in task.options["commands"]:
        filled = [part.replace("{tools}", str(task.tools)) for part in command]
        codes.append(subprocess.run(filled, check=False, stdout=sys.stderr).returncode)
    files = {name: (task.work / name).read_bytes().decode() for name in task.files}
    channel.report({"codes": codes, "files": files})
