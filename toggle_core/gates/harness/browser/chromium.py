"""Start Chromium in the sandbox, with a pipe as the only way to it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

_COMMANDS, _ANSWERS = 3, 4  # Chromium's own descriptors of the pipe
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    # Its own sandbox needs namespaces, which ours refuses; ours is around all of it.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--no-first-run",
    "--no-proxy-server",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-blink-features=AutomationControlled",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--lang=en-US",
    # There is no network: a name that nobody answers for would cost seconds.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Running(NamedTuple):
    """A browser under way: its process, and descriptors to read from and to write to."""

    pid: int
    reading: int
    writing: int


@contextmanager
def start_chromium(program: Path, folder: Path) -> Iterator[Running]:
    """Start a browser, and end it with the block.

    Args:
        program: the executable itself, not a script around it.
        folder: an empty one for its profile.
    """
    commands, writing = os.pipe()
    reading, answers = os.pipe()
    pid = os.posix_spawn(
        program,
        [str(program), *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
        {**os.environ, "HOME": str(folder)},
        file_actions=[
            # Above all of these first: one of them may already be 3 or 4.
            (os.POSIX_SPAWN_DUP2, commands, 100),
            (os.POSIX_SPAWN_DUP2, answers, 101),
            (os.POSIX_SPAWN_DUP2, 100, _COMMANDS),
            (os.POSIX_SPAWN_DUP2, 101, _ANSWERS),
            (os.POSIX_SPAWN_CLOSE, 100),
            (os.POSIX_SPAWN_CLOSE, 101),
        ],
    )
    os.close(commands)
    os.close(answers)
    try:
        yield Running(pid, reading, writing)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.close(reading)
        os.close(writing)
