"""Runs at the same time, in threads and in processes, get the verdicts they get alone."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

from tests.polling import eventually
from tests.sandbox.start_programs import site
from tests.sandbox.world import ROOT
from toggle_core.builders.blueprints.builder import render
from toggle_core.file_lock import exclusive
from toggle_core.gates.checks import start
from toggle_core.gates.checks.context import Context
from toggle_core.gates.run import run_gates
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.settings import GateSettings
from toggle_core.gates.slots import SlotOptions, hold_slot
from toggle_core.words import GATES, Outcome

PROCESSES, THREADS = 2, 2
PROVE = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from toggle_core.gates.run import run_gates
from toggle_core.gates.sandbox.state import SandboxOptions
from toggle_core.gates.settings import GateSettings
from toggle_core.gates.slots import SlotOptions

told = json.loads(sys.stdin.read())
settings = GateSettings(
    sandbox=SandboxOptions(backends=("bubblewrap",)), slots=SlotOptions(Path(told["slots"]))
)
with ThreadPoolExecutor(told["threads"]) as pool:
    runs = [
        pool.submit(run_gates, told["files"], told["entry"], settings=settings)
        for _ in range(told["threads"])
    ]
print(json.dumps([{one.gate: one.outcome for one in run.result()} for run in runs]))
"""


def test_runs_at_the_same_time_get_the_verdicts_they_get_alone(
    tmp_path: Path, settings: GateSettings
) -> None:
    project = render("password-generator", {"interface": "cli"})
    alone = {
        result.gate: result.outcome
        for result in run_gates(project.files, project.entry, settings=settings)
    }
    told = json.dumps(
        {
            "files": dict(project.files),
            "entry": project.entry,
            "slots": str(tmp_path),
            "threads": THREADS,
        }
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROVE],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(told)
        process.stdin.close()
    together = []
    for process in processes:
        with process:
            assert process.stdout is not None
            together += json.loads(process.stdout.read())
    assert set(alone) == set(GATES)
    assert together == [alone] * PROCESSES * THREADS


def test_a_server_that_only_has_to_stay_up_holds_no_slot(
    tmp_path: Path, sandbox: Backend, settings: GateSettings
) -> None:
    slots = SlotOptions(tmp_path, count=1)
    files = site({"/": "<!doctype html><title>Cafe</title><h1>Cafe</h1>"})
    context = Context(files, "main.py", sandbox, replace(settings, slots=slots), Event())
    with ThreadPoolExecutor(1) as pool:
        judged = pool.submit(start.check, context)
        eventually(lambda: _is_held(tmp_path / "gate-slots" / "slot-0"))
        with hold_slot(slots, Event()) as slot:
            assert slot is not None
            assert not judged.done()
    assert judged.result().outcome is Outcome.PASSED


def _is_held(slot: Path) -> bool:
    if not slot.exists():
        return False
    lock = exclusive(slot, timeout_s=0)
    if lock is not None:
        lock.release()
    return lock is None
