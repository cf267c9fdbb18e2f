"""``docs/security.md`` names tests that exist, and no attack without one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "docs" / "security.md").read_text()
ATTACKS = MODEL.split("## Who attacks")[1].split("## What is not defended")[0]


def test_every_test_it_names_exists() -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", MODEL))
    assert len(named) > 30
    assert {path for path in named if not (ROOT / path).is_file()} == set()


def test_every_attack_names_what_stops_it_and_a_test_that_shows_it() -> None:
    rows = [line for line in ATTACKS.splitlines() if line.startswith("| ")]
    attacks = [row for row in rows if not row.startswith(("| attack |", "|---"))]
    assert len(attacks) > 30
    for row in attacks:
        _, attack, stop, shown, _ = map(str.strip, row.split("|"))
        assert attack, row
        assert stop, row
        assert "tests/" in shown, row


def test_it_points_to_pages_that_exist_and_the_readme_points_to_it() -> None:
    for path in re.findall(r"\]\(((?!http)[^)#]+)", MODEL):
        assert (ROOT / "docs" / path).exists(), path
    assert "](docs/security.md)" in (ROOT / "README.md").read_text()
