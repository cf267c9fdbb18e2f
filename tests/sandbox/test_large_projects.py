"""Projects that are larger than usual are judged like any other, within the limits."""

from dataclasses import replace

import pytest

from tests.sandbox.conftest import Check
from tests.sandbox.projects import hello
from toggle_core.gates.run import run_gates
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

MODULES = 198


def test_project_of_200_files_is_ready(settings: GateSettings) -> None:
    modules = {
        f"parts/part_{n}.py": f'"""Part {n}."""\n\n\ndef number() -> int:\n    return {n}\n'
        for n in range(MODULES - 2)
    }
    imports = "".join(f"from parts import part_{n}\n" for n in range(MODULES - 2))
    total = " + ".join(f"part_{n}.number()" for n in range(MODULES - 2))
    main = (
        f'"""Sum."""\n\n{imports}\n\ndef total() -> int:\n    return {total}\n\n\nprint(total())\n'
    )
    tests = (
        "import main\n\n\n"
        f"def test_total() -> None:\n    assert main.total() == {sum(range(MODULES - 2))}\n"
    )
    files = {"main.py": main, "parts/__init__.py": "", "test_main.py": tests, **modules}
    files["README.md"] = "# Sum\n"
    assert len(files) == 200
    results = run_gates(files, "main.py", settings=settings)
    assert {one.gate for one in results if one.outcome is not Outcome.PASSED} == {"promises"}


@pytest.mark.timeout(2400)  # five runs of them, on a machine that may be busy
def test_2000_quick_tests_pass(settings: GateSettings) -> None:
    tests = "import main\n\n\n" + "\n\n".join(
        f"def test_{n}() -> None:\n    assert main.greeting('{n}') == 'Hello, {n}!'\n"
        for n in range(2_000)
    )
    patient = replace(settings, tests_seconds=GateSettings().tests_seconds)
    results = run_gates(hello(test_main_py=tests), "main.py", settings=patient)
    (judged,) = (one for one in results if one.gate == "tests")
    assert (judged.outcome, judged.summary) == (
        Outcome.PASSED,
        "2000 tests passed, in random order too.",
    )


def test_output_of_10_megabytes_is_cut_and_judged(check: Check) -> None:
    tests = (
        "import main\n\n\ndef test_loud() -> None:\n"
        "    for _ in range(10_000):\n        print('x' * 1_000)\n"
        "    assert main.greeting('you') == 'Hello, you!'\n"
    )
    passing = check("tests", hello(test_main_py=tests))
    assert passing.outcome is Outcome.PASSED, passing
    failing = check("tests", hello(test_main_py=tests.replace("Hello, you", "Bye, you")))
    assert failing.outcome is Outcome.FAILED
    assert failing.summary == "1 of 1 test failed: test_loud."
    assert len(failing.detail) < 100_000
