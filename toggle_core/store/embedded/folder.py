"""The data folder: what is in it, where it may be, and how a database is made in it."""

import errno
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toggle_core import errors
from toggle_core.store.embedded.account import SERVER_USER, Account, account_for
from toggle_core.store.embedded.binaries import POSTGRES_VERSION, SYSTEM_DIR
from toggle_core.store.embedded.make_folder import make_folder

PORT = 5432

# A socket's path has at most 107 bytes on Linux, 103 on macOS (sun_path in sys/un.h).
_SOCKET_PATH_BYTES = 103
# Commas separate folders in unix_socket_directories and hosts in a libpq URI; other characters
# would need escapes that its readers do not agree on.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class DataFolder:
    """A folder that holds a database and everything that belongs to it."""

    path: Path
    account: Account

    @property
    def pgdata(self) -> Path:
        """Postgres's own data directory."""
        return self.path / "postgres"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.path / "postgres.log"

    @property
    def users_lock(self) -> Path:
        """Held shared by everyone who uses the server."""
        return self.path / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held by the one who starts or stops the server."""
        return self.path / "start.lock"

    @property
    def owner(self) -> int | None:
        """Who gets the files that root makes in the folder: its owner. None if not root."""
        return self.path.stat().st_uid if self.account.dropped else None

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's socket: in the data folder if its path is short and plain."""
        inside = self.path / "socket"
        outside = f"toggle-{self.account.uid}-{_digest(self.path)}"
        for folder in (inside, Path(tempfile.gettempdir()).resolve() / outside):
            if _fits(folder) and self.account.first_closed(folder.parent) is None:
                return folder
        return Path("/tmp").resolve() / outside  # noqa: S108 - made private, or refused

    def create(self) -> None:
        """Make the folder if it is missing. Folders that exist keep their permissions.

        Raises:
            OSError: it cannot be made.
        """
        # Root's part of the folder, such as the log, is out of reach of its system user.
        of_system_user = self.account.dropped and self.account.name == SERVER_USER
        owner = self.account.uid if self.account.dropped and not of_system_user else None
        make_folder(self.path, mode=0o711 if of_system_user else 0o700, owner=owner)

    def is_initialised(self) -> bool:
        """Whether there is a database of our version.

        Raises:
            errors.DataFolderOtherVersion: it is of another version.
            errors.DataFolderNotPostgres: there is something else in its place.
            OSError: it cannot be read.
        """
        version_file = self.pgdata / "PG_VERSION"
        if version_file.is_file():
            found = version_file.read_text().strip()
            if found != POSTGRES_VERSION:
                raise errors.DataFolderOtherVersion(
                    folder=self.path, found=found, ours=POSTGRES_VERSION
                )
            return True
        if self.pgdata.is_symlink() or (self.pgdata.exists() and any(self.pgdata.iterdir())):
            raise errors.DataFolderNotPostgres(folder=self.pgdata)
        return False

    @contextmanager
    def new_pgdata(self) -> Iterator[Path]:
        """A folder to make a database in. It becomes `pgdata` only if the block ends well.

        An interrupted initdb therefore never leaves something that looks complete.
        """
        for left_over in self.path.glob("postgres.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=self.path))
        try:
            self.account.own(fresh)
            yield fresh
            fresh.rename(self.pgdata)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        _sync(self.path)

    def make_socket_dir(self) -> Path:
        """Make the socket's folder, or check that it is private to the server's user.

        Anyone who can enter it can connect without a password, so nobody else may.

        Raises:
            errors.SocketFolderUnsafe: it belongs to someone else, or others may enter.
            OSError: it cannot be made.
        """
        folder = self.socket_dir
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            check_private(folder, self.account)
        else:
            self.account.own(folder)
        return folder


def check_private(folder: Path, account: Account) -> None:
    """Refuse a socket's folder that others could have made or may enter.

    Raises:
        errors.SocketFolderUnsafe: it is not the account's alone.
    """
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
    if not private or status.st_uid != account.uid:
        raise errors.SocketFolderUnsafe(folder=folder)


def choose_folder(data_dir: Path, fallback: Path | None) -> DataFolder:
    """Say where the data of `data_dir` is kept: there, or below `fallback` if it is out of reach.

    Only as root may a folder be out of reach: the server's user cannot enter a private home, whose
    permissions are not ours to change. Data that exists stays where it is.

    Args:
        data_dir: the wanted folder.
        fallback: a folder everyone may enter, or None if `data_dir` is a person's explicit wish.

    Raises:
        errors.DataFolderPrivate: the server's user cannot reach it.
    """
    path = data_dir.expanduser().resolve()
    wanted = DataFolder(path, account_for(path))
    closed = wanted.account.first_closed(path)
    if fallback is None or not wanted.account.dropped or wanted.pgdata.exists():
        if closed is not None:
            raise _private(wanted.account, closed)
        return wanted
    other_path = fallback.resolve() / f"{path.name.strip('.') or 'data'}-{_digest(path)}"
    other = DataFolder(other_path, account_for(other_path))
    if closed is None and not other.pgdata.exists():
        return wanted
    if still_closed := other.account.first_closed(other_path):
        raise _private(other.account, still_closed)
    return other


@contextmanager
def file_errors(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses within the block into a sentence about the data folder.

    Raises:
        errors.DiskFull: no room is left.
        errors.DataFolderIsFile: a folder cannot be made where a file is.
        errors.DataFolderNotWritable: any other refusal.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise errors.DiskFull(folder=folder) from error
        if isinstance(error, NotADirectoryError | FileExistsError):
            raise errors.DataFolderIsFile(path=error.filename or folder) from error
        reason = f"{error.strerror or error} ({error.filename or folder})"
        raise errors.DataFolderNotWritable(folder=folder, reason=reason) from error


def _private(account: Account, closed: Path) -> errors.DataFolderPrivate:
    return errors.DataFolderPrivate(user=account.name, private=closed, instead=SYSTEM_DIR / "data")


def _fits(socket_dir: Path) -> bool:
    socket = f"{socket_dir}/.s.PGSQL.{PORT}"
    plain = _PLAIN_PATH.fullmatch(str(socket_dir)) is not None
    return plain and len(os.fsencode(socket)) <= _SOCKET_PATH_BYTES


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
