"""Users of jobs that a root process starts."""

from pathlib import Path

import pytest

from toggle_core.gates.sandbox import users


@pytest.mark.parametrize(
    ("mapped", "first", "last"),
    [
        ("         0          0 4294967295\n", 65_536, 524_287),
        ("         0     100000      65536\n", 60_706, 61_183),
        ("         0       1000          1\n         1     100000      65536\n", 60_706, 61_183),
    ],
)
def test_users_are_drawn_from_numbers_that_the_namespace_knows(
    mapped: str, first: int, last: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "uid_map"
    place.write_text(mapped)
    monkeypatch.setattr(users, "_UID_MAP", place)
    users._maps_many.cache_clear()
    drawn = {users.next_user() for _ in range(500)}
    users._maps_many.cache_clear()
    assert first <= min(drawn) <= max(drawn) <= last
    assert len(drawn) > 200
