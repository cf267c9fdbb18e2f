"""Try what must be refused, and report what was. Run before a sandbox is trusted."""

import ctypes
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .task import Channel, Task

_PTRACE_TRACEME = 0
_CLONE_NEWUSER = 0x10000000
_AF_VSOCK = 40
_PR_GET_SECCOMP = 21
_PR_GET_NO_NEW_PRIVS = 39
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522


def run(task: Task, channel: Channel) -> None:
    """Report the names of all attempts and of those that succeeded, which must be none.

    ``options`` name what lies outside: ``files``, ``tcp_port``, ``unix_socket``, ``pid`` (None
    where process numbers are the sandbox's own), ``variables`` allowed, ``namespaces`` by name.
    """
    attempts = _attempts(task)
    reached = [name for name, attempt in attempts.items() if _succeeds(attempt)]
    channel.report({"tried": sorted(attempts), "reached": sorted(reached)})


def _attempts(task: Task) -> dict[str, Callable[[], object]]:
    options = task.options
    libc = ctypes.CDLL(None, use_errno=True)
    outside = {f"read {name}": _reader(name) for name in options["files"]}
    shared = {
        f"share the {name} namespace": _sharer(name, number)
        for name, number in options["namespaces"].items()
    }
    return {
        **outside,
        **shared,
        **{f"write to {folder}": _writer(folder) for folder in ("/", "/usr", "/etc", "/dev")},
        "be without a filter": lambda: _require(
            libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) != _SECCOMP_MODE_FILTER
        ),
        "gain privileges": lambda: _require(libc.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1),
        "have a capability": lambda: _require(_capabilities(libc)),
        "connect to a port outside": lambda: _connect(("127.0.0.1", options["tcp_port"])),
        "connect to a socket outside": lambda: _connect(options["unix_socket"]),
        "connect to an abstract socket": lambda: _connect(options["abstract_socket"]),
        "signal a process outside": lambda: _signal(options["pid"]),
        "open a virtual machine socket": lambda: socket.socket(_AF_VSOCK, socket.SOCK_STREAM),
        "trace": lambda: _call(libc.ptrace(_PTRACE_TRACEME, 0, 0, 0)),
        "make a user namespace": lambda: _call(libc.unshare(_CLONE_NEWUSER)),
        "be root": lambda: _require(0 in (os.getuid(), os.geteuid(), os.getgid(), *os.getgroups())),
        "see the environment": lambda: _require(bool(set(os.environ) - set(options["variables"]))),
        "exceed a limit": lambda: _require(_limits(task.limits)),
    }


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, PermissionError):
        return False
    return True


def _require(condition: bool) -> None:
    if not condition:
        raise PermissionError


def _call(result: int) -> None:
    _require(result == 0)


def _reader(name: str) -> Callable[[], Any]:
    return lambda: Path(name).read_bytes()


def _writer(folder: str) -> Callable[[], Any]:
    return lambda: Path(folder, "canary").write_bytes(b"")


def _sharer(name: str, number: str) -> Callable[[], None]:
    return lambda: _require(_namespace(name) in (number, None))


def _namespace(name: str) -> str | None:
    try:
        return str(Path(f"/proc/self/ns/{name}").readlink())
    except OSError:
        return None


def _capabilities(libc: ctypes.CDLL) -> bool:
    """Tell whether this process has any capability, effective, permitted or inheritable."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    return libc.capget(header, sets) != 0 or any(sets)


def _connect(address: Any) -> None:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as outward:
        outward.settimeout(1)
        outward.connect(address)


def _signal(pid: int | None) -> None:
    _require(pid is not None)
    if pid is not None:
        os.kill(pid, 0)


def _limits(expected: Any) -> bool:
    """Tell whether some limit is wider than it was meant to be."""
    return any(
        bound > value
        for name, value in expected.items()
        for bound in resource.getrlimit(getattr(resource, name))
    )
