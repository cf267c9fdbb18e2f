"""A primary server and its standby, of which one can be lost with nothing that was accepted."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from tests.app_process import free_port
from tests.integration.external_postgres import programs_of, reachable, run_as
from tests.polling import eventually
from toggle_core.store.embedded.account import Account, account_for

VERSION = 18
USER = "toggle"


@dataclass
class Pair:
    """Two servers, the second of which has all that the first has said to be done.

    Attributes:
        folder: holds all their data.
        programs: of Postgres.
        account: they run as.
        ports: of the primary and of the standby.
    """

    folder: Path
    programs: Path
    account: Account
    ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    _data: list[Path] = field(default_factory=list)
    _made: int = 0

    @property
    def url(self) -> str:
        """Leads to whichever of them can be written."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in sorted(self.ports))
        return f"postgresql://{USER}@{hosts}/postgres?target_session_attrs=read-write"

    def start(self) -> None:
        """Make both."""
        data = self._new_folder()
        self._run(
            "initdb",
            "-D",
            data,
            "-U",
            USER,
            "--auth=trust",
            "--no-sync",
            "--locale=C",
            "-E",
            "UTF8",
        )
        self._data = [data]
        self._start(data, self.ports[0])
        self.add_standby()

    def add_standby(self) -> None:
        """Make the second server, and let the first one wait for it with every commit."""
        primary, standby = self.ports
        data = self._new_folder()
        source = f"host=127.0.0.1 port={primary} user={USER}"
        self._run("pg_basebackup", "-D", data, "-d", source, "-R", "-c", "fast", "--no-sync")
        self._data.append(data)
        self._start(data, standby)
        with psycopg.connect(f"{source} dbname=postgres", autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            in_step = "SELECT FROM pg_stat_replication WHERE sync_state = 'sync'"
            eventually(lambda: connection.execute(in_step).rowcount)

    def fail_over(self) -> None:
        """The primary is lost in a moment; the standby takes its place."""
        lost = self._data.pop(0)
        self._kill(lost)
        self._run("pg_ctl", "promote", "-w", "-D", self._data[0])
        self.ports.reverse()
        shutil.rmtree(lost)

    def stop(self) -> None:
        """End both."""
        for data in self._data:
            self._kill(data)

    def _start(self, data: Path, port: int) -> None:
        options = f"-p {port} -k {data} -h 127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-D", data, "-l", data / "log", "-o", options)

    def _kill(self, data: Path) -> None:
        postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        processes = [postmaster, *postmaster.children()]
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def _new_folder(self) -> Path:
        self._made += 1
        data = self.folder / f"data{self._made}"
        data.mkdir(mode=0o700)
        self.account.own(data)
        return data

    def _run(self, program: str, *arguments: str | Path) -> None:
        run_as(self.account, [self.programs / program, *arguments])


@contextmanager
def pair() -> Iterator[Pair]:
    """Two servers for the length of a block."""
    folder = Path(tempfile.mkdtemp(prefix="toggle-pair-")).resolve()
    folder.chmod(0o711)
    account = account_for(folder)
    made = Pair(folder, reachable(programs_of(VERSION), folder, account), account)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
