"""Attacks a sandbox, and says of each attack whether it was stopped.

Run as a program in a process of its own, which plays the application under attack:
``python -m tests.sandbox.attack bubblewrap`` prints one report as JSON.
"""

import json
import secrets
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tests.sandbox.bait import Bait, application
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import End, Finished, Job
from toggle_core.gates.sandbox.limits import MIB, Limits
from toggle_core.gates.sandbox.state import SandboxOptions, find_sandbox
from toggle_core.gates.sandbox.supervisor import run_job

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in (FOLDER / "attacks").glob("*.py") if path.stem != "told")
LIMITS = Limits(
    processor_seconds=20,
    idle_seconds=20,
    memory_bytes=192 * MIB,
    address_space_bytes=1024 * MIB,
    processes=24,
    open_files=128,
    file_bytes=8 * MIB,
    disk_bytes=16 * MIB,
    files=1_000,
    output_bytes=256 * 1024,
    flood_bytes=4 * MIB,
)
_SHORT = replace(LIMITS, processor_seconds=2.0, idle_seconds=2.0)
_TOO_MANY_MEGABYTES = 1_600

# Attacks that nothing refuses: a limit ends them. All others must be refused, and say so.
ENDED_BY: Mapping[str, frozenset[End]] = {
    "endless_loop": frozenset({End.PROCESSOR}),
    "fork_bomb": frozenset({End.PROCESSOR, End.PROCESSES, End.MEMORY}),
    "fork_until_refused": frozenset({End.PROCESSES}),
    "thread_bomb": frozenset({End.PROCESSES}),
    "sleep_for_ever": frozenset({End.IDLE}),
    "stop_the_harness": frozenset({End.IDLE}),
    "flood_the_output": frozenset({End.OUTPUT}),
    "memory_in_one_process": frozenset({End.MEMORY}),
    "memory_in_many_processes": frozenset({End.MEMORY}),
    "many_sockets": frozenset({End.MEMORY}),
    "many_files": frozenset({End.DISK}),
    "fill_the_disk": frozenset({End.DISK}),
    "deep_folders": frozenset({End.DISK}),
    "kill_processes": frozenset({End.EXITED}),
}
_OR_REFUSED = frozenset({End.DISK, End.MEMORY, End.PROCESSES})
# This keeps every core busy, so nothing runs beside it.
_ALONE = "fork_bomb"
_SHORT_ONES = frozenset({"endless_loop", "fork_bomb", "sleep_for_ever", "stop_the_harness"})
_HELLO = {"main.py": "print('all is well')\n"}


@dataclass(frozen=True)
class Report:
    """What became of one attack.

    Attributes:
        name: the attack.
        problem: why it does not count as stopped, None if it was stopped.
        end: how the job ended.
        refusals: how many attempts were refused.
        output: the end of what it printed.
        seconds: how long the job took.
    """

    name: str
    problem: str | None
    end: str
    refusals: int
    output: str
    seconds: float


def run_attack(backend: Backend, bait: Bait, name: str, program: str) -> Report:
    """Run one attack, look for harm, and see that the next check runs normally."""
    nonce = secrets.token_hex(16)
    done = run_program(backend, bait, program, nonce, _SHORT if name in _SHORT_ONES else LIMITS)
    problem = why_not_stopped(done, bait, nonce, ENDED_BY.get(name, frozenset()))
    with bait.lock:
        problem = problem or bait.harm(nonce)
    problem = problem or _next_check(backend)
    refusals = done.output.count("\nrefused ")
    output = (done.output + done.errors)[-3000:]
    return Report(name, problem, done.end.value, refusals, output, done.seconds)


def run_program(
    backend: Backend, bait: Bait, program: str, nonce: str, limits: Limits = LIMITS
) -> Finished:
    """Start a program as the gate ``start`` does; it knows where everything is."""
    told = {
        **bait.target(nonce),
        "processes": limits.processes,
        "too_many_megabytes": _TOO_MANY_MEGABYTES,
    }
    files = {
        "main.py": program,
        "told.py": (FOLDER / "attacks" / "told.py").read_text(),
        "target.json": json.dumps(told),
    }
    return run_job(backend, Job("start", files, start_options(), limits=limits))


def start_options() -> dict[str, object]:
    """Return the options of the harness's program ``start``, with time to spare."""
    visit = {"visits": 2, "visit_seconds": 10, "pages": 2, "page_bytes": 1000}
    return {"entry": "main.py", "port": 8000, "seconds": 60, **visit}


def why_not_stopped(done: Finished, bait: Bait, nonce: str, ends: frozenset[End]) -> str | None:
    """Say why an attack does not count as stopped, None if it does.

    An attack counts only if its first line came out: it ran. Then either it says that it was
    refused, or it was ended in a way that is expected of it.
    """
    if done.end is End.NOT_STARTED:
        return f"the sandbox did not start: {done.errors}"
    lines = done.output.splitlines()
    if f"ran {nonce}" not in lines:
        return f"the attack did not run: {done.end}"
    if reached := [line for line in lines if line.startswith("REACHED")]:
        return "; ".join(reached)
    if bait.secret in f"{done.output}{done.errors}{json.dumps(done.report)}":
        return "the secret came out"
    if done.end in ends or (ends <= _OR_REFUSED and _was_refused(done, lines)):
        return None
    return f"it was not refused, and ended by {done.end}"


def _was_refused(done: Finished, lines: list[str]) -> bool:
    return done.end is End.EXITED and any(line.startswith("refused") for line in lines)


def _next_check(backend: Backend) -> str | None:
    done = run_job(backend, Job("reading", _HELLO))
    well = done.end is End.EXITED and (done.report or {}).get("code") == {
        "compiled": 1,
        "faults": [],
    }
    return None if well else f"the next check went wrong: {done}"


def attack_all(backend: Backend) -> list[Report]:
    """Run every attack, three at a time: some only wait for a limit."""
    with application() as bait, ThreadPoolExecutor(3) as pool:

        def attack(name: str) -> Report:
            return run_attack(backend, bait, name, (FOLDER / "attacks" / f"{name}.py").read_text())

        together = list(pool.map(attack, [name for name in NAMES if name != _ALONE]))
        return [*together, attack(_ALONE)]


def main(backend_name: str) -> None:
    """Attack one way to confine jobs and print the reports."""
    state = find_sandbox(SandboxOptions(backends=(backend_name,)))
    reports = [] if state.backend is None else attack_all(state.backend)
    print(json.dumps({"detail": state.detail, "reports": list(map(asdict, reports))}))  # noqa: T201  its result


if __name__ == "__main__":
    main(sys.argv[1])
