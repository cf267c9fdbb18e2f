"""The tests of two versions are read in the sandbox."""

import threading

import pytest

from tests.sandbox.conftest import SETTINGS
from tests.sandbox.projects import HELLO, hello
from toggle_core.gates.checks.context import Context
from toggle_core.gates.checks.test_changes import LostTest, UnreadableTests, find_lost_tests
from toggle_core.gates.sandbox.backend import Backend


def project(sandbox: Backend, stop: threading.Event, **changed: str) -> Context:
    return Context(hello(**changed), "main.py", sandbox, SETTINGS, stop)


def test_lost_test_is_found_in_the_sandbox(sandbox: Backend) -> None:
    now = project(sandbox, threading.Event(), test_main_py="def test_other():\n    assert f()\n")
    assert find_lost_tests(now, HELLO) == (LostTest("test_main.py::test_greeting", 1, None),)
    assert find_lost_tests(now, now.files) == ()


def test_stopped_comparison_does_not_pass_for_nothing_lost(sandbox: Backend) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(UnreadableTests):
        find_lost_tests(project(sandbox, stop), HELLO)
