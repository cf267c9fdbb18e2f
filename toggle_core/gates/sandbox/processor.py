"""How much processor time a job has used, and for how long it has used none."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from toggle_core.gates.sandbox.tree import Process


class _Seen(NamedTuple):
    """What a process had used when it was seen, and the time it stands for if never seen again."""

    own_seconds: float
    stands_for: float


class ProcessorMeter:
    """Adds up the processor time of a job from looks at its processes.

    The kernel keeps the time of a process that has ended in the one that waited for it, so the
    counters of the processes that are there miss nothing, but for the children of a parent that
    ignores their end (``SIGCHLD``): their time is kept nowhere. For these there is a second sum, of
    samples: a process is charged what it is seen to use, and one that ran when it was seen, but
    neither at the look before nor at the look after, stands for all that came and went in that
    time. The larger sum counts. Neither exceeds what was used, but for the spread of a sample.

    Attributes:
        seconds: used so far, user and system, by all processes together; never falls.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sampled = 0.0
        self._seen: dict[tuple[int, int], _Seen] = {}

    def look(self, processes: Sequence[Process], elapsed: float) -> None:
        """Take note of the processes that are there.

        Args:
            processes: of the job, parents before children.
            elapsed: seconds since the look before.
        """
        stand_in = elapsed * _processor_share()
        seen: dict[tuple[int, int], _Seen] = {}
        for one in processes:
            before = self._seen.pop((one.pid, one.began), None)
            is_new = before is None
            self._sampled += one.own_seconds - (before.own_seconds if before else 0.0)
            stands_for = stand_in if is_new and one.runnable else 0.0
            seen[one.pid, one.began] = _Seen(one.own_seconds, stands_for)
        self._sampled += sum(
            max(gone.stands_for - gone.own_seconds, 0.0) for gone in self._seen.values()
        )
        self._seen = seen
        counted = sum(one.own_seconds + one.reaped_seconds for one in processes)
        self.seconds = max(self.seconds, counted, self._sampled)


class IdleMeter:
    """Tells a job that does nothing from one that waits for its turn on a busy machine.

    Attributes:
        seconds: by how much it was idle for longer than it was active, since it last wrote
            something. Active is what works, or waits for a processor or for the disk.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._said = 0

    def look(self, processes: Sequence[Process], said: int, elapsed: float) -> None:
        """Take note of what the job does at this moment.

        Args:
            processes: of the job.
            said: bytes that it has written so far.
            elapsed: seconds since the look before.
        """
        if said > self._said:
            self.seconds = 0.0
        elif any(one.runnable or one.on_disk for one in processes):
            self.seconds = max(self.seconds - elapsed, 0.0)
        else:
            self.seconds += elapsed
        self._said = said


def _processor_share() -> float:
    """Return how much of a processor a runnable thread of this machine gets just now."""
    runnable = int(Path("/proc/loadavg").read_text().split()[3].partition("/")[0])
    others = max(runnable - 1, 1)  # without this one, which reads
    return min(1.0, (os.cpu_count() or 1) / others)
