"""The gates on real projects, each in the sandbox."""

import threading
import time
from dataclasses import replace

import pytest

from tests.promised import GREETS, SHOP
from tests.sandbox.conftest import Check
from tests.sandbox.projects import FAILING_TEST, HELLO, SERVER, hello
from toggle_core.gates.checks import lint, security, start, tests, types
from toggle_core.gates.checks.context import Context
from toggle_core.gates.model import GateResult, verdict
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.state import SandboxOptions
from toggle_core.gates.settings import GateSettings
from toggle_core.words import GATES, Outcome


def of(gate: str, results: list[GateResult]) -> GateResult:
    return next(result for result in results if result.gate == gate)


def test_a_good_project_passes_every_gate(settings: GateSettings) -> None:
    heard: list[GateResult] = []
    results = run_gates(
        HELLO, "main.py", settings=settings, on_result=heard.append, promises=GREETS
    )
    assert [result.gate for result in results] == list(GATES)
    assert {result.outcome for result in results} == {Outcome.PASSED}, results
    assert verdict(results) == "production-ready"
    assert of("start", results).output == "Hello, world!\n"
    assert sorted(heard, key=lambda result: GATES.index(result.gate)) == results


def test_a_server_passes_and_its_pages_are_kept(settings: GateSettings) -> None:
    results = run_gates(SERVER, "main.py", settings=settings, promises=SHOP)
    assert verdict(results) == "production-ready", results
    started = of("start", results)
    assert started.summary == "It started as a server; 2 pages opened without an error."
    assert [(page.path, page.status, page.content_type) for page in started.pages] == [
        ("/", 200, "text/html"),
        ("/about?x=1", 200, "text/html"),
    ]
    assert started.pages[1].body == "<p>About us</p>"
    assert "Open http://localhost:" in started.output


def test_code_that_does_not_compile_stops_at_syntax(settings: GateSettings) -> None:
    results = run_gates(hello(extra_py="def broken(:\n"), "main.py", settings=settings)
    assert [result.outcome for result in results] == [
        Outcome.PASSED,
        Outcome.FAILED,
        *[Outcome.SKIPPED] * (len(GATES) - 2),
    ]
    assert results[1].summary == "Syntax check: 1 error, first in extra.py."
    assert results[1].detail.startswith("extra.py:1:")
    assert verdict(results) == "not-production-ready"


def test_unsafe_paths_stop_at_files(settings: GateSettings) -> None:
    results = run_gates({**HELLO, "../evil.py": "x = 1\n"}, "main.py", settings=settings)
    assert results[0].outcome is Outcome.FAILED
    assert {result.outcome for result in results[1:]} == {Outcome.SKIPPED}


FAULTS = {
    "lint": hello(extra_py="print(unknown)\n"),
    "security": hello(extra_py="import pickle\n\npickle.loads(b'x')\n"),
    "types": hello(
        extra_py="def number() -> int:\n    return 'three'\n",
        test_extra_py=(
            "import extra\n\n\ndef test_number():\n    assert extra.number() == 'three'\n"
        ),
    ),
    "tests": hello(test_main_py=FAILING_TEST),
    "start": hello(
        main_py=(
            "def price():\n    return 3\n\n\nif __name__ == '__main__':\n    raise SystemExit(3)\n"
        ),
        test_main_py="from main import price\n\n\ndef test_price():\n    assert price() == 3\n",
    ),
}


ALSO = {
    "tests": {"proof": Outcome.SKIPPED},
    "start": {"promises": Outcome.FAILED},
}
"""What a fault means for other gates."""


@pytest.mark.parametrize("gate", FAULTS)
def test_one_fault_fails_one_gate(settings: GateSettings, gate: str) -> None:
    results = run_gates(FAULTS[gate], "main.py", settings=settings, promises=GREETS)
    assert {result.gate: result.outcome for result in results} == {
        **dict.fromkeys(GATES, Outcome.PASSED),
        gate: Outcome.FAILED,
        **ALSO.get(gate, {}),
    }, results
    assert verdict(results) == "not-production-ready"


