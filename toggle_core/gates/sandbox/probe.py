"""Proves that a sandbox confines, before anything is trusted to it."""

import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import End, Job
from toggle_core.gates.sandbox.limits import Limits
from toggle_core.gates.sandbox.supervisor import run_job

_LIMITS = Limits(processor_seconds=10)
_LEAST_ATTEMPTS = 15
_NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "uts")
_VARIABLES = (
    *("PATH", "HOME", "TMPDIR", "LANG", "PWD", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"),
    "LC_CTYPE",
)


def why_not(backend: Backend) -> str | None:
    """Run a canary that tries what must be refused.

    Args:
        backend: the way to confine a job.

    Returns:
        None if it ran and everything was refused; else what went wrong, for engineers.
    """
    with _bait() as options:
        namespaces = _own_namespaces() if backend.servers else {}
        pid = None if backend.servers else os.getpid()
        job = Job(
            "canary",
            {"canary.txt": "sings\n"},
            {**options, "namespaces": namespaces, "pid": pid},
            limits=_LIMITS,
        )
        done = run_job(backend, job)
    if done.end is not End.EXITED or done.exit_code != 0 or done.report is None:
        return f"it did not start: {_last_line(done.errors) or done.end}"
    if len(done.report["tried"]) < _LEAST_ATTEMPTS:
        return "the canary did not try everything"
    if reached := done.report["reached"]:
        return f"it does not confine; a program in it could {', '.join(reached)}"
    return None


@contextmanager
def _bait() -> Iterator[dict[str, Any]]:
    """Lay out what a confined program must not reach: a file, a port and two sockets."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        secret = Path(folder, "secret")
        secret.write_text(secrets.token_hex())
        secret.chmod(0o644)
        port = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        addresses = [str(Path(folder, "socket")), f"\0{secrets.token_hex()}"]
        for address in addresses:
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind(address)
            listener.listen()
        Path(addresses[0]).chmod(0o777)
        yield {
            "files": [str(secret), str(Path(__file__).resolve()), "/etc/hostname"],
            "tcp_port": port,
            "unix_socket": addresses[0],
            "abstract_socket": addresses[1],
            "variables": _VARIABLES,
        }


def _own_namespaces() -> dict[str, str]:
    return {name: str(Path(f"/proc/self/ns/{name}").readlink()) for name in _NAMESPACES}


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""
