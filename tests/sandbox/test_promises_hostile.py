"""Promises on programs that misbehave: each ends soon, is broken, and says why."""

from collections.abc import Callable

import pytest

from tests.sandbox.promise_programs import NOTES, server
from tests.sandbox.promise_trials import Results, outcomes, try_steps
from toggle_core.gates.checks.context import Context

GET = [{"get": "/", "expect": {"status": 200}}]
RUN = [{"run": [], "expect": {"exit": 0}}]
OK = "HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n"

SERVERS = {
    "never listens": ("import time\ntime.sleep(600)\n", "did not listen"),
    "exits at once": ("print('no')\nraise SystemExit(3)\n", "ended with exit code 3"),
    "own port": (
        "import socket, time\nkeep = socket.create_server(('127.0.0.1', 4711))\ntime.sleep(600)\n",
        "listens on port 4711",
    ),
    "never answers": (server("time.sleep(600)"), "did not answer"),
    "drops": (server("peer.close()"), "closed the connection"),
    "no http": (server("peer.sendall(b'220 welcome\\r\\n')"), "not valid HTTP"),
    "endless answer": (
        server(f"peer.sendall(b'{OK}\\r\\n')\n        while True: peer.sendall(b'x' * 65536)"),
        "no end",
    ),
    "endless drops": (
        server(
            f"peer.sendall(b'{OK}\\r\\n')\n        while True: peer.sendall(b'x'); time.sleep(0.4)"
        ),
        "did not end",
    ),
    "endless redirect": (
        server("peer.sendall(b'HTTP/1.1 302 Found\\r\\nLocation: /\\r\\n\\r\\n')"),
        "redirects more than",
    ),
    "huge header": (
        server("peer.sendall(b'HTTP/1.1 200 OK\\r\\nX: ' + b'x' * 200000 + b'\\r\\n\\r\\n')"),
        "not valid HTTP",
    ),
    "many headers": (
        server("peer.sendall(b'HTTP/1.1 200 OK\\r\\n' + b'X: y\\r\\n' * 5000 + b'\\r\\n')"),
        "not valid HTTP",
    ),
    "prints without end": (
        server("print('x' * 20_000_000)\n        peer.sendall(b'HTTP/1.1 500 x\\r\\n\\r\\n')"),
        "prints without end",
    ),
    "spins": (server("while True: pass"), "processor time"),
    "dies when used": (server("raise SystemExit(4)"), "exit code 4"),
    "packed bomb": (
        server(
            "import zlib\n"
            "        head = b'HTTP/1.1 200 OK\\r\\nContent-Encoding: gzip\\r\\n\\r\\n'\n"
            "        peer.sendall(head + zlib.compress(b'0' * 200_000_000))"
        ),
        "",
    ),
}

LEAVES_A_CHILD = (
    "import subprocess, sys\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "raise SystemExit(1)\n"
)
COMMANDS = {
    "waits for ever": ("import time\ntime.sleep(600)\n", "did not end"),
    "spins": ("while True:\n    pass\n", "processor time"),
    "prints without end": ("while True:\n    print('x' * 10_000)\n", "without end"),
    "crashes": ("import os\nos.abort()\n", "crashed"),
    "leaves a child behind": (LEAVES_A_CHILD, "exit code 0"),
    "binary": ("import sys\nsys.stdout.buffer.write(bytes(range(256)) * 9)\nsys.exit(1)\n", "exit"),
}


@pytest.fixture(scope="module")
def try_on(trial_context: Callable[[str], Context]) -> Callable[..., Results]:
    """Tries promises, given as their steps, on a program."""
    return lambda program, **promises: try_steps(trial_context(program), promises)


@pytest.mark.parametrize("name", SERVERS)
def test_misbehaving_server_breaks_the_promise(try_on: Callable[..., Results], name: str) -> None:
    program, why = SERVERS[name]
    result = try_on(program, x=GET)["x"]
    if not why:
        assert result["outcome"] == "kept"
        return
    assert result["outcome"] == "broken"
    assert why in result["why"]
    assert len(str(result)) < 12_000


@pytest.mark.parametrize("name", COMMANDS)
def test_misbehaving_command_breaks_the_promise(try_on: Callable[..., Results], name: str) -> None:
    program, why = COMMANDS[name]
    result = try_on(program, x=RUN)["x"]
    assert result["outcome"] == "broken"
    assert why in result["why"]
    assert "\0" not in str(result["transcript"])
    assert len(str(result)) < 12_000


def test_next_promise_starts_afresh_after_a_bad_one(try_on: Callable[..., Results]) -> None:
    program = NOTES.replace('command == "ask"', 'command == "hang"').replace(
        'notes.append(input("Note: "))',
        "import subprocess; subprocess.Popen(['sleep', '600']); notes.append('left')",
    )
    results = try_on(
        program,
        bad=[{"run": ["hang"], "expect": {"exit": 9}}],
        good=[{"run": ["list"], "expect": {"exit": 0, "stdout": {"not_contains": "left"}}}],
    )
    assert outcomes(results) == {"bad": "broken", "good": "kept"}


def test_pattern_of_exponential_time_ends(try_on: Callable[..., Results]) -> None:
    steps = [{"run": [], "expect": {"stdout": {"matches": "(a+)+$"}}}]
    result = try_on("print('a' * 5_000 + '!')\n", x=steps)["x"]
    assert result["outcome"] == "broken"


@pytest.mark.parametrize(
    "steps",
    [
        [{"file": "../etc/passwd", "expect": {"exists": True}}],
        [{"file": "/etc/passwd", "expect": {"exists": True}}],
        [{"file": "link", "expect": {"contains": "root"}}],
        [{"run": ["list"], "files": {"../x": "x"}}],
        [{"run": ["@../x.py"]}],
    ],
)
def test_paths_outside_the_project_break_the_promise(
    try_on: Callable[..., Results], steps: list[dict[str, object]]
) -> None:
    program = "import os\nos.path.lexists('link') or os.symlink('/etc/passwd', 'link')\n"
    result = try_on(program, x=[{"run": []}, *steps])["x"]
    assert result["outcome"] == "broken"
    assert "project" in result["why"]


@pytest.mark.parametrize(
    "step", [{"get": "http://example.com/"}, {"get": "//example.com/"}, {"follow": "away"}]
)
def test_other_hosts_are_not_asked(try_on: Callable[..., Results], step: dict[str, object]) -> None:
    page = "<a href=http://example.com/>away</a>"
    program = server(f"peer.sendall(b'{OK}\\r\\n{page}')")
    result = try_on(program, x=[{"get": "/"}, step])["x"]
    assert result["outcome"] == "broken"
    assert "another host" in result["why"]


def test_program_sees_nothing_of_the_harness(try_on: Callable[..., Results]) -> None:
    program = (
        "import os\nfor name in sorted(os.environ):\n    print(name, end=' ')\n"
        "try:\n    open(f'/proc/{os.getppid()}/environ').read()\n"
        "    open(f'/proc/{os.getppid()}/mem', 'rb')\n    print('READ')\n"
        "except OSError:\n    print('closed')\n"
    )
    steps = [{"run": [], "expect": {"stdout": {"contains": "closed", "not_matches": "(?i)toggle"}}}]
    assert outcomes(try_on(program, x=steps)) == {"x": "kept"}


def test_unusable_steps_leave_a_promise_untried(try_on: Callable[..., Results]) -> None:
    result = try_on(NOTES, x=[{"jump": 1}], y=[{"run": ["list"]}])
    assert outcomes(result) == {"x": "untried", "y": "kept"}
