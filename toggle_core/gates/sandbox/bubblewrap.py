"""Confinement by bubblewrap: namespaces of its own for a job, and a seccomp filter.

As an ordinary user every namespace is new, the user namespace too. As root no user namespace is
made: a process limit does not bind user 0, so the user is dropped, but only inside, because a
virtual environment below a root-only folder could not be bound any more otherwise.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from toggle_core.gates.sandbox.backend import (
    HARNESS,
    Places,
    Prepared,
    describe,
    environment,
    open_memory,
    python_command,
)
from toggle_core.gates.sandbox.job import Job
from toggle_core.gates.sandbox.seccomp import build_filter
from toggle_core.gates.sandbox.syscalls import Machine
from toggle_core.gates.sandbox.toolbox import interpreter, tool_paths
from toggle_core.gates.sandbox.users import next_user

_PYTHON = Path("/python")
PLACES = Places(
    work="/work",
    home="/tmp/home",  # noqa: S108  inside the sandbox, a file system of the job's own
    temporary="/tmp",  # noqa: S108  the same
    tools="/tools",
    harness="/sandbox",
    python=f"/python/bin/{interpreter().executable.name}",
    watched=("/work", "/tmp", "/dev/shm"),  # noqa: S108  the same
)
_NAMESPACES = (
    *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
    *("--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv"),
    # The harness is the first process: no signal from inside reaches it, and when it ends all do.
    *("--as-pid-1",),
)
_SYSTEM_FOLDERS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_DEVICE_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
}
_ROOT_CAPABILITIES = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
_UNPRIVILEGED = 65534  # nobody, inside a user namespace


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """The primary way to confine a job.

    Attributes:
        program: path of ``bwrap``.
        machine: the architecture to write the filter for.
        hidden: folders on this machine that no job may see, even below a folder that is bound.
    """

    program: str
    machine: Machine
    hidden: tuple[Path, ...] = ()
    name: str = "bubblewrap"
    servers: bool = True

    @contextmanager
    def prepare(self, job: Job, channel: int) -> Iterator[Prepared]:
        """Give the command line for a job; see ``Backend``."""
        user = next_user() if os.geteuid() == 0 else None
        with ExitStack() as stack:
            keep = stack.enter_context
            task = keep(open_memory(describe(job, PLACES), "task"))
            rules = keep(open_memory(build_filter(self.machine, namespaces=True), "filter"))
            reading, writing = (keep(end) for end in _pipe())
            texts = {
                name: keep(open_memory(text.encode(), "text"))
                for name, text in _system_texts(user or _UNPRIVILEGED).items()
            }
            options = [
                *_identity(user),
                *("--seccomp", str(rules), "--info-fd", str(writing.fileno())),
                *_view(job, self.hidden, texts),
            ]
            # Not on the command line, where the job could read the paths of this machine.
            told = keep(open_memory("\0".join([*options, ""]).encode(), "options"))
            command = [
                *(self.program, "--args", str(told), "--"),
                *([] if user is None else _drop_root(user)),
                *python_command(PLACES, "launch", task, channel),
            ]
            descriptors = (task, rules, channel, told, writing.fileno(), *texts.values())
            inherited = (*descriptors, *job.descriptors)
            yield Prepared(command, inherited, (reading, writing), niceness=job.niceness)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb", buffering=0), os.fdopen(writing, "wb", buffering=0)


def _view(job: Job, hidden: tuple[Path, ...], texts: dict[str, int]) -> list[str]:
    """Say what the job sees: new namespaces, an environment and a file system of its own."""
    return [
        *_NAMESPACES,
        *_variables(),
        *_system(hidden),
        *_python(),
        *_tools(job),
        *_devices(),
        *_writable(job.limits.disk_bytes),
        *_texts(texts),
        *_system_folders(job),
        *("--remount-ro", "/", "--chdir", PLACES.work),
    ]


def _identity(user: int | None) -> list[str]:
    if user is not None:
        kept = [part for name in _ROOT_CAPABILITIES for part in ("--cap-add", name)]
        return ["--cap-drop", "ALL", *kept]
    return ["--unshare-user", "--uid", str(_UNPRIVILEGED), "--gid", str(_UNPRIVILEGED)]


def _drop_root(user: int) -> list[str]:
    number = str(user)
    return [
        *("/usr/bin/setpriv", "--reuid", number, "--regid", number, "--clear-groups"),
        *("--no-new-privs", "--inh-caps", "-all", "--bounding-set", "-all"),
        *("--pdeathsig", "KILL"),  # forgotten when the user changes
    ]


def _variables() -> list[str]:
    return [
        part for name, value in environment(PLACES).items() for part in ("--setenv", name, value)
    ]


def _system(hidden: tuple[Path, ...]) -> list[str]:
    """Bind the system's programs and libraries, without what was installed beside them."""
    parts = ["--ro-bind", "/usr", "/usr"]
    for folder in map(Path, _SYSTEM_FOLDERS):
        if folder.is_symlink():
            parts += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            parts += ["--ro-bind", str(folder), str(folder)]
    usual = [Path("/usr/local"), Path("/usr/src"), *Path("/usr/lib").glob("python3*/dist-packages")]
    below = [path.resolve() for path in hidden if path.resolve().is_relative_to("/usr")]
    for folder in (*usual, *below):
        if folder.is_dir() and not any(_inside(folder, other) for other in (*usual, *below)):
            parts += _empty(folder)
    return parts


