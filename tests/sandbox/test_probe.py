"""A sandbox is trusted only after a canary was refused everything in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from toggle_core.gates.sandbox import bubblewrap, state
from toggle_core.gates.sandbox.backend import Backend, Prepared
from toggle_core.gates.sandbox.bpf import ALLOW, act, assemble
from toggle_core.gates.sandbox.bubblewrap import Bubblewrap
from toggle_core.gates.sandbox.job import Job
from toggle_core.gates.sandbox.probe import why_not
from toggle_core.gates.sandbox.state import SandboxOptions, available, find_sandbox
from toggle_core.gates.sandbox.syscalls import this_machine


def test_the_real_sandbox_is_trusted(sandbox: Backend) -> None:
    assert why_not(sandbox) is None


def _without(*options: str) -> Callable[[pytest.MonkeyPatch], None]:
    def weaken(patch: pytest.MonkeyPatch) -> None:
        kept = tuple(option for option in bubblewrap._NAMESPACES if option not in options)
        patch.setattr(bubblewrap, "_NAMESPACES", kept)

    return weaken


def _without_filter(patch: pytest.MonkeyPatch) -> None:
    allow_all = assemble([act(ALLOW)])
    patch.setattr(bubblewrap, "build_filter", lambda *_args, **_options: allow_all)


def _with_a_file(patch: pytest.MonkeyPatch) -> None:
    system = bubblewrap._system
    more = ["--perms", "0755", "--dir", "/etc", "--ro-bind", "/etc/hostname", "/etc/hostname"]
    patch.setattr(bubblewrap, "_system", lambda hidden: [*system(hidden), *more])


WEAKER = {
    "network": (_without("--unshare-net"), "share the net namespace"),
    "processes": (_without("--unshare-pid", "--as-pid-1"), "share the pid namespace"),
    "messages": (_without("--unshare-ipc"), "share the ipc namespace"),
    "name": (_without("--unshare-uts", "--hostname", "sandbox"), "share the uts namespace"),
    "environment": (_without("--clearenv"), "see the environment"),
    "filter": (_without_filter, "trace"),
    "disk": (_with_a_file, "read /etc/hostname"),
}


@pytest.mark.parametrize("name", WEAKER)
def test_a_sandbox_that_is_open_in_one_way_is_not_trusted(
    sandbox: Backend, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    weaken, sign = WEAKER[name]
    weaken(monkeypatch)
    if name == "environment":
        sandbox = _Inheriting(sandbox)
    reason = why_not(sandbox)
    assert reason is not None
    assert sign in reason


class _Inheriting:
    """The sandbox, started with a variable of the application."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.name, self.servers = inner.name, inner.servers

    @contextmanager
    def prepare(self, job: Job, channel: int) -> Iterator[Prepared]:
        with self._inner.prepare(job, channel) as prepared:
            yield Prepared(
                prepared.command,
                prepared.descriptors,
                prepared.information,
                environment={"DATABASE_URL": "postgresql://secret"},
            )


def test_a_program_that_is_no_sandbox_is_not_trusted() -> None:
    machine = this_machine()
    assert machine is not None
    for program in ("/bin/true", "/bin/false"):
        reason = why_not(Bubblewrap(program, machine))
        assert reason is not None
        assert reason.startswith("it did not start")


def test_where_bubblewrap_is_missing_people_are_told_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "find_bubblewrap", lambda: None)
    found = find_sandbox(SandboxOptions(backends=("bubblewrap",)))
    assert not found.ready
    assert "apt install bubblewrap" in found.how_to_get
    assert found.detail == "bubblewrap: not installed"


def test_on_other_systems_people_are_told_of_the_compose_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    found = find_sandbox(SandboxOptions())
    assert not found.ready
    assert "compose" in found.how_to_get


def test_no_setting_allows_to_run_unconfined() -> None:
    for name in ("none", "off", "unconfined", ""):
        found = find_sandbox(SandboxOptions(backends=(name,)))
        assert not found.ready
        assert found.detail == f"{name}: unknown"


def test_the_fallback_is_used_where_bubblewrap_does_not_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "find_bubblewrap", lambda: "/bin/false")
    found = find_sandbox(SandboxOptions())
    assert found.detail.startswith("bubblewrap: it did not start")
    assert found.backend is None or not found.backend.servers


def test_what_was_proved_is_remembered(sandbox: Backend) -> None:
    options = SandboxOptions(backends=("bubblewrap",))
    assert available(options) is available(options)
    assert available(options).backend == sandbox


def test_a_kernel_whose_landlock_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "landlock_version", lambda: 5)
    found = find_sandbox(SandboxOptions(backends=("landlock",)))
    assert not found.ready
    assert found.detail == "landlock: version 5 of 6 or newer"


def test_a_machine_without_a_filter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    found = find_sandbox(SandboxOptions())
    assert not found.ready
    assert found.detail == "linux on riscv64"


def test_where_processes_cannot_be_watched_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "can_watch", lambda: False)
    assert not find_sandbox(SandboxOptions()).ready
