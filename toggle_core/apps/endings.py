"""Why an app has ended, in a sentence and in the program's own words."""

import signal
from dataclasses import dataclass
from typing import Final

from toggle_core.apps.audit import AppEvent
from toggle_core.gates.sandbox.job import End, Finished
from toggle_core.gates.sandbox.limits import MIB

WORDS_LENGTH: Final = 16_000
BY_EXIT_CODE: Final = {
    0: "The program has finished",
    1: "The program ended with an error",
    2: "The program did not accept these arguments",
    128 + signal.SIGINT: "The program was interrupted with Ctrl-C",
}
"""In a terminal. 2: by convention, as of ``argparse``."""

STOPPED: Final = {
    AppEvent.IDLE: "The program was stopped: nobody had typed for ten minutes.",
    AppEvent.CROWDED: "The program was stopped: another app needed its place.",
    AppEvent.STOPPED: "The program was stopped from its run.",
    AppEvent.CLOSED: "The program was stopped: Production Toggle stops.",
}
"""For a person who looks at a terminal."""

ASLEEP: Final = {
    AppEvent.IDLE: "The app sleeps: nobody has used it for ten minutes.",
    AppEvent.CROWDED: "The app sleeps: another app needed its place.",
    AppEvent.STOPPED: "The app sleeps: it was stopped from its run.",
    AppEvent.CLOSED: "The app sleeps: Production Toggle stops.",
}
"""For a person who looks at the run or the log of a web program."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an app ended.

    Attributes:
        sentence: for the person who uses it.
        words: what the program printed last.
    """

    sentence: str
    words: str


def ending_of(finished: Finished, printed: str = "", *, in_terminal: bool = False) -> Ending:
    """Describe how an app ended.

    Args:
        finished: how its job went.
        printed: what it printed last, as far as it is known.
        in_terminal: whether it ran in a terminal, where programs end when they are done.
    """
    report = finished.report or {}
    words = (printed or finished.errors)[-WORDS_LENGTH:]
    code = report.get("exit_code")
    if in_terminal and finished.end is End.EXITED and isinstance(code, int):
        meaning = BY_EXIT_CODE.get(code, "The program ended by itself")
        return Ending(f"{meaning} (exit code {code}).", words)
    return Ending(_sentence(finished, code), words)


def _sentence(finished: Finished, exit_code: object) -> str:
    limits = finished.limits
    if finished.end is End.EXITED:
        return f"The program ended by itself (exit code {exit_code})."
    reasons = {
        End.PROCESSOR: f"used more than {limits.processor_seconds / 60:.0f} minutes of processor "
        "time",
        End.MEMORY: f"used more than {limits.memory_bytes // MIB} MB of memory",
        End.PROCESSES: f"ran more than {limits.processes} processes and threads at a time",
        End.DISK: f"made more than {limits.files:,} files",
        End.OUTPUT: "printed without end",
        End.WALL: f"had been running for {limits.wall_seconds / 3600:.0f} hours",
        End.IDLE: f"had been idle for {limits.idle_seconds / 3600:.0f} hours",
    }
    if finished.end in reasons:
        return f"The program {reasons[finished.end]}, so it was stopped."
    return "The sandbox could not start the program."
