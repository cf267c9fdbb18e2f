"""Ordinary tests, in every usual style, pass the gate."""

from tests.sandbox.conftest import Check
from toggle_core.words import Outcome

MAIN = '''"""Totals."""

import dataclasses
import enum
import functools
import sys


def total(numbers):
    return sum(numbers)


def ask():
    return int(input("number: "))


def now():
    return 1


def later():
    return now() + 1


@functools.lru_cache
def slow(number):
    return number


@dataclasses.dataclass(slots=True)
class Point:
    x: int
    y: int

    def total(self):
        return self.x + self.y


class Kind(enum.Enum):
    ONE = 1

    def label(self):
        return str(self.value)


class On:
    def flip(self):
        self.__class__ = Off
        return self


class Off(On):
    pass


def main(arguments=None):
    print(total(int(each) for each in arguments or sys.argv[1:] or ["1"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

STYLES = {
    "test_monkeypatch.py": """
import builtins
import sys

import main


def test_input(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "5")
    assert main.ask() == 5


def test_input_by_module(monkeypatch):
    monkeypatch.setattr(builtins, "input", lambda _: "6")
    assert main.ask() == 6


def test_collaborator(monkeypatch):
    monkeypatch.setattr(main, "now", lambda: 41)
    assert main.later() == 42


def test_arguments(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["main", "1", "2"])
    assert main.main() == 0
    assert capsys.readouterr().out == "3\\n"


def test_fresh_module(monkeypatch):
    monkeypatch.delitem(sys.modules, "main")
    import main as fresh

    assert fresh is not main
    assert fresh.total([1]) == 1
""",
    "test_mock.py": """
import sys
from unittest import mock
from unittest.mock import patch

import main

sys.modules["requests"] = mock.MagicMock()


@patch("main.now", return_value=9)
def test_patched(now):
    assert main.later() == 10
    now.assert_called_once_with()


def test_print():
    with patch("builtins.print") as printed:
        main.main(["1"])
    printed.assert_called_once_with(1)


@mock.patch.object(main, "now", autospec=True)
@mock.patch.dict("os.environ", {"A": "b"})
def test_several(now):
    now.return_value = 1
    assert main.later() == 2
""",
    "test_classes.py": """
import unittest

import main
from shared import SharedTests


class TestPoint:
    def setup_method(self):
        self.point = main.Point(1, 2)

    def test_total(self):
        assert self.point.total() == 3

    @staticmethod
    def test_static():
        assert main.Kind.ONE.label() == "1"

    @classmethod
    def test_class(cls):
        assert type(main.On().flip()) is main.Off


class Contract:
    numbers: list = []

    def test_sum(self):
        assert main.total(self.numbers) == len(self.numbers)


class TestOne(Contract):
    numbers = [1]


class TestTwo(Contract):
    numbers = [1, 1]


class TestBase:
    __test__ = False

    def test_slow(self):
        assert main.slow(self.number) == self.number


class TestSlow(TestBase):
    __test__ = True
    number = 4


def test_shared():
    assert main.total([]) == 0


class TestShared(SharedTests, unittest.TestCase):
    numbers = [2, 3]


class Base(unittest.TestCase):
    maxDiff = None

    def test_parts(self):
        for number in (1, self.number):
            with self.subTest(number):
                self.assertEqual(main.total([number]), number)


class TestParts(Base):
    number = 3


del Base


class Later(unittest.IsolatedAsyncioTestCase):
    async def test_later(self):
        self.assertEqual(main.later(), 2)
""",
    "shared.py": """
import main


class SharedTests:
    numbers = []

    def test_shared(self):
        assert main.total(self.numbers) == 5
""",
    "test_cases.py": """
import pytest

from main import total

CASES = [([1], 1), ([1, 2], 3)]


@pytest.mark.parametrize(("numbers", "expected"), CASES, ids=["one", "a[b]::c"])
def test_cases(numbers, expected):
    assert total(numbers) == expected


@pytest.mark.parametrize("first", [1, 2])
@pytest.mark.parametrize("second", [3])
def test_pairs(first, second):
    assert total([first, second]) == first + second


def pytest_generate_tests(metafunc):
    if "made" in metafunc.fixturenames:
        metafunc.parametrize("made", [1, 2])


def test_made(made):
    assert total([made]) == made
""",
    "test_fixtures.py": """
import pytest
from fixtures import numbers

import main


@pytest.fixture
def test_client():
    return main.Point(1, 1)


@pytest.fixture(scope="module", name="test_store")
def make_store():
    yield []


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_fixtures(numbers, test_client, test_store, request, subtests):
    assert request.node.name == "test_fixtures"
    with subtests.test("sum"):
        assert main.total(numbers) == test_client.total() + len(test_store)
""",
    "fixtures.py": """
import pytest


@pytest.fixture
def numbers():
    return [1, 1]
""",
    "test_helpers.py": """
import functools

from main import total


def check_total(numbers, expected):
    assert total(numbers) == expected


def timed(function):
    @functools.wraps(function)
    def call():
        return function()

    return call


class FakeServer:
    def test_mode(self):
        return True


class TestData:
    def __init__(self, number):
        self.number = number


@timed
def test_helper():
    assert FakeServer().test_mode()
    check_total([TestData(2).number], 2)


def test_nested():
    def test_again():
        return total([1])

    assert test_again() == 1
""",
    "test_process.py": """
import runpy
import subprocess
import sys
from pathlib import Path

MAIN = Path(__file__).with_name("main.py")


def test_output():
    command = [sys.executable, str(MAIN), "1", "2"]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "3\\n"


def test_runpy(capsys):
    names = runpy.run_path(str(MAIN), run_name="other")
    names["main"](["4"])
    assert capsys.readouterr().out == "4\\n"
""",
    "test_imports.py": """
import importlib
import importlib.util
import sys
from pathlib import Path

import main


def test_reload():
    assert importlib.reload(main).total([1]) == 1


def test_by_path(monkeypatch):
    spec = importlib.util.spec_from_file_location("main", Path(__file__).with_name("main.py"))
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "main", module)
    spec.loader.exec_module(module)
    assert module.total([2]) == 2
""",
    "test_docs.py": """
import doctest

import main


def test_docs():
    assert doctest.testmod(main).failed == 0
""",
    "test_annotations.py": """
from _pytest.capture import CaptureFixture
from _pytest.monkeypatch import MonkeyPatch

import main


def test_typed(monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]) -> None:
    main.main(["7"])
    assert capsys.readouterr().out == "7\\n"
""",
    "conftest.py": """
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", default=True)


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes long")


def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: item.name)
    for item in items:
        item.add_marker(pytest.mark.slow)
""",
}


def test_every_usual_way_to_write_a_test_is_welcome(check: Check) -> None:
    judged = check("tests", {"main.py": MAIN, **STYLES})
    assert judged.outcome is Outcome.PASSED, judged
    assert judged.summary.endswith(" tests passed, in random order too."), judged


ELSEWHERE = """
import os
import platform
import sys
import unittest

import pytest

import main

WINDOWS = sys.platform == "win32"


def test_here():
    assert main.total([1]) == 1


@pytest.mark.skipif(sys.platform != "win32", reason="Windows only")
def test_marked():
    assert main.total([1]) == 2


@pytest.mark.skipif(os.name != "nt", reason="Windows only")
def test_by_name():
    assert main.total([1]) == 2


def test_called():
    if platform.system() != "Windows":
        pytest.skip("no registry")
    assert main.total([1]) == 2


class PlatformTest(unittest.TestCase):
    @unittest.skipUnless(WINDOWS, "Windows only")
    def test_unittest(self):
        self.assertEqual(main.total([1]), 2)


if WINDOWS:

    def test_registry():
        assert main.total([1]) == 2

    def test_both():
        assert main.total([1]) == 2
else:

    def test_both():
        assert main.total([1]) == 1
"""
REGISTRY = (
    "import pytest\n\nwinreg = pytest.importorskip('winreg')\n\nimport main\n\n\n"
    "def test_key():\n    assert main.total([1]) == winreg.HKEY_USERS\n"
)


def test_tests_for_another_platform_are_reported_and_allowed(check: Check) -> None:
    judged = check("tests", {"main.py": MAIN, "test_a.py": ELSEWHERE, "test_b.py": REGISTRY})
    assert judged.outcome is Outcome.PASSED, judged
    assert judged.summary.startswith("2 tests passed, in random order too; skipped, because for")
    for name in ("test_marked", "test_by_name", "test_called", "test_unittest", "test_key"):
        assert name in judged.summary


def test_test_without_a_check_is_named_and_not_counted(check: Check) -> None:
    text = (
        "import main\n\n\ndef test_runs():\n    main.later()\n\n\ndef test_now():\n"
        "    assert main.now() == 1\n"
    )
    judged = check("tests", {"main.py": MAIN, "test_a.py": text})
    assert judged.summary == (
        "1 test passed, in random order too; test_runs checks nothing and does not count."
    )


def test_thousands_of_quick_tests_pass(check: Check) -> None:
    text = "from main import total\n\n\n" + "\n\n".join(
        f"def test_{number}():\n    assert total([{number}]) == {number}\n" for number in range(400)
    )
    judged = check("tests", {"main.py": MAIN, "test_a.py": text})
    assert judged.summary == "400 tests passed, in random order too.", judged.summary
