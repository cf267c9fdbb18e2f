"""Each kind of risk in the ways in which it is written, and honest code that looks like it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.gates import risk_samples as samples
from toggle_core.gates.harness.risks import find_risks
from toggle_core.gates.harness.secrets_scan import find_secrets
from toggle_core.gates.harness.sources import read_sources
from toggle_core.gates.harness.unread_code import find_unread_code

KINDS = {
    "secret": (samples.SECRETS_RISKY, samples.SECRETS_HARMLESS),
    "password-hash": (samples.FAST_HASHES_RISKY, samples.FAST_HASHES_HARMLESS),
    "plain-password": (samples.PLAIN_PASSWORDS_RISKY, samples.PLAIN_PASSWORDS_HARMLESS),
    "shell": (samples.SHELLS_RISKY, samples.SHELLS_HARMLESS),
    "sql": (samples.QUERIES_RISKY, samples.QUERIES_HARMLESS),
    "deletes": (samples.DELETIONS_RISKY, samples.DELETIONS_HARMLESS),
    "unread-code": (samples.UNREAD_CODE_RISKY, samples.UNREAD_CODE_HARMLESS),
}
BESIDE = ("engine.txt", "engine.bin", "engine.dat", "rules.conf", "data.txt", "words.txt")


def programs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the file's name and the text of each sample; ``# ---`` begins one."""
    parts = re.split(r"^# ---(?: (.+))?\n", text, flags=re.MULTILINE)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        yield name or "main.py", body


RISKY = [(kind, *one) for kind, (risky, _) in KINDS.items() for one in programs(risky)]
HARMLESS = [(kind, *one) for kind, (_, good) in KINDS.items() for one in programs(good)]


def found(name: str, text: str) -> list[dict[str, Any]]:
    files = dict.fromkeys(BESIDE, "print(1)\n") | {name: text}
    sources = read_sources(files)
    return [
        *find_risks(sources),
        *find_unread_code(files, sources),
        *find_secrets(files, sources),
    ]


def numbered(rows: list[tuple[str, str, str]]) -> list[str]:
    return [f"{number}-{row[0]}" for number, row in enumerate(rows)]


@pytest.mark.parametrize(("kind", "name", "text"), RISKY, ids=numbered(RISKY))
def test_a_risk_is_found_where_it_is(kind: str, name: str, text: str) -> None:
    all_found = found(name, text)
    assert {one["rule"] for one in all_found} == {kind}, text
    lines = text.count("\n")
    assert all(one["path"] == name and 1 <= one["line"] <= lines for one in all_found)
    assert all(": " in one["message"] for one in all_found)  # what is wrong: what to do


@pytest.mark.parametrize(("kind", "name", "text"), HARMLESS, ids=numbered(HARMLESS))
def test_what_only_looks_risky_is_left_alone(kind: str, name: str, text: str) -> None:
    assert found(name, text) == [], (kind, text)
