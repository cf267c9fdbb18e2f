"""Limits of processor time for what a harness program starts."""

import math
import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()


def outlive_limit() -> None:
    """Keep this process from being ended by the limit that the programs it starts inherit."""
    signal.signal(signal.SIGXCPU, lambda *_: None)  # a handler is not inherited, unlike SIG_IGN


def children_seconds() -> float:
    """Return the processor time in seconds of all programs that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def limited_children(seconds: float) -> Iterator[None]:
    """Let processes that are started in the block use so much processor time, at least 1 s.

    They inherit the limit of this process, which is not ended by it meanwhile (``outlive_limit``);
    another process's limit cannot be set in the sandbox.
    """
    with _LOCK:
        soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        most = max(math.ceil(seconds), 1)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (bound, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
