"""A sandbox for the tests; where there is none, they fail and do not hide it."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any, Protocol

import pytest

from toggle_core.gates.browsers import NONE, BrowserOptions
from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.state import SandboxOptions, available
from toggle_core.gates.settings import GateSettings
from toggle_core.gates.slots import SlotOptions

collect_ignore = ["kanban"]  # a project whose own tests run in the sandbox

BUBBLEWRAP = SandboxOptions(backends=("bubblewrap",))
SETTINGS = GateSettings(
    sandbox=BUBBLEWRAP,
    browser=BrowserOptions(NONE),
    tests_seconds=10,
    start_seconds=8,
    visit_seconds=10,
)
"""Most tests are about something else than a real browser, and do not start one."""

Check = Callable[[str, Mapping[str, str]], Judgement]


class CheckAll(Protocol):
    """Runs one gate on several projects by name."""

    def __call__(
        self,
        gate: str,
        projects: Mapping[str, Mapping[str, str]],
        promises: Mapping[str, Any] | None = None,
    ) -> dict[str, Judgement]:
        """Return what the gate says of each, with the promises that were agreed on."""


_TOGETHER = 6


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
        return _check(sandbox, SETTINGS, gate, project)

    return run


@pytest.fixture(scope="session")
def check_all(sandbox: Backend, tmp_path_factory: pytest.TempPathFactory) -> CheckAll:
    """Runs one gate on several projects by name, some at a time: a server is mostly waited for."""
    slots = SlotOptions(tmp_path_factory.mktemp("slots"), _TOGETHER)
    settings = replace(SETTINGS, slots=slots)

    def run(
        gate: str,
        projects: Mapping[str, Mapping[str, str]],
        promises: Mapping[str, Any] | None = None,
    ) -> dict[str, Judgement]:
        check = partial(_check, sandbox, settings, gate, promises=promises)
        with ThreadPoolExecutor(_TOGETHER) as pool:
            judged = pool.map(check, projects.values())
            return dict(zip(projects, judged, strict=True))

    return run


def _check(
    sandbox: Backend,
    settings: GateSettings,
    gate: str,
    project: Mapping[str, str],
    promises: Mapping[str, Any] | None = None,
) -> Judgement:
    check: Callable[[Context], Judgement] = import_module(f"toggle_core.gates.checks.{gate}").check
    return check(Context(project, "main.py", sandbox, settings, threading.Event(), promises))


@pytest.fixture(scope="session")
def settings(sandbox: Backend) -> GateSettings:
    """Settings of the gates where the primary sandbox is known to work."""
    assert sandbox.servers
    return SETTINGS


@pytest.fixture(scope="session")
def trial_context(sandbox: Backend) -> Callable[[str], Context]:
    """Returns the context of a project of one program."""
    return lambda program: Context(
        {"main.py": program}, "main.py", sandbox, SETTINGS, threading.Event()
    )
