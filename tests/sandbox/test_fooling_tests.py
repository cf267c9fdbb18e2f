"""Projects that try to look tested do not get away with it."""

import pytest

from tests.sandbox.conftest import Check, CheckAll
from tests.sandbox.projects import FAILING_TEST, HELLO, hello
from toggle_core.gates.model import GateResult, fingerprint
from toggle_core.words import Outcome

MEDDLES = "The project changes how its tests are run or reported."
NEVER_RAN = "1 of 1 test never ran: test_sum."

CONFTESTS = {
    "deselect everything": (
        "def pytest_collection_modifyitems(config, items):\n"
        "    config.hook.pytest_deselected(items=list(items))\n"
        "    items.clear()\n"
    ),
    "drop everything": "def pytest_collection_modifyitems(items):\n    items.clear()\n",
    "report success": (
        "import pytest\n\n\n"
        "@pytest.hookimpl(hookwrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    outcome = yield\n"
        "    outcome.get_result().outcome = 'passed'\n"
    ),
    "report success for its own": (
        "import pytest\n\n\n"
        "@pytest.hookimpl(hookwrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    outcome = yield\n"
        "    if item.name == 'test_sum':\n"
        "        outcome.get_result().outcome = 'passed'\n"
    ),
    "run nothing": "def pytest_runtestloop(session):\n    return True\n",
    "call nothing": "def pytest_pyfunc_call(pyfuncitem):\n    return True\n",
    "hook made at run time": (
        "name = 'pytest_' + 'pyfunc_call'\n"
        "globals()[name] = lambda pyfuncitem: pyfuncitem.name == 'test_sum' or None\n"
    ),
    "plugin made at run time": (
        "def pytest_configure(config):\n"
        "    hooks = {'pytest_' + 'pyfunc_call': lambda self, pyfuncitem: True}\n"
        "    config.pluginmanager.register(type('Plugin', (), hooks)())\n"
    ),
    "another function in the setup": (
        "def pytest_runtest_setup(item):\n"
        "    if item.name == 'test_sum':\n"
        "        item.obj = lambda: None\n"
    ),
    "nothing to run in the setup": (
        "def pytest_runtest_setup(item):\n"
        "    if item.name == 'test_sum':\n"
        "        item.runtest = lambda: None\n"
    ),
    "another function in a fixture": (
        "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef quiet(request):\n"
        "    if request.node.name == 'test_sum':\n"
        "        request.node.obj = lambda: None\n"
    ),
    "other code in the same function": (
        "import pytest\n\n\n@pytest.fixture(autouse=True)\ndef quiet(request):\n"
        "    if request.node.name == 'test_sum':\n"
        "        request.node.obj.__code__ = (lambda: None).__code__\n"
    ),
    "other code before it is collected": (
        "def pytest_generate_tests(metafunc):\n"
        "    if metafunc.function.__name__ == 'test_sum':\n"
        "        metafunc.function.__code__ = (lambda: None).__code__\n"
    ),
    "another test in its module": (
        "import test_main\n\n\ndef test_sum():\n    pass\n\n\ntest_main.test_sum = test_sum\n"
    ),
    "another test file": (
        "from pathlib import Path\n\n"
        "path = Path(__file__).with_name('test_main.py')\n"
        "path.write_text('def test_sum():\\n    assert True\\n')\n"
    ),
    "by the names pytest gives": (
        "import pytest\n\nkept = pytest.Function.runtest\n"
        "pytest.Function.runtest = (\n"
        "    lambda self: None if self.name == 'test_sum' else kept(self)\n)\n"
    ),
    "inside of pytest": (
        "import _pytest.python\n\n_pytest.python.Function.runtest = lambda self: None\n"
    ),
    "inside by another way": (
        "import sys\n\nsys.modules['_pytest' + '.python'].Function.runtest = lambda self: None\n"
    ),
}


