"""The first code inside the sandbox: set the limits, write the project's copy, run the program."""

import importlib
import os
import resource
from collections.abc import Mapping
from pathlib import Path

from .task import Channel, read_task


def main(task_descriptor: int, channel_descriptor: int) -> None:
    """Do one job.

    Args:
        task_descriptor: an open file with the job as JSON.
        channel_descriptor: a socket to the supervisor.
    """
    task = read_task(task_descriptor)
    channel = Channel(channel_descriptor)
    set_limits(task.limits)
    write_files(task.work, task.files)
    task.home.mkdir(parents=True, exist_ok=True)
    os.chdir(task.work)
    channel.announce(task.watched)
    program = importlib.import_module(f"{__package__}.{task.program}")
    program.run(task, channel)


def set_limits(limits: Mapping[str, int]) -> None:
    """Set resource limits by name, soft and hard alike; none can be raised again."""
    for name, value in limits.items():
        which = getattr(resource, name)
        _, hard = resource.getrlimit(which)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (bound, bound))


def write_files(work: Path, files: Mapping[str, str]) -> None:
    """Write the project's copy; the paths were checked before the sandbox was started."""
    for name, text in files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
