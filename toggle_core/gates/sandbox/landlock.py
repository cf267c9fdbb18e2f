"""Confinement by Landlock and seccomp, for machines that refuse namespaces.

Weaker than bubblewrap: no loopback network, no shared memory, the names (not the contents) of this
machine's files can be asked for. What of that could do harm is refused by the filter.
"""

import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from toggle_core.gates.harness import confine
from toggle_core.gates.sandbox.backend import (
    HARNESS,
    Places,
    Prepared,
    describe,
    environment,
    open_memory,
    python_command,
)
from toggle_core.gates.sandbox.disk import remove_all
from toggle_core.gates.sandbox.job import Job
from toggle_core.gates.sandbox.seccomp import build_filter
from toggle_core.gates.sandbox.syscalls import Machine
from toggle_core.gates.sandbox.toolbox import interpreter, tool_paths
from toggle_core.gates.sandbox.users import next_user

_SYSTEM_FOLDERS = ("/usr/bin", "/bin", "/usr/share/zoneinfo")
_LIBRARY_FOLDERS = ("/usr/lib", "/usr/lib64", "/lib", "/lib64")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_PREFIX = "production-toggle-check-"
_READ_BY_ALL = 0o755
_JOBS_TO_SPARE = 6


def landlock_version() -> int:
    """Return the version of Landlock this machine's kernel has, 0 without it."""
    return confine.landlock_version() if sys.platform == "linux" else 0


@dataclass(frozen=True, slots=True)
class Landlock:
    """The fallback.

    Attributes:
        machine: the architecture to write the filter for.
        hidden: folders no job may read; nothing above them is allowed.
        least_version: the first version that keeps signals inside (Linux 6.12).
    """

    machine: Machine
    hidden: tuple[Path, ...] = ()
    name: str = "Landlock"
    servers: bool = False
    least_version: ClassVar[int] = 6

    @contextmanager
    def prepare(self, job: Job, channel: int) -> Iterator[Prepared]:
        """Give the command line for a job; see ``Backend``."""
        user = next_user() if os.geteuid() == 0 else None
        with _folder(user) as folder, ExitStack() as stack:
            keep = stack.enter_context
            places = _places(folder)
            bound = {**tool_paths(job.tools), **_within_reach(job.folders, user)}
            _link_tools(folder / "tools", bound)
            if user is None:
                job = _allow_for_others(job)
            task = keep(open_memory(describe(job, places), "task"))
            rules = keep(open_memory(build_filter(self.machine, namespaces=False), "filter"))
            bounds = keep(open_memory(self._bounds(bound, folder, user), "bounds"))
            descriptors = (bounds, rules, task, channel)
            yield Prepared(
                python_command(places, "guard", *descriptors),
                descriptors,
                environment=environment(places),
                folder=folder,
            )

    def _bounds(self, bound: Mapping[str, Path], folder: Path, user: int | None) -> bytes:
        readable = [
            path
            for path in (*_system(), *_python(), *bound.values(), HARNESS)
            if not any(secret.resolve().is_relative_to(path.resolve()) for secret in self.hidden)
        ]
        told = {
            "user": user,
            "listable": list(map(str, interpreter().libraries)),
            "readable": [*map(str, readable), str(folder / "tools")],
            "writable": [str(folder / "work"), str(folder / "tmp"), "/dev/null"],
        }
        return json.dumps(told).encode()


def _places(folder: Path) -> Places:
    return Places(
        work=str(folder / "work"),
        home=str(folder / "tmp" / "home"),
        temporary=str(folder / "tmp"),
        tools=str(folder / "tools"),
        harness=str(folder / "tools"),
        python=str(interpreter().executable),
        watched=(),
    )


@contextmanager
def _folder(user: int | None) -> Iterator[Path]:
    """Make a fresh folder with ``work``, ``tmp`` and ``tools``; remove it with all in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")).resolve()
    try:
        folder.chmod(_READ_BY_ALL)
        for name in ("work", "tmp", "tools"):
            (folder / name).mkdir()
            if user is not None and name != "tools":
                os.chown(folder / name, user, user)
        yield folder
    finally:
        remove_all(folder)


def remove_abandoned() -> None:
    """Remove the folders of jobs whose application was killed before it could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        ours = folder.stat().st_uid == os.geteuid() and not folder.is_symlink()
        if ours and pid.isdigit() and not Path("/proc", pid).exists():
            remove_all(folder)


def _within_reach(folders: Mapping[str, Path], user: int | None) -> dict[str, Path]:
    """Return the folders that a job can do without, but for those that its user may not enter."""
    return {
        name: path
        for name, path in folders.items()
        if user is None or all(each.stat().st_mode & stat.S_IXOTH for each in path.parents)
    }


def _link_tools(tools: Path, bound: Mapping[str, Path]) -> None:
    (tools / "harness").symlink_to(HARNESS)
    for name, path in bound.items():
        (tools / name).parent.mkdir(exist_ok=True)
        (tools / name).symlink_to(path)


def _allow_for_others(job: Job) -> Job:
    """Raise the process limit by what the same user runs besides: the kernel counts them all.

    With some to spare for jobs at the same time; the supervisor counts each job by itself.
    """
    processes = sum(_threads_of_this_user()) + _JOBS_TO_SPARE * job.limits.processes
    return replace(job, limits=replace(job.limits, processes=processes))


def _threads_of_this_user() -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == os.getuid():
                yield len(list((process / "task").iterdir()))


def _system() -> Iterator[Path]:
    """Name the system's programs and libraries, without Python packages installed among them."""
    for name in (*_SYSTEM_FOLDERS, *_SYSTEM_FILES):
        if Path(name).exists():
            yield Path(name)
    for folder in map(Path, _LIBRARY_FOLDERS):
        if folder.is_dir() and not folder.is_symlink():
            yield from (path for path in folder.iterdir() if not path.name.startswith("python"))


def _python() -> Iterator[Path]:
    found = interpreter()
    yield found.executable
    if found.shared:
        yield found.shared
    for folder in found.libraries:
        yield from (path for path in folder.iterdir() if path not in found.packages)
