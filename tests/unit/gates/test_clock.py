"""Time spent waiting for a slot counts neither for a gate nor for all of them."""

import threading
import time

from toggle_core.gates.clock import Clock, RunLimit


def spend(seconds: float) -> None:
    time.sleep(seconds)


def test_clock_stands_still_while_a_slot_is_waited_for() -> None:
    begun = time.monotonic()
    clock = Clock()
    with clock.standing_still():
        spend(0.2)
        inside = clock.seconds
        assert inside <= time.monotonic() - begun - 0.2
    spend(0.02)
    assert inside + 0.02 <= clock.seconds <= time.monotonic() - begun - 0.2


def test_clock_goes_on_while_one_of_its_threads_works() -> None:
    begun = time.monotonic()
    clock = Clock()
    with clock.another_thread(), clock.standing_still():
        spend(0.1)
        with clock.standing_still():
            both_wait = clock.seconds
            spend(0.3)
    assert 0.1 <= both_wait <= clock.seconds <= time.monotonic() - begun - 0.3


def test_stopped_clock_counts_no_longer() -> None:
    clock = Clock()
    spend(0.01)
    clock.stop()
    before = clock.seconds
    spend(0.02)
    assert clock.seconds == before >= 0.01


def test_limit_adds_up_the_time_of_all_gates() -> None:
    limit = RunLimit(None, 600)
    clocks = [limit.start_clock() for _ in range(3)]
    spend(0.03)
    for clock in clocks:
        clock.stop()
    limit.total_seconds = sum(clock.seconds for clock in clocks)
    assert limit.total_seconds >= 3 * 0.03
    assert not limit.is_set()
    limit.total_seconds -= 0.001
    assert limit.is_set()


def test_limit_does_not_count_the_wait_for_a_slot() -> None:
    begun = time.monotonic()
    limit = RunLimit(None, 600)
    with limit.start_clock().standing_still():
        spend(0.3)
        limit.total_seconds = time.monotonic() - begun - 0.3
        assert not limit.is_set()


def test_limit_is_set_as_soon_as_someone_asks() -> None:
    asked = threading.Event()
    limit = RunLimit(asked, 600)
    assert not limit.is_set()
    asked.set()
    assert limit.is_set()
