"""The real browser of this machine, which opens the pages of programs in a sandbox of its own."""

import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import End, Job
from toggle_core.gates.sandbox.limits import MIB, Limits
from toggle_core.gates.sandbox.supervisor import run_job

_log = logging.getLogger(__name__)

NONE: Final = "none"
"""In the place of a path: no browser is used."""

LIMITS: Final = Limits(
    processor_seconds=120.0,
    idle_seconds=600.0,
    wall_seconds=1200.0,
    memory_bytes=1024 * MIB,
    address_space_bytes=None,  # Chromium reserves 1.5 TB, and uses some 250 MB
    processes=256,
    open_files=1024,
    file_bytes=256 * MIB,
    disk_bytes=256 * MIB,
    report_bytes=96 * MIB,
)
"""Of a browser for one gate. A single page is bounded by the driver inside."""

_DRIVER = "browser.driver"
_FOLDER = "browser"
_FONTS = ("/etc/fonts",)
_TRIES = 2
_TRY_AGAIN_AFTER = 30.0  # seconds, where none was found or none started
_PROBE_LIMITS = Limits(
    processor_seconds=60.0,
    idle_seconds=60.0,
    wall_seconds=120.0,
    address_space_bytes=None,
    processes=LIMITS.processes,
    open_files=LIMITS.open_files,
    file_bytes=LIMITS.file_bytes,
    disk_bytes=LIMITS.disk_bytes,
)
_NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell", "headless_shell"),
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"),
)
# Where distributions keep the executable itself; what lies in PATH is a script around it.
_PLACES = (
    *("/usr/lib/chromium", "/usr/lib64/chromium", "/usr/lib/chromium-browser"),
    *("/usr/lib64/chromium-browser", "/opt/google/chrome", "/opt/chromium"),
)
_PLAYWRIGHT = (
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium-*/chrome-linux*/chrome",
)
_SNAP = "snap"  # starts what is confined by itself, and cannot be confined again
_ELF = b"\x7fELF"
_VERSION = re.compile(r"/(\d+)")

_WITHOUT = "Pages are not opened in a real browser, and promises that need one are not tried."
_HOW_TO_GET = (
    "Install Chromium on the machine that runs the checks (on Debian the package "
    "chromium-headless-shell, elsewhere Chromium or Google Chrome), or set TOGGLE_BROWSER to its "
    "path."
)


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """Which browser.

    Attributes:
        program: path of the executable; ``NONE``: none is used; empty: it is looked for.
    """

    program: str = ""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that was started in the sandbox once.

    Attributes:
        program: the executable itself.
        version: its major version, such as ``156``.
    """

    program: Path
    version: str

    def job(self, control: int | None, limits: Limits = LIMITS) -> Job:
        """Return the job that runs it.

        Args:
            control: descriptor of a socket to the side that uses it; None: it only starts.
            limits: how much it may use.
        """
        return Job(
            _DRIVER,
            {},
            {"browser": f"{_FOLDER}/{self.program.name}", "control": control},
            folders={_FOLDER: self.program.parent},
            limits=limits,
            descriptors=() if control is None else (control,),
            system_folders=_FONTS,
        )


@dataclass(frozen=True, slots=True)
class BrowserState:
    """What this machine offers.

    Attributes:
        browser: None if there is none that works.
        sentence: for people: which it is, or what is not done without one and how to get one.
        detail: for engineers: why one that was found is not used.
    """

    browser: Browser | None
    sentence: str
    detail: str = ""


@dataclass
class _Known:
    lock: threading.Lock = field(default_factory=threading.Lock)
    states: dict[tuple[BrowserOptions, str], tuple[float, BrowserState]] = field(
        default_factory=dict
    )


_known = _Known()


def available_browser(options: BrowserOptions, backend: Backend) -> BrowserState:
    """Return the browser of this machine, proved by starting it in the sandbox.

    The first call takes about a second of processor time; one that works is remembered, and none
    is looked for again after half a minute.

    Args:
        options: which browser.
        backend: confines it; without a network of its own for each job there is no browser.
    """
    with _known.lock:
        key = options, backend.name
        when, state = _known.states.get(key, (0.0, None))
        now = time.monotonic()
        if state is None or (state.browser is None and now - when > _TRY_AGAIN_AFTER):
            state = _find(options, backend)
            _known.states[key] = now, state
        return state


def describe_browser(options: BrowserOptions, backend: Backend) -> str:
    """Return which browser is used, in a sentence, without starting one that was not used yet.

    Args:
        options: which browser.
        backend: confines it.
    """
    _, known = _known.states.get((options, backend.name), (0.0, None))
    state = known or _without_start(options, backend)
    return state if isinstance(state, str) else state.sentence


def find_program(options: BrowserOptions) -> Path | None:
    """Return the executable of a browser, None if there is none."""
    if options.program == NONE:
        return None
    if options.program:
        named = Path(options.program).expanduser()
        places = iter((named.resolve(), *(folder / named.name for folder in map(Path, _PLACES))))
    else:
        places = _places()
    return next((place for place in places if _is_program(place)), None)


def _places() -> Iterator[Path]:
    for name in _NAMES:
        yield from (Path(folder, name) for folder in _PLACES)
        found = Path(shutil.which(name) or "").resolve()
        if found.name != _SNAP:
            yield found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright")
    for pattern in _PLAYWRIGHT:
        yield from sorted(cache.expanduser().glob(pattern), reverse=True)


def _is_program(place: Path) -> bool:
    try:
        with place.open("rb") as file:
            return file.read(len(_ELF)) == _ELF and os.access(place, os.X_OK)
    except OSError:
        return False


def _without_start(options: BrowserOptions, backend: Backend) -> str:
    found = _program_for(options, backend)
    return (
        found if isinstance(found, str) else f"Pages are opened in a real browser ({found.name})."
    )


def _program_for(options: BrowserOptions, backend: Backend) -> Path | str:
    """Return the executable, or a sentence on why there is none."""
    if options.program == NONE:
        return f"{_WITHOUT} TOGGLE_BROWSER is {NONE}."
    if not backend.servers:
        return f"{_WITHOUT} The sandbox {backend.name} cannot run one."
    return find_program(options) or f"{_WITHOUT} {_HOW_TO_GET}"


def _find(options: BrowserOptions, backend: Backend) -> BrowserState:
    program = _program_for(options, backend)
    if isinstance(program, str):
        return BrowserState(None, program)
    for _ in range(_TRIES):
        done = run_job(backend, Browser(program, "").job(None, _PROBE_LIMITS))
        told = _VERSION.search(str((done.report or {}).get("version", "")))
        if done.end is End.EXITED and told is not None:
            break
    else:
        detail = f"{program}: {done.end}; {done.errors.strip()[-500:]}"
        _log.warning("the browser does not start in the sandbox: %s", detail)
        sentence = f"{_WITHOUT} The browser {program.name} does not start in the sandbox."
        return BrowserState(None, sentence, detail)
    sentence = f"Pages are opened in a real browser (Chromium {told[1]})."
    return BrowserState(Browser(program, told[1]), sentence)
