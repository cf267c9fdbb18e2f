"""The app as a person starts it: a process of its own, on free ports."""

import itertools
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx

from tests.polling import eventually

ROOT = Path(__file__).parent.parent


SHARE = 3_000
"""Ports of one process of the tests."""


def _own_ports() -> list[int]:
    """Ports that no other process of the same run takes, beginning anywhere among them.

    They are below those that Linux gives to outgoing connections, so that none of these is taken
    in the meantime, and an app that starts finds them as free as they were.
    """
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
    first = 20_000 + number * SHARE
    begin = secrets.randbelow(SHARE)  # not random: its seed is the same in every process
    return [first + (begin + each) % SHARE for each in range(SHARE)]


PORTS = itertools.cycle(_own_ports())
"""One after the other: none is given twice while an app that got it is still to take it."""


def free_port() -> int:
    """A port that nobody listens on."""
    for port in PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("the ports never end")


class AppProcess:
    """The app in a process, by any of its start commands. A context manager that stops it."""

    def __init__(self, command: tuple[str, ...] = ("app.py",), **variables: str) -> None:
        self.port = free_port()
        self.api_port = free_port()
        self.program = sys.executable
        self.command = command
        self.folder = ROOT
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TOGGLE_", "DATABASE_URL"))
        }
        self.environment = inherited | {
            "TOGGLE_PORT": str(self.port),
            "TOGGLE_API_PORT": str(self.api_port),
            "TOGGLE_APPS_PORT": str(free_port()),
            "PYTHONUNBUFFERED": "1",
            **variables,
        }
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by __exit__
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Start the process and wait until the API answers. One that does not is ended."""
        self.launch()
        try:
            eventually(self.answers, seconds=600)
        except BaseException:
            self.__exit__()
            raise
        return self

    def launch(self) -> Self:
        """Start the process, and do not wait."""
        self.process = subprocess.Popen(
            [self.program, *self.command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        return self

    def answers(self) -> bool:
        """Whether the API on its own port is ready. Fails if the process has ended."""
        assert self.process is not None
        assert self.process.poll() is None, f"the app ended:\n{self.output()}"
        try:
            return httpx.get(f"{self.api}/health", timeout=60).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Kill it as the kernel would, with nothing tidied up."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 60) -> int:
        """Ask it to stop, wait, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def output(self) -> str:
        """All it has printed."""
        self.log.seek(0)
        return self.log.read()

    @property
    def pid(self) -> int:
        """Id of the process."""
        assert self.process is not None
        return self.process.pid

    @property
    def dashboard(self) -> str:
        """Address of the dashboard."""
        return f"http://localhost:{self.port}"

    @property
    def api(self) -> str:
        """Address of the API, on its own port."""
        return f"http://127.0.0.1:{self.api_port}/api"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.close()


@contextmanager
def app_in_a_folder(**variables: str) -> Iterator[AppProcess]:
    """The app, started, on an embedded database of its own, whose folder goes with it.

    Args:
        variables: of its environment, besides the one that names the folder.
    """
    with tempfile.TemporaryDirectory(prefix="toggle-app-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # The database's user may enter it.
        variables["TOGGLE_DATA_DIR"] = str(folder / "data")
        with AppProcess(("app.py",), **variables) as app:
            yield app.start()
