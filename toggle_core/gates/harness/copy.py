"""Report what the project's copy looks like once it is written."""

import os
from pathlib import Path

from .task import Channel, Task


def run(task: Task, channel: Channel) -> None:
    """Report every file that lies in the working folder, and those that read back otherwise."""
    found = {
        Path(place, name).relative_to(task.work).as_posix(): Path(place, name)
        for place, _, names in os.walk(task.work)
        for name in names
    }
    differing = [
        name
        for name, text in task.files.items()
        if name not in found
        or found[name].is_symlink()
        or found[name].read_bytes() != text.encode()
    ]
    extra = sorted(set(found) - set(task.files))
    channel.report({"written": len(found), "differing": differing, "extra": extra})
