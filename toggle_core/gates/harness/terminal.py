"""Run the project's program in a terminal, for a person to use."""

import fcntl
import os
import subprocess
import sys
import termios

from .held import Held, restore
from .shield import hide_memory
from .task import Channel, Task

_KIND = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def run(task: Task, channel: Channel) -> None:
    """Run until the program ends, or the other side ends it; report how it went.

    ``options``: ``command``, the arguments of the interpreter; ``terminal``, the program's side of
    a pseudo-terminal; ``control``, ``saved`` and ``kept`` as for a program that is served.
    """
    hide_memory()
    options = task.options
    restore(options["saved"], options["kept"])
    terminal = options["terminal"]
    process = subprocess.Popen(
        [sys.executable, "-s", *options["command"]],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, **_KIND},
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509  there is one thread
    )
    os.close(terminal)
    held = Held(process, options["control"])
    held.until_the_end({})
    channel.report({"exit_code": held.exit_code})


def _take_terminal() -> None:
    """Let keys such as Ctrl-C reach the program: its session takes the terminal as its own."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
