"""Tests run in a random order too, and nothing is left of one run in the next."""

import re

from tests.sandbox.conftest import Check, CheckAll
from toggle_core.words import Outcome

MAIN = (
    "NOTES = []\n\n\ndef add(note):\n    NOTES.append(note)\n"
    "    return len(NOTES)\n\n\nif __name__ == '__main__':\n    print(add('x'))\n"
)
FIRST = "def test_first():\n    assert main.add('a') == 1\n"
SECOND = "def test_second():\n    assert main.add('b') == 2\n"
FREE = "def test_free():\n    assert main.add('c') > 0\n"
HEAD = "import main\n\n\n"
MANY = [FREE.replace("test_free", f"test_free_{number}") for number in range(12)]
SEED = re.compile(r"Tests that fail in another order \(seed \d+\): ")

DEPENDENT = {
    "in one file": {"test_a.py": f"{HEAD}{FIRST}\n\n{SECOND}"},
    "across files": {"test_a.py": f"{HEAD}{FIRST}", "test_b.py": f"{HEAD}{SECOND}"},
    "across classes": {
        "test_a.py": (
            f"{HEAD}class TestA:\n    def test_first(self):\n"
            "        assert main.add('a') == 1\n\n\n"
            "class TestB:\n    def test_second(self):\n        assert main.add('b') == 2\n"
        )
    },
    "among many": {"test_a.py": "\n\n".join((f"{HEAD}{FIRST}", SECOND, *MANY))},
}


def test_tests_that_depend_on_their_order_are_named_with_the_seed(check_all: CheckAll) -> None:
    judged = check_all("tests", {name: {"main.py": MAIN, **t} for name, t in DEPENDENT.items()})
    for one in judged.values():
        assert one.outcome is Outcome.FAILED, one
        assert SEED.match(one.summary), one
        assert "test_first" in one.summary or "test_second" in one.summary, one
        assert "failed in another order (seed" in one.detail


def test_seed_is_the_same_for_the_same_tests(check_all: CheckAll) -> None:
    project = {"main.py": MAIN, **DEPENDENT["in one file"]}
    judged = check_all("tests", {"once": project, "again": project})
    assert judged["once"].summary == judged["again"].summary


FLAKY = (
    "import os\n\nimport main\n\n\n"
    "def test_flaky():\n    assert main.add('a') and os.getpid() < 6\n\n\n"
    "def test_other():\n    assert main.add('b') > 0\n"
)


def test_tests_that_fail_at_random_are_not_blamed_on_their_order(check: Check) -> None:
    """Process numbers grow from run to run, so the test passes in the first ones only."""
    judged = check("tests", {"main.py": MAIN, "test_a.py": FLAKY})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Tests that pass at one time and fail at another: test_flaky.", judged


LEFTOVERS = (
    "import os\nimport sqlite3\nimport subprocess\nimport sys\nfrom pathlib import Path\n\n"
    "import main\n\n\n"
    "def test_folder():\n    place = Path('notes.db')\n    assert not place.exists()\n"
    "    sqlite3.connect(place).execute('create table notes (text)')\n"
    "    assert main.add('a')\n\n\n"
    "def test_home():\n    place = Path.home() / 'notes'\n    assert not place.exists()\n"
    "    place.mkdir(mode=0)\n    assert main.add('a')\n\n\n"
    "def test_temporary():\n    place = Path('/tmp/notes')\n    assert not place.exists()\n"
    "    place.write_text('x')\n    assert main.add('a')\n\n\n"
    "def test_process():\n    import socket\n\n    server = socket.socket()\n"
    "    server.bind(('127.0.0.1', 8765))\n    server.listen()\n"
    "    code = 'import time; time.sleep(600)'\n"
    "    subprocess.Popen([sys.executable, '-c', code], pass_fds=[server.fileno()])\n"
    "    assert main.add('a')\n"
)


def test_what_tests_leave_behind_is_gone_before_they_run_again(check: Check) -> None:
    judged = check("tests", {"main.py": MAIN, "test_a.py": LEFTOVERS})
    assert (judged.outcome, judged.summary) == (
        Outcome.PASSED,
        "4 tests passed, in random order too.",
    ), judged.detail


def test_one_test_alone_has_no_order(check: Check) -> None:
    judged = check("tests", {"main.py": MAIN, "test_a.py": f"{HEAD}{FREE}"})
    assert (judged.outcome, judged.summary) == (Outcome.PASSED, "1 test passed.")