def test_a_conftest_does_not_turn_failure_into_success(check_all: CheckAll) -> None:
    projects = {
        name: hello(conftest_py=text, test_main_py=FAILING_TEST) for name, text in CONFTESTS.items()
    }
    judged = check_all("tests", projects)
    assert {name: judged[name].summary for name in CONFTESTS} == {
        **dict.fromkeys(CONFTESTS, MEDDLES),
        "deselect everything": NEVER_RAN,
        "drop everything": NEVER_RAN,
    }
    assert {one.outcome for one in judged.values()} == {Outcome.FAILED}


def test_a_conftest_that_deselects_some_tests_fails(check: Check) -> None:
    conftest = (
        "def pytest_collection_modifyitems(config, items):\n"
        "    bad = [item for item in items if item.name == 'test_bad']\n"
        "    items[:] = [item for item in items if item.name != 'test_bad']\n"
        "    config.hook.pytest_deselected(items=bad)\n"
    )
    tests = "def test_good():\n    assert True\n\n\ndef test_bad():\n    assert False\n"
    judged = check("tests", hello(conftest_py=conftest, test_main_py=tests))
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "1 of 2 tests never ran: test_bad."


def test_a_conftest_with_fixtures_is_welcome(check: Check) -> None:
    conftest = "import pytest\n\n\n@pytest.fixture\ndef number():\n    return 3\n"
    tests = (
        "from main import greeting\n\n\n"
        "def test_number(number):\n    assert greeting(number) == 'Hello, 3!'\n"
    )
    judged = check("tests", hello(conftest_py=conftest, test_main_py=tests))
    assert judged.outcome is Outcome.PASSED, judged


ENDINGS = {
    "at load": "import os\n\nprint('3 passed in 0.01s')\nos._exit(0)\n",
    "in a test": (
        "import os\n\n\ndef test_end():\n    print('3 passed')\n    assert True\n    os._exit(0)\n"
    ),
    "with the right code": "import os\n\n\ndef test_end():\n    assert True\n    os._exit(1)\n",
    "by pytest": (
        "import pytest\n\n\ndef test_end():\n    assert True\n    pytest.exit('done', 1)\n"
    ),
    "by exit": "import sys\n\nsys.exit(0)\n",
    "at the very end": (
        "import atexit\nimport os\n\natexit.register(lambda: os._exit(0))\n\n\n"
        "def test_end():\n    assert False\n"
    ),
    "by a signal": "import os\n\n\ndef test_end():\n    assert True\n    os.kill(os.getpid(), 9)\n",
}


def test_an_early_end_is_no_success(check_all: CheckAll) -> None:
    projects = {
        name: hello(test_main_py=f"{text}\n\n{FAILING_TEST}") for name, text in ENDINGS.items()
    }
    judged = check_all("tests", projects)
    assert {name: one.outcome for name, one in judged.items()} == dict.fromkeys(
        ENDINGS, Outcome.FAILED
    )


SWALLOWED = "    try:\n        assert text == 'no'\n    except Exception:\n        pass\n"
"""Seen by reading; the others only when every assertion is made to fail."""
IDLE = {
    "swallowed": "    try:\n        check(text)\n    except Exception:\n        pass\n",
    "suppressed": "    with contextlib.suppress(AssertionError):\n        check(text)\n",
    "never reached": "    return\n    assert text == 'no'\n",
    "for a case that never comes": "    if not text:\n        assert text == 'no'\n",
    "over no cases": "    for one in [x for x in text if x == '?']:\n        assert one == 'no'\n",
    "in a function nobody calls": "    def check():\n        assert text == 'no'\n",
    "in a coroutine nobody awaits": (
        "    async def check():\n        assert text == 'no'\n    check().close()\n"
    ),
    "in a thread": (
        "    thread = threading.Thread(target=lambda: helper(text))\n"
        "    thread.start()\n    thread.join()\n"
    ),
}
"""Tests whose assertions are wrong and hurt nobody."""


