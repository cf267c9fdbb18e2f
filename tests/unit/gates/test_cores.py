"""As many processors as the process is bound to, or its container's quota gives it."""

import os
from pathlib import Path

import pytest

from toggle_core.gates import cores
from toggle_core.gates.cores import usable_cores

MANY = set(range(64))


@pytest.fixture
def cgroups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tree of control groups of a machine with 64 processors."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: MANY)
    monkeypatch.setattr(cores, "_CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(cores, "_OWN_CGROUPS", tmp_path / "own")
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("quota", "expected"),
    [("max 100000", 64), ("200000 100000", 2), ("150000 100000", 2), ("10000 100000", 1)],
)
def test_quota_of_the_own_group_bounds_the_number(cgroups: Path, quota: str, expected: int) -> None:
    write(cgroups / "own", "0::/system.slice/toggle.service\n")
    write(cgroups / "cgroup" / "system.slice" / "toggle.service" / "cpu.max", f"{quota}\n")
    assert usable_cores() == expected


def test_quota_of_a_group_above_bounds_the_number(cgroups: Path) -> None:
    write(cgroups / "own", "0::/system.slice/toggle.service\n")
    write(cgroups / "cgroup" / "system.slice" / "toggle.service" / "cpu.max", "800000 100000\n")
    write(cgroups / "cgroup" / "system.slice" / "cpu.max", "300000 100000\n")
    assert usable_cores() == 3


def test_quota_of_a_container_is_found_at_the_root_of_what_it_sees(cgroups: Path) -> None:
    write(cgroups / "own", "0::/../../docker/0123abcd\n")
    write(cgroups / "cgroup" / "cpu.max", "400000 100000\n")
    assert usable_cores() == 4


@pytest.mark.parametrize(("quota", "expected"), [("-1", 64), ("250000", 3)])
def test_quota_of_the_older_version_bounds_the_number(
    cgroups: Path, quota: str, expected: int
) -> None:
    write(cgroups / "own", "5:memory:/a\n4:cpu,cpuacct:/docker/0123abcd\n1:name=systemd:/a\n")
    folder = cgroups / "cgroup" / "cpu,cpuacct"
    write(folder / "cpu.cfs_quota_us", f"{quota}\n")
    write(folder / "cpu.cfs_period_us", "100000\n")
    assert usable_cores() == expected


@pytest.mark.usefixtures("cgroups")
def test_binding_to_processors_bounds_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 7})
    assert usable_cores() == 3
