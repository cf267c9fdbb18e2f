"""Two jobs at the same time, each in a sandbox of its own, with a socket between them."""

import socket
import threading
from collections.abc import Callable

from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import Finished, Job
from toggle_core.gates.sandbox.supervisor import Stop, run_job

_LAST_WORDS = 10.0  # seconds


class _Either:
    """Set when one of two stops is."""

    def __init__(self, first: Stop, second: Stop) -> None:
        self._both = (first, second)

    def is_set(self) -> bool:
        return any(stop.is_set() for stop in self._both)


def run_pair(
    backend: Backend,
    main: Callable[[int], Job],
    helper: Callable[[int], Job],
    stop: Stop,
) -> tuple[Finished, Finished]:
    """Run a job and one that serves it; the second is ended once the first has.

    Args:
        backend: confines both.
        main: makes the first job from the descriptor of its end of the socket.
        helper: makes the second in the same way.
        stop: ends both when set.

    Returns:
        How both went.
    """
    ours, theirs = socket.socketpair()
    is_over = threading.Event()
    ended: list[Finished] = []

    def serve() -> None:
        with theirs:
            job = helper(theirs.fileno())
            ended.append(run_job(backend, job, _Either(stop, is_over), on_start=close_theirs))

    def close_theirs(_folders: object) -> None:
        # From now on the end of the job is the end of its side of the socket.
        theirs.close()

    thread = threading.Thread(target=serve, name="gate-helper")
    thread.start()
    try:
        with ours:
            done = run_job(backend, main(ours.fileno()), stop, on_start=lambda _: ours.close())
        # The other side sees the end of the socket, and ends by itself with its report.
        thread.join(_LAST_WORDS)
    finally:
        is_over.set()
        thread.join()
    return done, ended[0]