def test_assertions_that_are_never_reached_or_swallowed_do_not_count(check_all: CheckAll) -> None:
    top = (
        "import contextlib\nimport threading\n\nimport main\n\n\n"
        "def check(text):\n    assert text == 'no'\n\n\n"
        "def helper(text):\n    with contextlib.suppress(AssertionError):\n"
        "        check(text)\n\n\n"
        "def test_text():\n    text = main.greeting('you')\n"
    )
    honest = "\n\ndef test_greeting():\n    assert main.greeting('you') == 'Hello, you!'\n"
    projects = {name: hello(test_main_py=top + body) for name, body in IDLE.items()}
    judged = check_all("tests", projects)
    assert {name: one.summary for name, one in judged.items()} == dict.fromkeys(
        IDLE, "The tests run, but check nothing."
    )
    beside = check_all(
        "tests",
        {
            "both": hello(test_main_py=top + IDLE["swallowed"] + honest),
            "seen by reading": hello(test_main_py=top + SWALLOWED + honest),
        },
    )
    assert {name: one.summary for name, one in beside.items()} == {
        "both": "1 test passed, in random order too; test_text checks nothing and does not count.",
        "seen by reading": (
            "test_text catches the failure of its own check in line 18: let the assert fail, or "
            "use pytest.raises."
        ),
    }


EMPTY = {
    "no file": {name: text for name, text in HELLO.items() if name != "test_main.py"},
    "no test": hello(test_main_py="import main\n\nprint('3 passed')\n"),
    "only a fixture": hello(
        test_main_py="import pytest\n\n\n@pytest.fixture\ndef test_client():\n    return 1\n"
    ),
    "made at run time": hello(
        test_main_py="globals()['test_' + 'made'] = lambda: None\n\n\ndef helper():\n    assert 1\n"
    ),
    "only skipped": hello(
        test_main_py=(
            "import pytest\n\n\n@pytest.mark.skip\ndef test_sum():\n    assert 1 + 1 == 2\n"
        )
    ),
    "only expected to fail": hello(
        test_main_py=(
            "import pytest\n\n\n@pytest.mark.xfail\ndef test_sum():\n    assert 1 + 1 == 3\n"
        )
    ),
    "checks nothing": hello(
        test_main_py="import main\n\n\ndef test_nothing():\n    print(main.greeting('you'))\n"
    ),
    "touches nothing": hello(test_main_py="def test_one():\n    assert str(1) == '1'\n"),
}


def test_a_project_without_a_real_test_fails(check_all: CheckAll) -> None:
    judged = check_all("tests", EMPTY)
    none = "The project has no tests."
    assert {name: (one.outcome, one.summary) for name, one in judged.items()} == {
        "no file": (Outcome.FAILED, none),
        "no test": (Outcome.FAILED, none),
        "only a fixture": (Outcome.FAILED, none),
        "made at run time": (Outcome.FAILED, none),
        "only skipped": (Outcome.FAILED, "1 of 1 test was skipped: test_sum."),
        "only expected to fail": (
            Outcome.FAILED,
            "1 of 1 test is marked as expected to fail: test_sum.",
        ),
        "checks nothing": (Outcome.FAILED, "The tests run, but check nothing."),
        "touches nothing": (Outcome.FAILED, "The tests never touch the program."),
    }


SETTINGS_FILES = {
    "pytest.ini": "[pytest]\naddopts = --collect-only -k nothing\npython_files = none\n",
    "setup.cfg": "[tool:pytest]\naddopts = --collect-only\n",
    "tox.ini": "[pytest]\naddopts = --deselect test_main.py\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--collect-only'\n",
    ".pytest.ini": "[pytest]\naddopts = --co\n",
}


