"""Faults of the database: crashed, cut off, closed, without room."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import httpx
import psycopg
import pytest

from tests.chaos.books import unfinished
from tests.chaos.failover import pair
from tests.chaos.result import Result, result_of
from tests.chaos.rig import Rig, Scale, rig
from toggle_core.errors import DatabaseAway
from toggle_core.store.migrate import migrate

DISK = "400m"
"""Size of the small disk: a new database needs some 50 MB, and its log of changes as much."""


def crash_the_database(scale: Scale) -> Result:
    """Postgres ends as in a crash (``stop -m immediate``) and comes back."""
    with rig(replace(scale, url=None)) as at:
        at.worker()
        for _ in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection():
                at.crash_server()
                at.start_server()
        return result_of(at)


def fail_over(scale: Scale) -> Result:
    """The primary server is lost, and its standby takes its place."""
    with pair() as servers, rig(replace(scale, url=servers.url)) as at:
        migrate(at.database)
        at.worker()
        for number in range(max(1, scale.rounds // 3)):
            if number:
                servers.add_standby()
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection():
                servers.fail_over()
        return result_of(at)


def cut_all_connections(scale: Scale) -> Result:
    """All connections are ended by ``pg_terminate_backend``, again and again."""
    with rig(scale) as at:
        at.worker()
        for _ in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection():
                for _ in range(5):
                    _terminate_all(at)
                    time.sleep(0.1)
        return result_of(at)


def refuse_connections(scale: Scale) -> Result:
    """The database refuses connections for a while; submits in that time are not accepted."""
    with rig(scale) as at:
        app = at.process().start()
        for _ in range(max(1, scale.rounds // 5)):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with (
                at.injection(),
                _refusing(at),
                httpx.Client(base_url=app.api, timeout=60) as client,
            ):
                ends = time.monotonic() + scale.seconds
                while time.monotonic() < ends:
                    at.post(client, "Nobody is there")
                    time.sleep(0.2)
        return result_of(at)


def fill_the_disk(scale: Scale) -> Result:
    """The disk of the database's folder is full for a while (a small tmpfs; needs root).

    An ordinary user cannot have such a disk: for one the test is skipped, and fails in CI.
    """
    if os.geteuid() != 0:
        reason = "a full disk is not tried: only root can mount a small one"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with _small_disk() as disk, rig(replace(scale, url=None), disk, max_wal_size="64MB") as at:
        at.worker()
        for _ in range(max(1, scale.rounds // 5)):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection():
                ballast = disk / "ballast"
                with suppress(OSError), ballast.open("wb", buffering=0) as file:
                    while file.write(b"\0" * 1_000_000):
                        pass
                refused = _submit_until_refused(at, scale.seconds)
                ballast.unlink()
                assert refused, "the disk was never full"
                at.start_server()
        return result_of(at)


def _terminate_all(at: Rig) -> None:
    with psycopg.connect(at.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " AND datname = current_database()"
        )


@contextmanager
def _refusing(at: Rig) -> Iterator[None]:
    """The database lets nobody in."""
    name = psycopg.conninfo.conninfo_to_dict(at.url)["dbname"]
    elsewhere = at.url.replace(f"/{name}?", "/postgres?")
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


@contextmanager
def _small_disk() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="toggle-disk-")).resolve()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0711", "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def _submit_until_refused(at: Rig, seconds: float) -> bool:
    """Submit for a while. Returns whether the database ever refused to take a run."""
    refused = False
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            at.submit(1)
        except (DatabaseAway, psycopg.Error):
            refused = True
        time.sleep(0.05)
    return refused
