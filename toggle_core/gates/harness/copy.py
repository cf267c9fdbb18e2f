"""Look at the project's copy once it is written: what differs, and what is not written yet."""

import os
from pathlib import Path
from typing import Any

from .fill_ins import find_fill_ins
from .findings import bounded
from .hidden_text import find_hidden
from .placeholders import find_stubs
from .task import Task
from .unfinished import find_unfinished


def look_at_copy(task: Task) -> dict[str, Any]:
    """Return the files that read back otherwise, those that nobody wrote, and placeholders."""
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
    return {
        "differing": differing,
        "extra": extra,
        "placeholders": placeholders,
        "hidden": bounded(find_hidden(task.files)),
    }
