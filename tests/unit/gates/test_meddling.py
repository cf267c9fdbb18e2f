"""Reaching into how tests are run is found by reading, and ordinary tests are left alone."""

import pytest

from toggle_core.gates.harness.meddling import find_meddling
from toggle_core.gates.harness.suite import parse_all


def meddling(text: str, path: str = "conftest.py") -> list[str]:
    return find_meddling(parse_all({path: text, "main.py": "x = 1\n"}))


@pytest.mark.parametrize(
    "text",
    [
        "def pytest_runtest_makereport(item): ...",
        "class P:\n    def pytest_pyfunc_call(self): ...",
        "if True:\n    async def pytest_runtestloop(): ...",
        "def pytest_ignore_collect(): ...",
        "import _pytest.runner",
        "from _pytest import python",
        "import os, pluggy",
        "from harness.expected import SuiteReader",
        "import sys\nsys.modules['_pytest.runner']",
        "import pytest\npytest.approx = f",
        "import pytest as p\np.Function.runtest = f",
        "import pytest\nq = pytest\nq.raises = f",
        "import pytest\nsetattr(pytest, 'approx', f)",
        "import pytest\npytest.__dict__['approx'] = f",
        "import pytest\nvars(pytest)['approx'] = f",
        "import pytest\nvars(pytest).update(approx=f)",
        "import importlib\nimportlib.import_module('pytest').approx = f",
        "import sys\nsys.modules['pytest'] = f",
        "import pytest\ndef test_x(monkeypatch):\n    monkeypatch.setattr(pytest, 'approx', f)",
        "def test_x(monkeypatch):\n    monkeypatch.setattr('pytest.approx', f)",
        "from unittest import mock\n@mock.patch('pytest.raises')\ndef test_x(m): ...",
        "from unittest.mock import patch\nimport pytest\npatch.object(pytest, 'raises').start()",
        "from unittest.mock import patch\npatch.multiple('pytest', raises=f)",
        "import unittest\nunittest.TestCase.assertEqual = f",
        "from unittest import TestCase\nTestCase.run = f",
        "import builtins\nbuiltins.len = f",
        "__builtins__['sum'] = f",
        "import pytest\ndef test_x(monkeypatch):\n    monkeypatch.setattr('builtins.sum', f)",
        "AssertionError = ValueError",
        "class AssertionError(Exception): ...",
        "from helpers import Calm as AssertionError",
        "globals()['AssertionError'] = ValueError",
        "import test_a\ntest_a.AssertionError = ValueError",
        "def test_x():\n    try:\n        f()\n    except E as AssertionError:\n        pass",
        "import sys\nsys.settrace(f)",
        "from sys import settrace as s\ns(f)",
        "import sys\ngetattr(sys, 'settrace')(f)",
        "import threading\nthreading.setprofile(f)",
        "import sys\nsys.meta_path.insert(0, f)",
        "import sys\nsys.path_hooks.clear()",
        "import gc\ngc.get_objects()",
        "import sys\nsys._getframe(1)",
        "import inspect\ninspect.currentframe().f_back",
        "def f(frame):\n    frame.f_lineno = 3",
        "def pytest_runtest_setup(item):\n    item.obj = f",
        "def pytest_runtest_setup(item):\n    item.runtest = f",
        "def pytest_collection_modifyitems(items):\n    items[0].__class__ = f",
        "def f(request):\n    request.node.obj = f",
        "import main\nmain.total.__code__ = f",
        "def pytest_configure(config):\n    config.pluginmanager.add_hookcall_monitoring(f, g)",
        "def pytest_configure(config):\n    config.pluginmanager.unregister(name='runner')",
        "import ctypes\nctypes.pythonapi.PyObject_SetAttr",
    ],
)
def test_reaching_into_the_run_is_found(text: str) -> None:
    assert meddling(text)


def test_what_is_found_is_said_with_its_line() -> None:
    assert meddling("import sys\n\nsys.settrace(f)\n") == ["conftest.py:3: uses sys.settrace"]


def test_module_hidden_by_a_package_is_found() -> None:
    files = {"main.py": "x = 1\n", "main/__init__.py": "x = 2\n"}
    assert find_meddling(parse_all(files)) == ["main.py is hidden by main/__init__.py"]


@pytest.mark.parametrize(
    "text",
    [
        "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: x')",
        "def pytest_addoption(parser):\n    parser.addoption('--slow')",
        "def pytest_collection_modifyitems(items):\n    items.sort(key=f)",
        "from _pytest.monkeypatch import MonkeyPatch",
        "from _pytest.capture import CaptureFixture",
        "import main\ndef test_x(monkeypatch):\n    monkeypatch.setattr(main, 'ask', f)",
        "def test_x(monkeypatch):\n    monkeypatch.setattr('builtins.input', f)",
        "import builtins\nfrom unittest.mock import patch\npatch.object(builtins, 'print')",
        "from unittest.mock import patch\n@patch('main.now')\ndef test_x(now): ...",
        "import sys\nsys.modules['requests'] = f",
        "import sys\nsys.modules.pop('main', None)",
        "import sys\nsys.path.insert(0, 'src')",
        "import unittest\nclass T(unittest.TestCase):\n    maxDiff = None",
        "import unittest\nunittest.TestCase.maxDiff = None",
        "import pytest\n@pytest.fixture\ndef obj(request):\n    return request.node.name",
        "def test_x(client):\n    client.patch('/items/1')",
        "import pytest\nwith pytest.raises(AssertionError):\n    f()",
        "try:\n    f()\nexcept AssertionError as error:\n    raise ValueError from error",
        "meta_path = 'meta.json'\nself.meta_path = meta_path",
        "import atexit\natexit.unregister(f)",
        "import gc\ngc.collect()",
        "data['pytest'] = 1",
        "class Thing:\n    def set(self, obj):\n        self.obj = obj",
    ],
)
def test_ordinary_tests_are_left_alone(text: str) -> None:
    assert meddling(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "import inspect\nname = inspect.currentframe().f_back.f_code.co_name",
        "class On:\n    def flip(self):\n        self.__class__ = Off",
        "import inspect\nprint(inspect.stack()[1])",
    ],
)
def test_what_only_tests_may_not_do_is_allowed_in_the_program(text: str) -> None:
    assert meddling(text, "logger.py") == []
    assert meddling(text) != []


def test_only_python_files_are_read() -> None:
    assert find_meddling(parse_all({"notes.txt": "import _pytest\n"})) == []
