"""Report what the project's copy looks like once it is written, and what is not written yet."""

import os
from pathlib import Path

from .fill_ins import find_fill_ins
from .findings import bounded
from .hidden_text import find_hidden
from .placeholders import find_stubs
from .task import Channel, Task
from .unfinished import find_unfinished


def run(task: Task, channel: Channel) -> None:
    """Report every file in the working folder, those that read back otherwise, and placeholders."""
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
    placeholders = [
        *find_stubs(task.files),
        *find_fill_ins(task.files),
        *find_unfinished(task.files),
    ]
    channel.report(
        {
            "differing": differing,
            "extra": extra,
            "placeholders": placeholders,
            "hidden": bounded(find_hidden(task.files)),
        }
    )
