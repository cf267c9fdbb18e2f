"""The system user Postgres runs as: this process's own, or, as root, one that is not root."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from toggle_core import errors

if sys.platform != "win32":
    import pwd

SERVER_USER = "toggle-postgres"

# Nothing of the caller's environment reaches the server: no LD_PRELOAD, no PG* variable, no secret.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """A system user, by number. `dropped` says that this process is root and becomes this user."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @property
    def is_named(self) -> bool:
        """Whether the system knows the user by a name."""
        return _name_of(self.uid) is not None

    def run(
        self,
        command: Sequence[str | Path],
        *,
        timeout_s: float,
        stderr: int | IO[bytes] = subprocess.PIPE,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command as this user, in a session of its own, so that Ctrl-C does not reach it.

        Args:
            command: the program and its arguments; no shell.
            timeout_s: seconds after which it is killed.
            stderr: where its complaints go; by default into the result.

        Raises:
            errors.DatabaseUserMissing: this process may not become that user.
            errors.DatabaseNotRunnable: it could not be started, or took longer.
        """
        try:
            return self._run(command, timeout_s, stderr)
        except subprocess.TimeoutExpired as error:
            reason = f"{Path(command[0]).name} did not finish within {timeout_s:.0f} s"
            raise errors.DatabaseNotRunnable(reason=reason) from error
        except OSError as error:
            if self.dropped and error.errno in {errno.EPERM, errno.EINVAL}:
                raise errors.DatabaseUserMissing(user=self.name, reason=error.strerror) from error
            raise errors.DatabaseNotRunnable(reason=str(error)) from error

    def _run(
        self, command: Sequence[str | Path], timeout_s: float, stderr: int | IO[bytes]
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            timeout=timeout_s,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            start_new_session=True,
            user=self.uid if self.dropped else None,
            group=self.gid if self.dropped else None,
            extra_groups=[] if self.dropped else None,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder that this process has just made to this user.

        Raises:
            errors.DatabaseUserMissing: the user has no number here (a container with one user).
        """
        if not self.dropped:
            return
        try:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)
        except OSError as error:
            raise errors.DatabaseUserMissing(user=self.name, reason=str(error.strerror)) from error

    def may_enter(self, folder: Path) -> bool:
        """Whether the folder's permission bits let this user reach what is inside."""
        return self._may(folder, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH)

    def may_read(self, path: Path) -> bool:
        """Whether the permission bits let this user read the file or list the folder."""
        return self._may(path, stat.S_IRUSR, stat.S_IRGRP, stat.S_IROTH)

    def first_closed(self, folder: Path) -> Path | None:
        """The outermost of a folder and its parents that this user may not enter, or None.

        What does not exist, or is a file, counts as open. `folder` is absolute and free of links.
        """
        if not self.dropped:
            return None
        for step in (*reversed(folder.parents), folder):
            if step.is_dir() and not self.may_enter(step):
                return step
        return None

    def _may(self, path: Path, as_owner: int, as_group: int, as_other: int) -> bool:
        status = path.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & as_owner)
        if status.st_gid == self.gid:
            return bool(status.st_mode & as_group)
        return bool(status.st_mode & as_other)


def account_for(data_dir: Path) -> Account:
    """Choose the user the server of this data folder runs as.

    An ordinary user: the same. As root, whoever owns the database already (a container that was
    rebuilt may know the number by no name), else the owner of the folder it will be in, so that
    both may use it in turn, else a system user of its own, created if missing.

    Args:
        data_dir: an absolute path; it may not exist yet.

    Raises:
        errors.DatabaseUserMissing: as root, when the system user cannot be created.
    """
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), dropped=False)
    pgdata = data_dir / "postgres"
    nearest = next(path for path in (pgdata, *pgdata.parents) if path.is_dir())
    status = nearest.lstat()
    name = _name_of(status.st_uid)
    if status.st_uid == 0 or (name is None and nearest != pgdata):
        return _system_account()
    return Account(name or str(status.st_uid), status.st_uid, status.st_gid, dropped=True)


def _system_account() -> Account:
    entry = _entry(SERVER_USER)
    if entry is None:
        _create_system_user()
        entry = _entry(SERVER_USER)
    if entry is None or entry.pw_uid == 0:
        raise errors.DatabaseUserMissing(user=SERVER_USER, reason="it is not a user of its own")
    return Account(SERVER_USER, entry.pw_uid, entry.pw_gid, dropped=True)


def _create_system_user() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SERVER_USER]
    try:
        made = subprocess.run(
            command, capture_output=True, check=False, timeout=30, env=ENVIRONMENT, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise errors.DatabaseUserMissing(user=SERVER_USER, reason=str(error)) from error
    # Another process may have created it at the same moment.
    if made.returncode != 0 and _entry(SERVER_USER) is None:
        reason = " ".join(made.stderr.split()) or "useradd failed"
        raise errors.DatabaseUserMissing(user=SERVER_USER, reason=reason)


def _entry(name: str) -> "pwd.struct_passwd | None":
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None