def test_tests_that_do_not_end_are_stopped(sandbox: Backend) -> None:
    short = GateSettings(idle_seconds=1)
    endless = (
        "import time\n\n\ndef test_slow():\n    time.sleep(0.4)\n\n\n"
        "def test_wait():\n    time.sleep(600)\n"
    )
    project = hello(test_main_py=endless)
    judged = tests.check(Context(project, "main.py", sandbox, short, threading.Event()))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary.startswith(
        "The tests neither worked nor printed anything for 1 s and had to be stopped. Still"
        " running: test_wait. The slowest before: test_slow ("
    )


def test_tests_that_use_too_much_processor_time_are_named_with_the_limit(sandbox: Backend) -> None:
    short = GateSettings(tests_seconds=2)
    endless = (
        "def test_quick():\n    assert 1\n\n\ndef test_loop():\n    while True:\n        pass\n"
    )
    project = hello(test_main_py=endless)
    judged = tests.check(Context(project, "main.py", sandbox, short, threading.Event()))
    assert (judged.outcome, judged.summary) == (
        Outcome.FAILED,
        (
            "The tests used more than 2 s of processor time and had to be stopped. Still running:"
            " test_loop."
        ),
    )


def test_tests_that_have_others_work_too_long_are_named_with_the_limit(sandbox: Backend) -> None:
    short = GateSettings(tests_seconds=1)
    program = "import time\n\nwhile time.process_time() < 0.5:\n    pass\nprint('Hello')\n"
    endless = (
        "import subprocess\nimport sys\n\n\ndef test_program():\n    while True:\n"
        "        subprocess.run([sys.executable, 'main.py'], check=True)\n"
    )
    project = {"main.py": program, "test_main.py": endless}
    judged = tests.check(Context(project, "main.py", sandbox, short, threading.Event()))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary.endswith("had to be stopped. Still running: test_program."), judged
    assert " s of processor time" in judged.summary


def test_a_missing_package_in_tests_is_named(check: Check) -> None:
    judged = check(
        "tests", hello(test_main_py="import flask\n\n\ndef test_x():\n    assert flask\n")
    )
    assert (
        judged.summary == "It needs the package flask, and checks have only what comes with Python."
    )


def test_packages_a_project_asks_for_are_listed(check: Check) -> None:
    judged = check("files", {**HELLO, "requirements.txt": "flask>=3\n# comment\nrequests\n"})
    assert judged.outcome is Outcome.PASSED
    assert "Not installed for the checks: flask>=3, requests" in judged.detail


def test_tests_below_src_and_in_packages_are_found(check: Check) -> None:
    project = {
        "main.py": "print('hi')\n",
        "src/shop/__init__.py": "",
        "src/shop/prices.py": "def price() -> int:\n    return 3\n",
        "tests/__init__.py": "",
        "tests/test_prices.py": (
            "import unittest\n\nimport pytest\n\nfrom shop.prices import price\n\n\n"
            "class PriceTests(unittest.TestCase):\n"
            "    def test_price(self) -> None:\n        self.assertEqual(price(), 3)\n\n\n"
            "@pytest.mark.parametrize('number', [1, 2])\n"
            "def test_numbers(number: int) -> None:\n    assert number < 3\n"
        ),
    }
    judged = check("tests", project)
    assert judged.summary == "3 tests passed, in random order too.", judged


def test_asking_to_stop_ends_the_gates_at_once(settings: GateSettings) -> None:
    stop = threading.Event()
    slow = hello(main_py="import time\n\ntime.sleep(600)\n")
    begun = time.monotonic()
    results = run_gates(
        slow,
        "main.py",
        settings=replace(settings, start_seconds=600),
        on_result=lambda result: stop.set() if result.gate in ("types", "tests") else None,
        stop=stop,
    )
    assert time.monotonic() - begun < 550, "the program alone goes on for longer"
    started = of("start", results)
    assert started.outcome is Outcome.SKIPPED
    assert started.summary == "The checks were stopped before this one was done."


def test_gates_that_were_stopped_before_they_began_are_skipped(settings: GateSettings) -> None:
    stop = threading.Event()
    stop.set()
    results = run_gates(HELLO, "main.py", settings=settings, stop=stop)
    assert {result.outcome for result in results} == {Outcome.SKIPPED}


