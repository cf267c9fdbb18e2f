"""The supervisor bounds what a job uses, and leaves nothing of it behind."""

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.attack import LIMITS, start_options
from tests.sandbox.world import ROOT, command_as, users
from toggle_core.gates.sandbox.backend import Backend, resource_limits
from toggle_core.gates.sandbox.job import End, Finished, Job
from toggle_core.gates.sandbox.limits import MIB, Limits
from toggle_core.gates.sandbox.supervisor import run_job

SLEEP = (
    "import sys\nimport subprocess\n\n"
    "print('asleep', flush=True)\n"
    "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)', 'NONCE'])\n"
)


def start(backend: Backend, program: str, limits: Limits = LIMITS) -> Finished:
    job = Job("start", {"main.py": program}, start_options(), limits=limits)
    return run_job(backend, job)


def eventually(condition: Callable[[], bool], seconds: float = 120) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


def processes_with(mark: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "cmdline").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found


def test_a_job_sees_an_environment_of_its_own(sandbox: Backend) -> None:
    done = start(sandbox, "import json\nimport os\n\nprint(json.dumps(dict(os.environ)))\n")
    assert json.loads(done.output) == {
        "HOME": "/tmp/home",
        "HOST": "127.0.0.1",
        "LANG": "C.UTF-8",
        "PATH": "/python/bin:/usr/bin:/bin",
        "PORT": "8000",
        "PWD": "/work",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": "/tmp",
    }


def test_a_job_is_nobody_and_can_do_nothing_special(sandbox: Backend) -> None:
    done = start(
        sandbox,
        "from pathlib import Path\n\nprint(Path('/proc/self/status').read_text())\n",
    )
    status = dict(line.split(":\t", 1) for line in done.output.splitlines() if ":\t" in line)
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {
        "0" * 16
    }
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert "0" not in status["Uid"].split()
    # Only root can drop its groups; an ordinary user's are nobody's in there.
    assert set(status["Groups"].split()) <= (set() if os.geteuid() == 0 else {"65534"})


def test_the_kernel_holds_a_job_to_its_limits(sandbox: Backend) -> None:
    limits = Limits(processor_seconds=7, processes=33, open_files=55, file_bytes=3 * MIB)
    program = (
        "import json\nimport resource\n\n"
        "names = [name for name in dir(resource) if name.startswith('RLIMIT_')]\n"
        "print(json.dumps({n: resource.getrlimit(getattr(resource, n)) for n in names}))\n"
    )
    seen = json.loads(start(sandbox, program, limits).output)
    for name, value in resource_limits(limits).items():
        assert seen[name] == [value, value]


def test_a_fork_loop_ends_at_the_process_limit(sandbox: Backend) -> None:
    program = (
        "import os\nimport time\n\nstarted = 0\n"
        "try:\n    while True:\n        if os.fork() == 0:\n            time.sleep(60)\n"
        "        started += 1\nexcept OSError:\n    print(started)\n"
    )
    started = int(start(sandbox, program).output)
    assert LIMITS.processes - 4 <= started < LIMITS.processes, "a few are the sandbox's own"


def test_jobs_at_the_same_time_do_not_share_a_process_limit(sandbox: Backend) -> None:
    program = (
        "import os\nimport time\n\n"
        "for number in range(18):\n    if os.fork() == 0:\n        time.sleep(1)\n"
        "        os._exit(0)\nfor number in range(18):\n    os.wait()\nprint('all done')\n"
    )
    done: list[Finished] = []
    threads = [
        threading.Thread(target=lambda: done.append(start(sandbox, program))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.output for one in done] == ["all done\n"] * 3


def test_output_is_cut_and_says_how_much_is_missing(sandbox: Backend) -> None:
    limits = Limits(output_bytes=1000)
    done = start(sandbox, "print('x' * 4999)\n", limits)
    assert done.end is End.EXITED
    assert done.output == "x" * 1000 + "\n[cut here: 4000 more bytes were written]\n"


def test_output_that_is_no_text_is_shown_as_far_as_it_is(sandbox: Backend) -> None:
    done = start(sandbox, "import os\n\nos.write(1, b'a\\xff\\xfeb\\x00c\\n')\n")
    assert done.output == "a\ufffd\ufffdb\x00c\n"


def test_standard_input_is_empty_and_no_terminal(sandbox: Backend) -> None:
    program = "import sys\n\nprint(sys.stdin.isatty(), repr(sys.stdin.read()))\n"
    assert start(sandbox, program).output == "False ''\n"


def test_a_job_leaves_no_descriptor_open(sandbox: Backend) -> None:
    start(sandbox, "print('warm')\n")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for program in ("print('x')\n", "raise ValueError\n", "while True:\n    print('x' * 9999)\n"):
        start(sandbox, program)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_asking_to_stop_ends_a_job(sandbox: Backend) -> None:
    nonce = secrets.token_hex()
    stop = threading.Event()
    job = Job("start", {"main.py": SLEEP.replace("NONCE", nonce)}, start_options())
    done: list[Finished] = []
    thread = threading.Thread(target=lambda: done.append(run_job(sandbox, job, stop)))
    thread.start()
    assert eventually(lambda: bool(processes_with(nonce)))
    stop.set()
    thread.join()
    assert (done[0].end, done[0].exit_code) == (End.STOPPED, None)
    assert processes_with(nonce) == []


@pytest.mark.parametrize("backend", ["bubblewrap", "landlock"])
@pytest.mark.parametrize("user", users())
def test_a_job_ends_with_the_application_however_it_ends(user: str, backend: str) -> None:
    nonce = secrets.token_hex()
    code = (
        "from toggle_core.gates.sandbox.job import Job\n"
        "from toggle_core.gates.sandbox.state import SandboxOptions, find_sandbox\n"
        "from toggle_core.gates.sandbox.supervisor import run_job\n"
        f"state = find_sandbox(SandboxOptions(backends=({backend!r},)))\n"
        "print(state.detail, flush=True)\n"
        f"program = {SLEEP.replace('NONCE', nonce)!r}\n"
        f"run_job(state.backend, Job('start', {{'main.py': program}}, {start_options()!r}))\n"
    )
    command = command_as(user, [sys.executable, "-c", code], shown=backend == "landlock")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) as app:
        try:
            assert eventually(lambda: any(map(_is_asleep, processes_with(nonce))))
        finally:
            os.killpg(app.pid, signal.SIGKILL)
    assert eventually(lambda: not processes_with(nonce)), processes_with(nonce)


def _is_asleep(pid: str) -> bool:
    """Tell the job's own sleeping process from the one that was told about it."""
    try:
        return b"time.sleep(60)" in Path("/proc", pid, "cmdline").read_bytes().split(b"\0")[2]
    except (OSError, IndexError):
        return False
