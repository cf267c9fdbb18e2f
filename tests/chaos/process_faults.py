"""Faults of processes: killed, frozen, asked to stop, with a clock that is late."""

import os
import signal
from pathlib import Path

from tests.chaos.books import begun, unfinished
from tests.chaos.result import Result, result_of
from tests.chaos.rig import Scale, rig
from tests.polling import eventually

FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"

CLOCK_BEHIND = "-60s"


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
        return result_of(at)


def kill_one_of_three_workers(scale: Scale) -> Result:
    """``kill -9`` of one worker; the others take its runs over."""
    with rig(scale) as at:
        workers = at.workers(3)
        for number in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            busiest = at.busiest(workers)
            with at.injection():
                workers[busiest].kill()
            if number + 1 < scale.rounds:
                workers[busiest] = at.worker()
        return result_of(at)


def freeze_a_worker(scale: Scale) -> Result:
    """A worker is stopped past its lease (SIGSTOP) and woken after its runs were taken over."""
    with rig(scale) as at:
        workers = at.workers(2)
        for _ in range(scale.rounds):
            at.submit(scale.runs - unfinished(at.url))
            frozen = workers[at.busiest(workers)]
            with at.injection():
                os.kill(frozen.pid, signal.SIGSTOP)
            os.kill(frozen.pid, signal.SIGCONT)
        return result_of(at)


def take_over_with_a_late_clock(scale: Scale) -> Result:
    """Workers whose clocks are a minute behind take runs over (libfaketime)."""
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
            at.busiest([first])
            with at.injection():
                first.kill()
                # One after the other: time.sleep, with which a second one would wait for the lock
                # of migrations, fails under libfaketime.
                late_ones = [at.worker(**late) for _ in range(1 if scale.rounds == 1 else 2)]
            eventually(lambda: unfinished(at.url) == 0, seconds=600)
            for worker in late_ones:
                worker.stop()
        return result_of(at)


def stop_in_the_middle(scale: Scale) -> Result:
    """SIGTERM with long steps under way: gone long before they are done, continued afterwards."""
    with rig(scale) as at:
        app = at.process(CHAOS_STEP_SECONDS="600").start()
        at.submit()
        at.in_flight(8)
        eventually(lambda: begun(at.url) >= 8)
        with at.injection():
            code = app.stop()
            assert code in {0, -signal.SIGTERM}, code
            app.environment["CHAOS_STEP_SECONDS"] = str(scale.step_seconds)
            app.start()
        return result_of(at)
