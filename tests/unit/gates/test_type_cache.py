"""The type checker's cache is made once, every user can read it, and checks work without it."""

import logging
from pathlib import Path

import pytest

from toggle_core.gates.type_cache import type_cache

OPTIONS = ("--no-site-packages",)


def test_cache_is_made_once_and_readable_by_everyone(tmp_path: Path) -> None:
    made = type_cache(tmp_path, OPTIONS)
    assert made
    files = [path for path in made.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) > 1_000_000
    assert {path.stat().st_mode & 0o777 for path in files} == {0o644}
    times = [path.stat().st_mtime_ns for path in files]
    assert type_cache(tmp_path, OPTIONS) == made
    assert [path.stat().st_mtime_ns for path in files] == times


def test_cache_that_cannot_be_made_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with caplog.at_level(logging.WARNING):
        assert type_cache(tmp_path, ("--no-such-option",)) is None
    assert "type checks take longer" in caplog.text
    assert not list((tmp_path / "gate-cache").glob("mypy-*[!k]"))
