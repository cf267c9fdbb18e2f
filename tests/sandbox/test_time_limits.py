"""A job is ended for what it uses, not for how long a busy machine takes to give it."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.sandbox.attack import LIMITS, start_options
from tests.sandbox.busy import busy_machine
from tests.sandbox.conftest import SETTINGS
from tests.sandbox.projects import SERVER, hello
from toggle_core.gates.checks import start as start_gate
from toggle_core.gates.checks import tests as tests_gate
from toggle_core.gates.checks.context import Context
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import End, Finished, Job
from toggle_core.gates.sandbox.limits import Limits
from toggle_core.gates.sandbox.supervisor import run_job
from toggle_core.gates.slots import SlotOptions
from toggle_core.words import Outcome

SHORT = replace(LIMITS, processor_seconds=2, idle_seconds=3, wall_seconds=300)
BURN = (
    "import os\nimport signal\nimport time\n\n\n"
    "def burn(seconds):\n    end = time.process_time() + seconds\n"
    "    while time.process_time() < end:\n        pass\n\n\n"
)


def run(backend: Backend, program: str, limits: Limits = SHORT) -> Finished:
    job = Job("start", {"main.py": program}, start_options(), limits=limits)
    return run_job(backend, job)


@pytest.fixture
def busy() -> Iterator[None]:
    """Eight busy programs beside the test."""
    with busy_machine():
        yield


SHORT_LIVED = {
    "waited for": (
        "while True:\n"
        "    if not os.fork():\n        burn(0.02)\n        os._exit(0)\n    os.wait()\n"
    ),
    "ignored": (
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "while True:\n    if not os.fork():\n        burn(0.02)\n        os._exit(0)\n"
        "    try:\n        os.wait()\n    except ChildProcessError:\n        pass\n"
    ),
    "started by a shell": (
        "import subprocess\n\n"
        "subprocess.run('while :; do sh -c \"i=0; while [ \\\\$i -lt 9999 ]; "
        "do i=\\\\$((i+1)); done\"; done', shell=True)\n"
    ),
}


@pytest.mark.parametrize("program", SHORT_LIVED.values(), ids=SHORT_LIVED)
def test_work_in_thousands_of_short_lived_processes_is_ended(
    sandbox: Backend, program: str
) -> None:
    done = run(sandbox, BURN + program)
    assert done.end is End.PROCESSOR, done
    assert done.processor_seconds > 2


def test_sleeping_program_is_ended_for_idleness(sandbox: Backend) -> None:
    done = run(sandbox, "import time\n\ntime.sleep(600)\n")
    assert done.end is End.IDLE
    assert done.seconds >= 3


def test_deadlock_is_ended_for_idleness(sandbox: Backend) -> None:
    program = (
        "import threading\n\nlock = threading.Lock()\nlock.acquire()\n"
        "threading.Thread(target=lock.acquire).start()\nlock.acquire()\n"
    )
    assert run(sandbox, program).end is End.IDLE


def test_program_that_writes_now_and_then_is_ended_by_the_clock(sandbox: Backend) -> None:
    program = (
        "import time\n\nwhile True:\n    print('still here', flush=True)\n    time.sleep(0.2)\n"
    )
    done = run(sandbox, program, replace(SHORT, idle_seconds=1.5, wall_seconds=6))
    assert done.end is End.WALL, done


@pytest.mark.usefixtures("busy")
def test_program_that_waits_for_its_turn_is_not_idle(sandbox: Backend) -> None:
    program = f"{BURN}burn(1.5)\nprint('done')\n"
    done = run(sandbox, program, replace(SHORT, processor_seconds=6, idle_seconds=0.5))
    assert (done.end, done.output) == (End.EXITED, "done\n"), done


def context(project: dict[str, str], backend: Backend) -> Context:
    """A check of a project, with little more processor time than it needs."""
    settings = replace(SETTINGS, tests_seconds=12, start_seconds=4, slots=SlotOptions(None, 8))
    return Context(project, "main.py", backend, settings, threading.Event())


@pytest.mark.usefixtures("busy")
def test_good_tests_pass_on_a_busy_machine(sandbox: Backend) -> None:
    tests = (
        f"{BURN}from main import greeting\n\n\n"
        "def test_greeting():\n    burn(3)\n    assert greeting('you') == 'Hello, you!'\n"
    )
    judged = tests_gate.check(context(hello(test_main_py=tests), sandbox))
    assert judged.outcome is Outcome.PASSED, judged


@pytest.mark.usefixtures("busy")
def test_server_that_is_slow_to_start_passes_on_a_busy_machine(sandbox: Backend) -> None:
    slow = SERVER["main.py"].replace("import os\n", f"{BURN}burn(1.5)\n", 1)
    judged = start_gate.check(context(SERVER | {"main.py": slow}, sandbox))
    assert judged.outcome is Outcome.PASSED, judged
    assert len(judged.pages) == 2


def test_server_that_does_not_answer_is_given_up(sandbox: Backend) -> None:
    deaf = (
        "import os\nimport socket\nimport time\n\n"
        "server = socket.create_server(('127.0.0.1', int(os.environ['PORT'])))\n"
        "peer, _ = server.accept()\ntime.sleep(600)\n"
    )
    judged = start_gate.check(context(hello(main_py=deaf), sandbox))
    assert judged.outcome is Outcome.FAILED
    assert "gave no answer" in judged.summary
