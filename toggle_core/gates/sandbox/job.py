"""What goes into a sandbox, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from toggle_core.gates.sandbox.limits import Limits


@dataclass(frozen=True, slots=True)
class Job:
    """One program of the harness, run on a copy of a project.

    Attributes:
        program: name of a module of ``toggle_core.gates.harness``.
        files: text of each project file by its path; the paths are safe (``check_paths``).
        options: what the program needs, as JSON values.
        tools: names of installed distributions to bind, with all they require.
        folders: folders of this machine to bind beside the tools, by the name they get there.
        limits: how much it may use.
        descriptors: open descriptors that the program inherits under the same numbers; with
            bubblewrap only.
        niceness: of its processes, 0 to 19. The default lets the dashboard answer at once while
            checks take all processors; limits count processor time.
        system_folders: folders of this machine that the job sees at their own place, where there
            are such; with bubblewrap only.
    """

    program: str
    files: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[str, ...] = ()
    folders: Mapping[str, Path] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    descriptors: tuple[int, ...] = ()
    niceness: int = 10
    system_folders: tuple[str, ...] = ()


class End(StrEnum):
    """Why a job ended."""

    EXITED = "exited"
    PROCESSOR = "processor"
    IDLE = "idle"
    WALL = "wall"
    MEMORY = "memory"
    PROCESSES = "processes"
    DISK = "disk"
    OUTPUT = "output"
    STOPPED = "stopped"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class Finished:
    """How a job went.

    Attributes:
        end: why it ended. ``NOT_STARTED``: the sandbox itself failed, nothing of the project ran.
        exit_code: of the program; 128 + the signal's number if a signal ended it; None if killed.
        output: what it wrote to standard output, bounded.
        errors: what it wrote to standard error, bounded.
        report: what the harness reported, None if it did not.
        seconds: wall-clock time of the whole job.
        processor_seconds: processor time that all its processes used together.
        limits: what it was allowed.
    """

    end: End
    exit_code: int | None
    output: str
    errors: str
    report: Mapping[str, Any] | None
    seconds: float
    processor_seconds: float
    limits: Limits


def stopped(limits: Limits) -> Finished:
    """Return how a job went that was stopped before it began."""
    return Finished(End.STOPPED, None, "", "", None, 0.0, 0.0, limits)
