"""A sandbox for the tests; where there is none, they fail and do not hide it."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from toggle_core.gates.checks import files, lint, security, start, syntax, tests, types
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.state import SandboxOptions, available
from toggle_core.gates.settings import GateSettings

BUBBLEWRAP = SandboxOptions(backends=("bubblewrap",))
SETTINGS = GateSettings(sandbox=BUBBLEWRAP, tests_seconds=10, start_seconds=8, visit_seconds=10)

Check = Callable[[str, Mapping[str, str]], Judgement]
CheckAll = Callable[[str, Mapping[str, Mapping[str, str]]], dict[str, Judgement]]

_CHECKS = {
    "files": files.check,
    "syntax": syntax.check,
    "lint": lint.check,
    "security": security.check,
    "types": types.check,
    "tests": tests.check,
    "start": start.check,
}


@pytest.fixture(scope="session")
def sandbox() -> Backend:
    """The primary sandbox; bubblewrap has to be installed where tests run."""
    state = available(BUBBLEWRAP)
    assert state.backend is not None, f"{state.how_to_get} ({state.detail})"
    return state.backend


@pytest.fixture(scope="session")
def check(sandbox: Backend) -> Check:
    """Runs one gate on a project that ``main.py`` starts, whatever the gates before it say."""

    def run(gate: str, project: Mapping[str, str]) -> Judgement:
        context = Context(project, "main.py", sandbox, SETTINGS, threading.Event())
        return _CHECKS[gate](context)

    return run


@pytest.fixture(scope="session")
def check_all(check: Check) -> CheckAll:
    """Runs one gate on several projects by name, some at a time: a server is mostly waited for."""

    def run(gate: str, projects: Mapping[str, Mapping[str, str]]) -> dict[str, Judgement]:
        with ThreadPoolExecutor(6) as pool:
            judged = pool.map(lambda project: check(gate, project), projects.values())
            return dict(zip(projects, judged, strict=True))

    return run


@pytest.fixture(scope="session")
def settings(sandbox: Backend) -> GateSettings:
    """Settings of the gates where the primary sandbox is known to work."""
    assert sandbox.servers
    return SETTINGS
