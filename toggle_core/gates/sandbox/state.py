"""Which sandbox this machine offers, found out by trying, and how to get one where it has none."""

import platform
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from toggle_core.gates.sandbox.backend import Backend, compile_harness
from toggle_core.gates.sandbox.bubblewrap import Bubblewrap, find_bubblewrap
from toggle_core.gates.sandbox.landlock import Landlock, landlock_version, remove_abandoned
from toggle_core.gates.sandbox.probe import why_not
from toggle_core.gates.sandbox.syscalls import Machine, this_machine
from toggle_core.gates.sandbox.tree import can_watch

_TRY_AGAIN_AFTER = 30.0  # seconds: someone may be installing bubblewrap right now
_USER_NAMESPACES_SWITCH = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))

_ELSEWHERE = "This system has no sandbox for checks. Run the compose file: its worker has one."
_INSTALL = "Install bubblewrap, for example with: apt install bubblewrap"
_UBUNTU = (
    "This system lets only known programs make sandboxes (AppArmor, Ubuntu 23.10 and newer). "
    "Load the profile bwrap-userns-restrict of the package apparmor-profiles; "
    "docs/sandbox.md says how."
)
_CONTAINER = (
    "This container may not make sandboxes. Give this service the security_opt of the compose "
    "file; docs/deployment.md explains each line."
)
_UNKNOWN = "bubblewrap is installed, but does not work here; docs/sandbox.md lists the causes."


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How to look for a sandbox.

    Attributes:
        hidden: folders no job may see, such as the data folder and the application's own.
        backends: names of those allowed, best first. There is none that does not confine.
    """

    hidden: tuple[Path, ...] = ()
    backends: tuple[str, ...] = ("bubblewrap", "landlock")


@dataclass(frozen=True, slots=True)
class SandboxState:
    """What this machine offers.

    Attributes:
        backend: the way to confine jobs, None if nothing was proved to.
        sentence: for people: what confines the checks, or that nothing does.
        how_to_get: for people: what to do about it, empty if nothing is needed.
        detail: for engineers: why each way that was tried is not used.
    """

    backend: Backend | None
    sentence: str
    how_to_get: str
    detail: str

    @property
    def ready(self) -> bool:
        """Whether checks can run."""
        return self.backend is not None


@dataclass
class _Known:
    """What was found out, and when."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    states: dict[SandboxOptions, tuple[float, SandboxState]] = field(default_factory=dict)


_known = _Known()


def available(options: SandboxOptions = SandboxOptions()) -> SandboxState:
    """Return the sandbox of this machine, proved by a canary.

    The first call takes some 100 ms; a sandbox found is remembered, none is looked for again after
    half a minute.

    Args:
        options: what to look for.
    """
    with _known.lock:
        when, state = _known.states.get(options, (0.0, None))
        now = time.monotonic()
        if state is None or not (state.ready or now - when < _TRY_AGAIN_AFTER):
            state = find_sandbox(options)
            _known.states[options] = (now, state)
        return state


def find_sandbox(options: SandboxOptions) -> SandboxState:
    """Look for a sandbox now, remembering nothing. Arguments and result as ``available``."""
    machine = this_machine() if sys.platform == "linux" else None
    if machine is None or not can_watch():
        detail = f"{sys.platform} on {platform.machine()}"
        return SandboxState(None, "Checks cannot run here.", _ELSEWHERE, detail)
    compile_harness()
    reasons: list[str] = []
    for name in options.backends:
        backend = _make(name, machine, options)
        reason = why_not(backend) if isinstance(backend, Backend) else backend
        if reason is None and isinstance(backend, Backend):
            return SandboxState(backend, _praise(backend), "", "; ".join(reasons))
        reasons.append(f"{name}: {reason}")
    return SandboxState(None, "Checks cannot run here.", _advice(), "; ".join(reasons))


def _make(name: str, machine: Machine, options: SandboxOptions) -> Backend | str:
    """Return a backend to try, or why there is none to try."""
    if name == "bubblewrap":
        program = find_bubblewrap()
        return Bubblewrap(program, machine, options.hidden) if program else "not installed"
    if name == "landlock":
        version = landlock_version()
        if version >= Landlock.least_version:
            remove_abandoned()
            return Landlock(machine, options.hidden)
        return f"version {version} of {Landlock.least_version} or newer"
    return "unknown"


def _praise(backend: Backend) -> str:
    if backend.servers:
        return f"Checks run in a sandbox ({backend.name})."
    return (
        f"Checks run in a sandbox ({backend.name}). Programs that are servers, or that start "
        "several processes, cannot be checked this way; installing bubblewrap allows it."
    )


def _advice() -> str:
    if find_bubblewrap() is None:
        return _INSTALL
    if any(mark.exists() for mark in _CONTAINER_MARKS):
        return _CONTAINER
    if _USER_NAMESPACES_SWITCH.exists() and _USER_NAMESPACES_SWITCH.read_text().strip() == "1":
        return _UBUNTU
    return _UNKNOWN
