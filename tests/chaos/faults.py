"""The faults. Each breaks one thing while runs are executed, and gives the balanced books."""

import itertools
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import httpx
import psycopg

from tests.chaos.books import Balance, begun, unfinished
from tests.chaos.rig import Rig, Scale, rig
from tests.polling import eventually
from toggle_core.errors import DatabaseAway

DISK = "400m"
"""Size of the small disk: a new database needs some 50 MB, and its log of changes as much."""

FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"

CLOCK_BEHIND = "-60s"


@dataclass(frozen=True)
class Result:
    """What came of a fault.

    Attributes:
        injections: how often it was injected.
        slowest: seconds of the slowest recovery.
        books: balanced at the end.
    """

    injections: int
    slowest: float
    books: Balance


Fault = Callable[[Scale], Result]


def kill_the_app(scale: Scale) -> Result:
    """``kill -9`` of the app with runs in flight, and a restart."""
    with rig(scale) as at:
        app = at.process().start()
        for _ in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection():
                app.kill()
                app.start()
        return _result(at)


def kill_one_of_three_workers(scale: Scale) -> Result:
    """``kill -9`` of one worker; the others take its runs over."""
    with rig(scale) as at:
        workers = [at.worker() for _ in range(3)]
        for number in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight(8)
            with at.injection():
                workers[number % 3].kill()
            workers[number % 3] = at.worker()
        return _result(at)


def freeze_a_worker(scale: Scale) -> Result:
    """A worker is stopped past its lease (SIGSTOP) and woken after its runs were taken over."""
    with rig(scale) as at:
        workers = [at.worker() for _ in range(2)]
        for number in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight(5)
            frozen = workers[number % 2].process
            assert frozen is not None
            with at.injection():
                frozen.send_signal(signal.SIGSTOP)
            frozen.send_signal(signal.SIGCONT)
        return _result(at)


def crash_the_database(scale: Scale) -> Result:
    """Postgres ends as in a crash (``stop -m immediate``) and comes back."""
    with rig(scale) as at:
        at.worker()
        for _ in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection():
                at.crash_server()
                at.start_server()
        return _result(at)


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
        return _result(at)


def refuse_connections(scale: Scale) -> Result:
    """The database refuses connections for a while; submits in that time are not accepted."""
    with rig(scale) as at:
        app = at.process().start()
        for _ in range(max(1, scale.rounds // 5)):
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight()
            with at.injection(), _refusing(at), httpx.Client(base_url=app.api) as client:
                ends = time.monotonic() + scale.seconds
                while time.monotonic() < ends:
                    at.post(client, "Nobody is there")
                    time.sleep(0.2)
        return _result(at)


def fill_the_disk(scale: Scale) -> Result:
    """The disk of the database's folder is full for a while (a small tmpfs; needs root)."""
    with _small_disk() as disk, rig(scale, disk, max_wal_size="64MB") as at:
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
        return _result(at)


def take_over_with_a_late_clock(scale: Scale) -> Result:
    """A worker whose clock is a minute behind takes runs over (libfaketime)."""
    [library] = Path("/").glob(FAKETIME[1:])
    late = {
        "LD_PRELOAD": str(library),
        "FAKETIME": CLOCK_BEHIND,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with rig(scale) as at:
        for _ in range(max(1, scale.rounds // 3)):
            first = at.worker()
            at.submit(scale.runs - unfinished(at.url))
            at.in_flight(4)
            with at.injection():
                first.kill()
                second = at.worker(**late)
            eventually(lambda: unfinished(at.url) == 0, seconds=120)
            second.stop()
        return _result(at)


def storm_of_submits(scale: Scale) -> Result:
    """Fifty clients submit ten tasks for each run of the scale, each of them twice, in a rush."""
    clients = 50 if scale.rounds > 1 else 10
    tasks = scale.runs * 10
    with rig(scale) as at:
        app = at.process(TOGGLE_WORKER_THREADS="16", CHAOS_STEP_SECONDS="0").start()
        numbers = itertools.count()
        began = time.monotonic()

        def rush(_: int) -> None:
            with httpx.Client(base_url=app.api, timeout=60) as client:
                while (number := next(numbers)) < tasks * 2:
                    at.post(client, f"Task {number // 2}", key=f"key-{number // 2}")

        with ThreadPoolExecutor(clients) as threads:
            list(threads.map(rush, range(clients)))
        at.injections = tasks * 2
        at.recoveries.append(time.monotonic() - began)
        assert len(at.accepted) == tasks, (len(at.accepted), tasks)
        return _result(at)


def stop_in_the_middle(scale: Scale) -> Result:
    """SIGTERM with long steps under way: gone within ten seconds, continued afterwards."""
    with rig(scale) as at:
        app = at.process(CHAOS_STEP_SECONDS="20").start()
        at.submit()
        at.in_flight(8)
        eventually(lambda: begun(at.url) >= 8)
        with at.injection():
            code = app.stop(seconds=10)
            assert code in {0, -signal.SIGTERM}, code
            app.environment["CHAOS_STEP_SECONDS"] = str(scale.step_seconds)
            app.start()
        return _result(at)


FAULTS: dict[str, Fault] = {
    "kill -9 of the app": kill_the_app,
    "kill -9 of one of three workers": kill_one_of_three_workers,
    "a worker frozen past its lease": freeze_a_worker,
    "Postgres crashes": crash_the_database,
    "all connections cut": cut_all_connections,
    "connections refused": refuse_connections,
    "disk full": fill_the_disk,
    "taken over with a late clock": take_over_with_a_late_clock,
    "storm of submits, keys repeated": storm_of_submits,
    "SIGTERM in long steps": stop_in_the_middle,
}


def _result(at: Rig, *, drafts: bool = True) -> Result:
    books = at.finish(drafts=drafts)
    return Result(at.injections, max(at.recoveries, default=0.0), books)


def _terminate_all(at: Rig) -> None:
    with psycopg.connect(at.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
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
