"""The server process: is it there, start it, wait for it, stop it."""

import os
import re
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from psycopg import pq

from toggle_core import errors
from toggle_core.store.embedded import process
from toggle_core.store.embedded.binaries import Binaries
from toggle_core.store.embedded.folder import PORT, DataFolder, check_private
from toggle_core.store.embedded.log import open_log, telling_line, written_since

RETRY_S = 0.1

# Beyond Postgres's defaults. The log leaves out what every caller hears anyway (errors of single
# statements), so that it hardly grows.
SETTINGS: Mapping[str, str] = {
    "cluster_name": "production-toggle",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "100",
    "shared_buffers": "128MB",
    # The default of 4 models a disk with heads. Postgres's manual (19.7.2, "Planner Cost
    # Constants") says 1.1 for solid-state drives, and that less is right where most is cached.
    "random_page_cost": "1.1",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_checkpoints": "off",
}

# A postmaster that was killed leaves its children alive for a moment; and a server that a killed
# app had just launched may get there first. Both pass.
_PASSING = re.compile(r"is still in use|lock file .+ already exists")
# A pid file without a pid is being written, or was lost in a power failure.
_HALF_WRITTEN_S = 5.0
# "shared memory ... No space left" is about /dev/shm, not about the disk.
_NO_SPACE = re.compile(r"^(?!.*shared memory).*No space left on device", re.MULTILINE)
# With less than this left, a failed start is put down to the disk: its message may be lost too.
_FULL_BYTES = 1_000_000


class State(Enum):
    """What there is of a server."""

    DOWN = "down"
    BUSY = "busy"  # starting, recovering or stopping
    UP = "up"


@dataclass(frozen=True)
class PidFile:
    """Postgres's postmaster.pid: lines 1, 5 and 8 (src/include/utils/pidfile.h)."""

    pid: int | None
    socket_dir: Path | None
    ready: bool
    age_s: float


@dataclass(frozen=True)
class Postmaster:
    """The server of one data folder, running or not."""

    folder: DataFolder
    binaries: Binaries
    settings: Mapping[str, str]

    @property
    def socket_dir(self) -> Path:
        """Where the running server listens, else where the next one will."""
        found = self.read_pid_file()
        if found is None or found.socket_dir is None:
            return self.folder.socket_dir
        return found.socket_dir

    def conninfo(self, database: str) -> str:
        """How libpq reaches a database of this server, whatever PG* variables are set."""
        # No password: pg_hba.conf trusts local connections, and only the server's user and root
        # can enter the socket's folder.
        return f"postgresql://postgres@/{database}?host={self.socket_dir}&port={PORT}"

    def read_pid_file(self) -> PidFile | None:
        """What the server says of itself, or None if there is no pid file."""
        path = self.folder.pgdata / "postmaster.pid"
        try:
            age_s = abs(time.time() - path.stat().st_mtime)
            lines = path.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return None
        lines += [""] * 8
        pid = int(lines[0]) if lines[0].strip().isdigit() else None
        socket_dir = Path(lines[4].strip()) if lines[4].strip() else None
        return PidFile(pid, socket_dir, lines[7].strip() == "ready", age_s)

    def state(self) -> State:
        """Look at the pid file, at the process it names, and at the socket."""
        found = self.read_pid_file()
        if found is None:
            return State.DOWN
        if found.ready and self._accepts():
            return State.UP
        if found.pid is None:
            return State.BUSY if found.age_s < _HALF_WRITTEN_S else State.DOWN
        return State.BUSY if self._is_server(found.pid) else State.DOWN

    def ensure_running(self, *, timeout_s: float) -> None:
        """Start the server unless it runs, and wait until it accepts connections.

        Args:
            timeout_s: how long to wait, recovery after a crash included.

        Raises:
            errors.StartError: it did not get there; the log's last telling line says why.
        """
        deadline = time.monotonic() + timeout_s
        while (state := self.state()) is not State.UP:
            if state is State.DOWN:
                self._launch_and_wait(deadline)
            self._pause(deadline)
        check_private(self.socket_dir, self.folder.account)

    def stop(self, *, timeout_s: float) -> bool:
        """Ask the server to stop at once, if it runs, and wait.

        Returns whether it is gone; after the timeout it goes on stopping by itself.
        """
        socket_dir = self.socket_dir
        found = self.read_pid_file()
        if found is not None and found.pid is not None and self._is_server(found.pid):
            pid = found.pid
            process.stop_fast(pid)
            # Not `_is_server`: a process that is ending has lost its folder and command already.
            if not process.wait_while(lambda: process.is_alive(pid), timeout_s):
                return False
        if socket_dir.parent != self.folder.path:
            with suppress(OSError):
                socket_dir.rmdir()
        return True

    def _launch_and_wait(self, deadline: float) -> None:
        self._remove_stale_files()
        with open_log(self.folder.log, owner=self.folder.owner) as log:
            since = os.fstat(log).st_size
            pid = self._launch(log)
        try:
            while self.state() is not State.UP:
                if not process.is_alive(pid):
                    self._explain_exit(since)
                    return
                self._pause(deadline)
        except BaseException:
            process.abandon(pid)
            raise

    def _launch(self, log: int) -> int:
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        options.append(f"-cunix_socket_directories={self.folder.make_socket_dir()}")
        # The shell ends at once, so that the server is nobody's child: it outlives this process,
        # and leaves no zombie here. pg_ctl would do the same but for a path with a `$` in it.
        launcher: list[str | Path] = ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh"]
        server: list[str | Path] = [self.binaries.postgres, "-D", self.folder.pgdata, *options]
        done = self.folder.account.run([*launcher, *server], timeout_s=10, stderr=log)
        return int(done.stdout)

    def _explain_exit(self, since: int) -> None:
        """Say why the server ended; return if it is worth another try."""
        text = written_since(self.folder.log, since)
        if _PASSING.search(telling_line(text)) or self.state() is not State.DOWN:
            time.sleep(RETRY_S)
            return
        self.binaries.check(self.folder.account)
        raise self.failure(text)

    def failure(self, text: str) -> errors.StartError:
        """The error for what a program of Postgres wrote before it ended."""
        line = telling_line(text)
        # On a full disk the line may not have been written.
        if _NO_SPACE.search(text) or shutil.disk_usage(self.folder.path).free < _FULL_BYTES:
            return errors.DiskFull(folder=self.folder.path)
        return errors.DatabaseNotStarted(reason=line or "it said nothing", log=self.folder.log)

    def _pause(self, deadline: float) -> None:
        if time.monotonic() < deadline:
            time.sleep(process.POLL_S)
            return
        raise errors.DatabaseNotStarted(
            reason="it was not ready in time, and may still be recovering", log=self.folder.log
        )

    def _accepts(self) -> bool:
        conninfo = f"{self.conninfo('postgres')}&connect_timeout=2"
        return pq.PGconn.ping(conninfo.encode()) == pq.Ping.OK

    def _is_server(self, pid: int) -> bool:
        return process.is_postmaster(pid, self.folder.pgdata)

    def _remove_stale_files(self) -> None:
        """Remove lock files Postgres would respect because their number is another process's now.

        Those of a process that is gone are left to Postgres, which looks deeper.
        """
        found = self.read_pid_file()
        if found is None or (found.pid is not None and not process.exists(found.pid)):
            return
        (self.socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        (self.folder.pgdata / "postmaster.pid").unlink(missing_ok=True)