def test_settings_of_pytest_in_the_project_change_nothing(check: Check) -> None:
    judged = check("tests", hello(test_main_py=FAILING_TEST) | SETTINGS_FILES)
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "1 of 1 test failed: test_sum."


REPLACEMENTS = {
    "pytest.py": "import os\n\nprint('1 passed')\nos._exit(0)\n",
    "_pytest/__init__.py": "raise SystemExit(0)\n",
    "pluggy.py": "raise SystemExit(0)\n",
    "sitecustomize.py": "import os\n\nprint('1 passed')\nos._exit(0)\n",
    "usercustomize.py": "import os\n\nos._exit(0)\n",
    "harness/__init__.py": "raise SystemExit(0)\n",
    "json.py": "import os\n\nos._exit(0)\n",
    "typing.py": "import os\n\nos._exit(0)\n",
    ".local/lib/python3.11/site-packages/usercustomize.py": "import os\n\nos._exit(0)\n",
}


def test_modules_in_the_project_do_not_stand_in_for_the_harness(check: Check) -> None:
    judged = check("tests", hello(test_main_py=FAILING_TEST) | REPLACEMENTS)
    assert judged.outcome is Outcome.FAILED, judged
    assert judged.summary == "1 of 1 test failed: test_sum.", judged


@pytest.mark.parametrize(
    "name", ["pytest.py", "_pytest/__init__.py", "sitecustomize.py", "random.py", "email.py"]
)
def test_a_module_that_hides_one_of_python_fails_the_gate_files(check: Check, name: str) -> None:
    judged = check("files", {**HELLO, name: "x = 1\n"})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == f"{name} takes the place of a part of Python; it needs another name."


FORGERS = {
    "lines on every descriptor": (
        "import json\nimport os\n\n\ndef test_forge():\n"
        "    line = json.dumps({'test': 'test_main.py::test_sum', 'phase': 'call',"
        " 'outcome': 'passed', 'text': '', 'key': 'x' * 64}) + '\\n'\n"
        "    for number in range(3, 64):\n"
        "        try:\n"
        "            os.write(number, line.encode())\n"
        "        except OSError:\n"
        "            continue\n"
        "    assert True\n"
    ),
    "the supervisor's channel": (
        "import os\n\n\ndef test_forge():\n"
        "    for pid in os.listdir('/proc'):\n"
        "        for number in range(16):\n"
        "            try:\n"
        "                place = os.open(f'/proc/{pid}/fd/{number}', os.O_WRONLY)\n"
        "                os.write(place, b'{\"result\": {}}\\n')\n"
        "            except OSError:\n"
        "                continue\n"
        "    assert False\n"
    ),
    "a dead harness": (
        "import os\nimport signal\n\n\ndef test_forge():\n"
        "    os.kill(os.getppid(), signal.SIGKILL)\n    assert False\n"
    ),
}


def test_a_forged_report_is_no_success(check_all: CheckAll) -> None:
    projects = {
        name: hello(test_main_py=f"{text}\n\n{FAILING_TEST}") for name, text in FORGERS.items()
    }
    judged = check_all("tests", projects)
    assert {name: one.outcome for name, one in judged.items()} == dict.fromkeys(
        FORGERS, Outcome.FAILED
    )


def test_lines_nobody_signed_fail_even_where_all_tests_pass(check: Check) -> None:
    forger = FORGERS["lines on every descriptor"]
    judged = check("tests", hello(test_main_py=forger))
    assert judged.outcome is Outcome.FAILED
    assert "forged: 1 line of the report" in judged.detail


def test_the_same_early_end_has_the_same_fingerprint(check_all: CheckAll) -> None:
    project = hello(test_main_py="import os\n\n\ndef test_end():\n    os._exit(0)\n")
    judged = check_all("tests", {"once": project, "again": project})
    prints = {
        fingerprint(GateResult("tests", one.outcome, 1.0, one.summary, one.detail))
        for one in judged.values()
    }
    assert len(prints) == 1, judged
