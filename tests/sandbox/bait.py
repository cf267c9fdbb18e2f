"""What an attack is after: an application's secret, its sockets, its processes."""

import os
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import toggle_core.errors

VARIABLE = "TOGGLE_TEST_SECRET"


@dataclass(frozen=True)
class Bait:
    """An application that stands ready to be attacked.

    Attributes:
        secret: what no attack may learn.
        file: a file with the secret, readable and writable for the application's user.
        listeners: the application's sockets; nobody may reach them.
        addresses: where they listen, by kind.
    """

    secret: str
    file: Path
    listeners: dict[str, socket.socket]
    addresses: dict[str, Any]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def target(self, nonce: str) -> dict[str, Any]:
        """Return what an attack is told; it knows where everything is."""
        return {
            "nonce": nonce,
            "secret_file": str(self.file),
            "secret_mark": self.secret[:12],
            "app_file": str(Path(toggle_core.errors.__file__).resolve()),
            "variable": VARIABLE,
            "pid": os.getpid(),
            **self.addresses,
        }

    def harm(self, nonce: str) -> str | None:
        """Say what an attack did to the application, None if nothing."""
        if self.file.read_text() != self.secret or self.file.stat().st_mode & 0o777 != 0o644:
            return "the secret file was changed"
        if sorted(path.name for path in self.file.parent.iterdir()) != ["secret", "socket"]:
            return "the data folder was changed"
        for kind, listener in self.listeners.items():
            if _was_reached(listener):
                return f"the {kind} was reached"
        return _left_over(nonce)


@contextmanager
def application() -> Iterator[Bait]:
    """Stand up an application to be attacked."""
    secret = secrets.token_hex(24)
    os.environ[VARIABLE] = secret
    with tempfile.TemporaryDirectory(prefix="app-") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        file = Path(folder, "secret")
        file.write_text(secret)
        file.chmod(0o644)
        held = stack.enter_context(file.open())
        os.set_inheritable(held.fileno(), True)
        abstract = secrets.token_hex(8)
        listeners = {
            "socket": _listener(socket.AF_UNIX, str(Path(folder, "socket"))),
            "abstract socket": _listener(socket.AF_UNIX, f"\0{abstract}"),
            "TCP port": _listener(socket.AF_INET, ("127.0.0.1", 0)),
            "UDP port": _listener(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM),
        }
        Path(folder, "socket").chmod(0o777)
        for listener in listeners.values():
            stack.enter_context(listener)
        addresses = {
            "unix_socket": str(Path(folder, "socket")),
            "abstract_socket": abstract,
            "tcp_port": listeners["TCP port"].getsockname()[1],
            "udp_port": listeners["UDP port"].getsockname()[1],
        }
        yield Bait(secret, file, listeners, addresses)


def _listener(
    family: socket.AddressFamily, address: Any, kind: socket.SocketKind = socket.SOCK_STREAM
) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    listener.setblocking(False)
    return listener


def _was_reached(listener: socket.socket) -> bool:
    try:
        listener.recv(1) if listener.type == socket.SOCK_DGRAM else listener.accept()
    except BlockingIOError:
        return False
    return True


def _left_over(nonce: str) -> str | None:
    """Look for a process that has the attack's nonce on its command line."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if nonce.encode() in process.read_bytes():
                return f"process {process.parent.name} was left over"
        except OSError:
            continue
    return None
