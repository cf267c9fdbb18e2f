"""Slots are shared by threads and processes, given in turn, and never lost."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.polling import eventually
from toggle_core.file_lock import exclusive
from toggle_core.gates import shared_folders, slots
from toggle_core.gates.slots import SlotOptions, hold_slot

NEVER = threading.Event()
ROOT = Path(__file__).parents[3]

HOLDER = """
import sys, threading, time
from pathlib import Path
from toggle_core.gates.slots import SlotOptions, hold_slot
folder, seconds, times = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
for _ in range(times):
    with hold_slot(SlotOptions(Path(folder), 2), threading.Event()):
        print(f"+{time.monotonic()}", flush=True)
        time.sleep(seconds)
        print(f"-{time.monotonic()}", flush=True)
"""


@contextmanager
def holder(folder: Path, seconds: float, times: int = 1) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds one of two slots for some seconds, some times."""
    command = [sys.executable, "-c", HOLDER, str(folder), str(seconds), str(times)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def most_at_once(moments: list[tuple[float, int]]) -> int:
    """The highest number of slots held, from moments of taking (1) and giving back (-1)."""
    held = highest = 0
    for _, change in sorted(moments):
        held += change
        highest = max(highest, held)
    return highest


def test_threads_and_processes_hold_no_more_slots_than_there_are(tmp_path: Path) -> None:
    moments: list[tuple[float, int]] = []

    def hold(_: int) -> None:
        with hold_slot(SlotOptions(tmp_path, 2), NEVER) as held:
            assert held
            moments.append((time.monotonic(), 1))
            time.sleep(0.02)
            moments.append((time.monotonic(), -1))

    with holder(tmp_path, 0.02, 6) as one, holder(tmp_path, 0.02, 6) as other:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(hold, range(12)))
        for process in (one, other):
            lines = process.communicate(timeout=240)[0].split()
            moments += [(float(line[1:]), 1 if line[0] == "+" else -1) for line in lines]
    assert len(moments) == 2 * 24
    assert most_at_once(moments) == 2


def test_slots_are_given_in_the_order_of_asking(tmp_path: Path) -> None:
    options = SlotOptions(tmp_path, 1)
    order: list[int] = []

    def hold(number: int) -> None:
        with hold_slot(options, NEVER):
            order.append(number)

    with ThreadPoolExecutor(5) as pool, hold_slot(options, NEVER):
        for number in range(5):
            pool.submit(hold, number)
            eventually(lambda expected=number + 1: len(waiting(tmp_path)) == expected)
    assert order == [0, 1, 2, 3, 4]


def waiting(folder: Path) -> list[Path]:
    """The tickets in the line, without those that are being drawn."""
    return list((folder / "gate-slots" / "waiting").glob("[0-9]*"))


def test_stopping_ends_the_wait_while_the_slot_is_held(tmp_path: Path) -> None:
    options, stop = SlotOptions(tmp_path, 1), threading.Event()
    found: list[bool] = []

    def wait() -> None:
        with hold_slot(options, stop) as held:
            found.append(held is not None)

    with hold_slot(options, NEVER):
        thread = threading.Thread(target=wait)
        thread.start()
        eventually(lambda: waiting(tmp_path))
        stop.set()
        thread.join()
    assert found == [False]
    assert waiting(tmp_path) == []


def test_slot_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    with holder(tmp_path, 600) as one, holder(tmp_path, 600) as other:
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline().startswith("+")
        one.kill()
        with hold_slot(SlotOptions(tmp_path, 2), NEVER) as held:
            assert held


def test_killed_process_in_the_line_holds_nobody_up(tmp_path: Path) -> None:
    options = SlotOptions(tmp_path, 2)
    with hold_slot(options, NEVER), hold_slot(options, NEVER):
        with holder(tmp_path, 600) as process:
            eventually(lambda: waiting(tmp_path))
        assert process.returncode
        assert waiting(tmp_path)
    with hold_slot(options, NEVER) as held:
        assert held
    assert waiting(tmp_path) == []


def test_ticket_removed_while_it_was_drawn_is_drawn_again(tmp_path: Path) -> None:
    options = SlotOptions(tmp_path, 1)
    with hold_slot(options, NEVER):
        pass
    done = threading.Event()

    def remove_all() -> None:
        while not done.is_set():
            for path in (tmp_path / "gate-slots" / "waiting").iterdir():
                with suppress(FileNotFoundError):  # its turn came
                    if lock := exclusive(path, timeout_s=0):
                        path.unlink(missing_ok=True)
                        lock.release()

    thread = threading.Thread(target=remove_all)
    thread.start()
    try:
        for _ in range(50):
            with hold_slot(options, NEVER) as held:
                assert held
    finally:
        done.set()
        thread.join()


def test_as_many_slots_as_processors_without_a_number(tmp_path: Path) -> None:
    options = SlotOptions(tmp_path)
    cores = len(os.sched_getaffinity(0))
    stop = threading.Event()
    with ThreadPoolExecutor(cores + 1) as pool:
        held = threading.Semaphore(0)

        def hold(_: int) -> bool:
            with hold_slot(options, stop) as got:
                held.release()
                stop.wait(300)
                return got is not None

        results = pool.map(hold, range(cores + 1))
        for _ in range(cores):
            assert held.acquire(timeout=120)
        assert not held.acquire(timeout=0.3)
        stop.set()
        assert sorted(results) == [False, *[True] * cores]


@pytest.fixture
def no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine on which no folder for temporary files can be written."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    for remembered in (shared_folders.shared_folders, shared_folders.warn_once, slots._warn_once):
        remembered.cache_clear()
    yield
    for remembered in (shared_folders.shared_folders, shared_folders.warn_once, slots._warn_once):
        remembered.cache_clear()


@pytest.mark.usefixtures("no_folder")
def test_process_has_slots_of_its_own_where_no_folder_can_be_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    options, stop = SlotOptions(None, 1), threading.Event()
    with caplog.at_level(logging.WARNING), hold_slot(options, NEVER) as held:
        assert held
        threading.Timer(0.1, stop.set).start()
        with hold_slot(options, stop) as second:
            assert not second
    with hold_slot(options, NEVER) as again:
        assert again
    assert "the slots of checks cannot be shared" in caplog.text


@pytest.mark.usefixtures("no_folder")
def test_folder_in_the_place_of_the_slots_that_leads_elsewhere_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "gate-slots").symlink_to(tmp_path / "elsewhere")
    with caplog.at_level(logging.WARNING), hold_slot(SlotOptions(tmp_path, 1), NEVER) as held:
        assert held
    assert "it belongs to somebody else" in caplog.text


def test_missing_data_folder_is_not_made(tmp_path: Path) -> None:
    with hold_slot(SlotOptions(tmp_path / "missing", 4), NEVER) as held:
        assert held
    assert not (tmp_path / "missing").exists()


def test_a_file_that_is_removed_while_it_is_opened_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ticket"
    path.touch()
    opened = os.open

    def remove_before(name: Path, flags: int, mode: int = 0o777) -> int:
        if not flags & os.O_EXCL:
            path.unlink()
        return opened(name, flags, mode)

    monkeypatch.setattr(os, "open", remove_before)
    lock = exclusive(path, timeout_s=0)
    assert lock is not None
    assert path.exists()
    lock.release()
