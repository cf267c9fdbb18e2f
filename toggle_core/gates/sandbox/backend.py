"""What a way to confine a job provides, and the parts all ways share."""

import compileall
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, runtime_checkable

from toggle_core.gates.sandbox.job import Job
from toggle_core.gates.sandbox.limits import Limits

_PROCESSOR_SPARE_SECONDS = 5
_OBJECTS = 50_000  # between two looks for garbage: modules that are loaded are none
HARNESS = Path(__file__).resolve().parents[1] / "harness"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie, as the job sees them.

    Attributes:
        work: the project's copy.
        home: the throw-away home.
        temporary: for temporary files.
        tools: the folder of the bound distributions.
        harness: the folder that holds the package ``harness``.
        python: the interpreter.
        watched: folders whose use is watched.
    """

    work: str
    home: str
    temporary: str
    tools: str
    harness: str
    python: str
    watched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job ready to be started.

    Attributes:
        command: the command line.
        descriptors: open descriptors the command inherits.
        information: both ends of a pipe on which bubblewrap tells the number of the first process
            inside; None if the command is a guard of ours, which ends all others when it is told
            to terminate.
        environment: the command's whole environment.
        folder: a folder on this machine whose use is watched by walking it, None if the watched
            folders are file systems of their own.
        niceness: of its processes.
    """

    command: list[str]
    descriptors: tuple[int, ...]
    information: tuple[BinaryIO, BinaryIO] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
    niceness: int = 10


@runtime_checkable
class Backend(Protocol):
    """A way to confine a job."""

    @property
    def name(self) -> str:
        """What Settings shows."""

    @property
    def servers(self) -> bool:
        """Whether programs may listen on loopback and start processes that share memory."""

    def prepare(self, job: Job, channel: int) -> AbstractContextManager[Prepared]:
        """Make everything ready to start a job, and clean up afterwards.

        Args:
            job: the job.
            channel: descriptor of the harness's end of the channel.
        """


def compile_harness() -> None:
    """Compile the harness, which no job can do for the next one: it sees it read-only.

    An installed package is compiled already, a fresh checkout is not. It saves each job some 50 ms
    of processor time; a folder that cannot be written costs no more than that.
    """
    compileall.compile_dir(HARNESS, quiet=2)


def environment(places: Places) -> dict[str, str]:
    """Return the whole environment of a job; nothing of this process's own is in it."""
    return {
        "PATH": f"{Path(places.python).parent}:/usr/bin:/bin",
        "HOME": places.home,
        "TMPDIR": places.temporary,
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def python_command(places: Places, module: str, *descriptors: int) -> list[str]:
    """Return the command line that runs the harness: isolated, without site packages.

    Args:
        places: where things lie.
        module: the module of the harness whose ``main`` is called.
        descriptors: its arguments.
    """
    code = (
        f"import gc, sys; gc.set_threshold({_OBJECTS}); sys.path.insert(0, {places.harness!r}); "
        f"from harness.{module} import main; main{descriptors}"
    )
    return [places.python, "-I", "-S", "-B", "-c", code]


def describe(job: Job, places: Places) -> bytes:
    """Return the job as the harness reads it."""
    told: Mapping[str, Any] = {
        "program": job.program,
        "work": places.work,
        "home": places.home,
        "tools": places.tools,
        "files": dict(job.files),
        "options": dict(job.options),
        "limits": resource_limits(job.limits),
        "watched": places.watched,
    }
    return json.dumps(told).encode()


def resource_limits(limits: Limits) -> dict[str, int]:
    """Return the kernel's limits by the names of their constants."""
    space = limits.address_space_bytes
    return {
        **({} if space is None else {"RLIMIT_AS": space}),
        # Of one process. The supervisor bounds the sum, and ends a job before this does.
        "RLIMIT_CPU": int(limits.processor_seconds) + _PROCESSOR_SPARE_SECONDS,
        "RLIMIT_NPROC": limits.processes,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }


@contextmanager
def open_memory(content: bytes, name: str) -> Iterator[int]:
    """Give a descriptor of an anonymous file with some content, positioned at its start."""
    descriptor = os.memfd_create(name)
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)
