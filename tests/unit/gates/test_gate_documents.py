"""The documents list the gates that there are."""

import re
from pathlib import Path

from toggle_core.words import GATES

NUMBERS = {9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}


def test_every_gate_is_in_the_table_of_the_sandbox() -> None:
    table = Path("docs/sandbox.md").read_text().partition("| gate | by |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == GATES


def test_readme_counts_the_gates() -> None:
    counted = re.findall(r"\b(\w+) (?:passed )?gates\b", Path("README.md").read_text())
    assert {word for word in counted if word in NUMBERS.values()} == {NUMBERS[len(GATES)]}