def test_time_for_all_gates_together_is_bounded() -> None:
    results = run_gates(HELLO, "main.py", settings=GateSettings(total_seconds=0))
    assert {result.outcome for result in results} == {Outcome.SKIPPED}


def test_without_a_sandbox_nothing_runs_and_nothing_passes() -> None:
    for backends in ((), ("none",), ("unconfined",)):
        settings = GateSettings(sandbox=SandboxOptions(backends=backends))
        results = run_gates(HELLO, "main.py", settings=settings)
        assert {result.outcome for result in results} == {Outcome.SKIPPED}
        assert all(result.summary.startswith("No sandbox: ") for result in results)
        assert verdict(results) == "not-production-ready"


def test_a_tool_that_breaks_is_no_success(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint, "FAULTS", ("NO_SUCH_RULE",))
    monkeypatch.setattr(security, "_CODE", "raise SystemExit('broken')")
    monkeypatch.setattr(types, "_CODE", "raise SystemExit(2)")
    for gate in ("lint", "security", "types"):
        assert check(gate, HELLO).outcome is Outcome.SKIPPED


def test_a_check_that_breaks_is_no_success(
    settings: GateSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "judge", lambda *_: 1 / 0)
    results = run_gates(HELLO, "main.py", settings=settings)
    started = of("start", results)
    assert started.outcome is Outcome.SKIPPED
    assert started.summary == "This check itself broke; the log says why."


def test_tidying_formats_and_removes_nothing(settings: GateSettings) -> None:
    files = {
        "main.py": "import sys\nimport os\nimport json\nx = {  'a':os.getcwd() }\nprint( x,sys )\n",
        "broken.py": "def broken(:\n",
        "notes.txt": "import  json\n",
    }
    tidied = tidy(files, settings=settings)
    assert tidied == files | {
        "main.py": ('import sys\nimport os\nimport json\n\nx = {"a": os.getcwd()}\nprint(x, sys)\n')
    }


def test_tidying_keeps_a_file_that_formatting_would_change_in_meaning(
    settings: GateSettings,
) -> None:
    text = '"""Usage:   \n\tpython  main.py   \n"""\nprint( __doc__ )\n'
    assert tidy({"main.py": text}, settings=settings) == {"main.py": text}


def test_tidying_without_a_sandbox_changes_nothing() -> None:
    settings = GateSettings(sandbox=SandboxOptions(backends=()))
    assert tidy({"main.py": "x=1"}, settings=settings) == {"main.py": "x=1"}


def test_tidying_unsafe_paths_changes_nothing(settings: GateSettings) -> None:
    assert tidy({"../main.py": "x=1"}, settings=settings) == {"../main.py": "x=1"}


def test_placeholders_fail_files_and_the_other_gates_run_all_the_same(
    settings: GateSettings,
) -> None:
    project = hello(
        shop_py='"""A shop."""\n\n\ndef total() -> int:\n    raise NotImplementedError\n\n\n'
        "print(total)\n"
    )
    results = run_gates(project, "main.py", settings=settings, promises=GREETS)
    assert results[0].outcome is Outcome.FAILED
    assert results[0].summary == "The project is not complete: 1 placeholder in it."
    assert "shop.py:4: total is called" in results[0].detail
    others = {result.gate for result in results[1:] if result.outcome is not Outcome.PASSED}
    assert others == {"proof"}, results  # no test runs what is not there yet


def test_what_a_project_does_unasked_or_hides_fails_files_and_the_rest_runs(
    settings: GateSettings,
) -> None:
    project = HELLO | {
        ".vscode/tasks.json": "{}\n",
        "extra.py": "x = '\u202e'\n\n\ndef total():\n    return unknown\n",
    }
    results = {one.gate: one for one in run_gates(project, "main.py", settings=settings)}
    assert results["files"].outcome is Outcome.FAILED
    assert ".vscode/tasks.json runs commands by itself" in results["files"].summary
    assert "extra.py:1: hidden the character U+202E" in results["files"].detail
    assert results["lint"].outcome is Outcome.FAILED
    assert results["tests"].outcome is Outcome.PASSED