def _inside(folder: Path, other: Path) -> bool:
    return folder != other and folder.is_relative_to(other)


def _empty(folder: Path) -> list[str]:
    """Cover a folder, but for the interpreter's library, whose path the program has in itself."""
    shared = interpreter().shared
    kept = _library(shared) if shared and shared.is_relative_to(folder) else []
    return ["--size", "4096", "--tmpfs", str(folder), *kept, "--remount-ro", str(folder)]


def _library(shared: Path) -> list[str]:
    return [*_folders(str(shared)), "--ro-bind", str(shared), str(shared)]


def _python() -> list[str]:
    """Bind the interpreter at a neutral place, its installed packages covered."""
    found = interpreter()
    parts = [*_folders(PLACES.python), "--ro-bind", str(found.executable), PLACES.python]
    for folder in found.libraries:
        inside = _PYTHON / folder.relative_to(found.prefix)
        parts += [*_folders(str(inside)), "--ro-bind", str(folder), str(inside)]
    for folder in found.packages:
        parts += _empty(_PYTHON / folder.relative_to(found.prefix))
    for name in ("python", "python3"):
        if name != found.executable.name:
            parts += ["--symlink", found.executable.name, f"{_PYTHON}/bin/{name}"]
    if found.shared and not found.shared.is_relative_to("/usr"):
        parts += _library(found.shared)
    harness = f"{PLACES.harness}/harness"
    return [*parts, *_folders(harness), "--ro-bind", str(HARNESS), harness]


def _folders(path: str) -> list[str]:
    """Make the folders above a path readable to all; bubblewrap makes them for root only."""
    above = [str(folder) for folder in reversed(Path(path).parents)][1:]
    return [part for folder in above for part in ("--perms", "0755", "--dir", folder)]


def _tools(job: Job) -> list[str]:
    parts = ["--perms", "0755", "--dir", PLACES.tools]
    if job.tools:
        parts += _folders(f"{PLACES.tools}/bin/any")
    for name, path in {**tool_paths(job.tools), **job.folders}.items():
        parts += ["--ro-bind", str(path), f"{PLACES.tools}/{name}"]
    return parts


def _system_folders(job: Job) -> list[str]:
    return [
        part
        for path in job.system_folders
        for part in (*_folders(f"{path}/any"), "--ro-bind-try", path, path)
    ]


def _devices() -> list[str]:
    parts = ["--proc", "/proc", *_folders("/dev/any")]
    for name in _DEVICES:
        parts += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for link, target in _DEVICE_LINKS.items():
        parts += ["--symlink", target, link]
    return parts


def _writable(size: int) -> list[str]:
    return [
        part
        for folder in PLACES.watched
        for part in ("--perms", "1777", "--size", str(size), "--tmpfs", folder)
    ]


def _system_texts(user: int) -> dict[str, str]:
    return {
        "/etc/passwd": f"sandbox:x:{user}:{user}::{PLACES.home}:/bin/sh\n",
        "/etc/group": f"sandbox:x:{user}:\n",
        "/etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }


def _texts(texts: dict[str, int]) -> list[str]:
    parts = [*_folders("/etc/any"), "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for name, descriptor in texts.items():
        parts += ["--perms", "0444", "--file", str(descriptor), name]
    return parts


def find_bubblewrap() -> str | None:
    """Return the path of ``bwrap``, None if it is not installed."""
    return shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")
