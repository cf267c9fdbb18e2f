"""Starting, sharing and leaving the embedded server."""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from toggle_core import errors
from toggle_core.file_lock import FileLock, exclusive, shared
from toggle_core.store.embedded import binaries, user_name
from toggle_core.store.embedded.client_variables import forget_client_variables
from toggle_core.store.embedded.folder import choose_folder, file_errors
from toggle_core.store.embedded.log import open_log
from toggle_core.store.embedded.postmaster import SETTINGS, Postmaster

DATABASE = "toggle"
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 8.0

_INITDB_TIMEOUT_S = 120.0
_LOCK_TIMEOUT_S = _INITDB_TIMEOUT_S + START_TIMEOUT_S

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmbeddedServer:
    """A running server that this process uses, until `stop`. Also a context manager.

    Attributes:
        data_dir: the folder that holds everything of the server; not the wanted one if that was
            out of the server's reach.
        url: a libpq URI of the database, for psycopg and, with its scheme replaced, SQLAlchemy.
    """

    data_dir: Path
    url: str
    _postmaster: Postmaster = field(repr=False)
    _use: FileLock = field(repr=False)

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._postmaster.folder.log

    def stop(self, *, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """Leave the server; the last of its users stops it. Doing so again does nothing.

        Args:
            timeout_s: how long to wait for it to stop, and for others who start or stop it.
        """
        folder = self._postmaster.folder
        if not self._use.held:
            return
        try:
            turn = exclusive(folder.start_lock, timeout_s=timeout_s, owner=folder.owner)
        except FileNotFoundError:
            turn = None  # the data was deleted; a server without its pid file ends by itself
        try:
            if turn is None:
                self._use.release()
            else:
                _leave(self._use, self._postmaster, timeout_s)
        finally:
            if turn is not None:
                turn.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(
    data_dir: Path,
    *,
    fallback: Path | None = None,
    extra: Mapping[str, str] | None = None,
    system_dir: Path = binaries.SYSTEM_DIR,
    timeout_s: float = START_TIMEOUT_S,
) -> EmbeddedServer:
    """Start the server of a data folder, or join the one that runs; make the folder if needed.

    From then on this process has no ``PG*`` variables any more, see `client_variables`.

    Any number of processes, and threads in them, may use one server. Each calls `start` and, at its
    end, `stop`; one that dies without is noticed.

    Args:
        data_dir: the folder. As root, folders above it are never made more open; if the server's
            user cannot pass through them, the data goes below `fallback`.
        fallback: a folder for data that is out of reach, such as `binaries.SYSTEM_DIR`. None if a
            person chose `data_dir`, which is then refused.
        extra: settings of Postgres beyond ours, for a server this call starts. With fsync off the
            new data folder is not synced either.
        system_dir: where the server's programs are copied if its user cannot reach the wheel's.
        timeout_s: how long the server may take to accept connections, recovery included.

    Raises:
        errors.StartError: one sentence that says what is wrong. Nothing half-started remains.
    """
    forget_client_variables()
    settings = {**SETTINGS, **(extra or {})}
    site = binaries.find_wheel()
    with file_errors(data_dir):
        folder = choose_folder(data_dir, fallback)
    with file_errors(system_dir):
        programs = binaries.locate(site, folder.account, system_dir)
    with file_errors(folder.path):
        folder.create()
        turn = exclusive(folder.start_lock, timeout_s=_LOCK_TIMEOUT_S, owner=folder.owner)
        if turn is None:
            raise errors.DatabaseBusy(folder=folder.path, seconds=_LOCK_TIMEOUT_S)
        try:
            return _start(Postmaster(folder, programs, settings), timeout_s)
        finally:
            turn.release()


def _start(postmaster: Postmaster, timeout_s: float) -> EmbeddedServer:
    folder = postmaster.folder
    use = shared(folder.users_lock, owner=folder.owner)
    try:
        if not folder.is_initialised():
            _initialise(postmaster)
        postmaster.ensure_running(timeout_s=timeout_s)
        _ensure_database(postmaster)
        return EmbeddedServer(folder.path, postmaster.conninfo(DATABASE), postmaster, use)
    except BaseException:
        _leave(use, postmaster, STOP_TIMEOUT_S)
        raise


def _leave(use: FileLock, postmaster: Postmaster, timeout_s: float) -> None:
    """Give up the use of the server, and stop it if nobody else has one. Needs the start lock."""
    folder = postmaster.folder
    if not use.release():
        return
    last = exclusive(folder.users_lock, timeout_s=0, owner=folder.owner)
    if last is None:
        return
    try:
        if not postmaster.stop(timeout_s=timeout_s):
            logger.warning("the embedded database is still stopping after %.0f s", timeout_s)
    finally:
        last.release()


def _initialise(postmaster: Postmaster) -> None:
    folder = postmaster.folder
    with folder.new_pgdata() as fresh:
        command = [*_initdb_command(postmaster), "-D", fresh]
        if not folder.account.is_named:
            command = [sys.executable, "-IS", user_name.__file__, *command]
        done = folder.account.run(command, timeout_s=_INITDB_TIMEOUT_S)
        if done.returncode == user_name.REFUSED and not folder.account.is_named:
            reason = done.stderr.decode(errors="replace").strip().rpartition(": ")[2]
            raise errors.DatabaseUserNameless(user=folder.account.uid, reason=reason)
        if done.returncode != 0:
            postmaster.binaries.check(folder.account)
            with open_log(folder.log, owner=folder.owner) as log, suppress(OSError):
                os.write(log, done.stderr)  # the disk may be full
            raise postmaster.failure(done.stderr.decode(errors="replace"))


def _initdb_command(postmaster: Postmaster) -> list[str | Path]:
    command: list[str | Path] = [postmaster.binaries.initdb, "--username=postgres"]
    # Sorts by code point and knows upper and lower case of all of Unicode, on every machine alike.
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    command += ["--builtin-locale=C.UTF-8"]
    command += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
    if postmaster.settings.get("fsync") == "off":
        command.append("--no-sync")
    return command


def _ensure_database(postmaster: Postmaster) -> None:
    try:
        conninfo = f"{postmaster.conninfo('postgres')}&connect_timeout=10"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            found = connection.execute("select from pg_database where datname = %s", [DATABASE])
            if found.fetchone() is None:
                connection.execute(f'create database "{DATABASE}"')
    except psycopg.Error as error:
        raise postmaster.failure(" ".join(str(error).split())) from error
