"""The gate ``start`` gives a program for the command line what people give it."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sandbox.conftest import CheckAll
from toggle_core.gates.checks.context import Judgement
from toggle_core.words import Outcome

PROGRAM = '''"""Notes."""

import sys
from pathlib import Path

KEPT = Path("notes.txt")


def main(words):
    kept = KEPT.read_text().splitlines() if KEPT.exists() else []
    {first}
    if words[:1] == ["add"] and len(words) > 1:
        KEPT.write_text("\\n".join([*kept, words[1]]))
    elif words[:1] == ["delete"] and len(words) > 1:
        if not words[1].isdigit() or not 0 < int(words[1]) <= len(kept):
            sys.exit("There is no such note.")
        del kept[int(words[1]) - 1]
        KEPT.write_text("\\n".join(kept))
    elif words[:1] in ([], ["list"], ["--help"]):
        print("Notes:", *kept)
    else:
        sys.exit("unknown command")


main(sys.argv[1:])
'''
COMMANDS: list[list[str]] = [["add", "TEXT"], ["delete", "NUMBER"], ["list"]]


def notes(first: str = "pass", readme: str = "") -> dict[str, str]:
    return {"main.py": PROGRAM.format(first=first), "README.md": readme}


GOOD = {
    "notes": notes(),
    "chance decides as it is meant to": notes(
        "import random\n    words[:1] == ['list'] and print(random.random())"
    ),
    "a README that is true": notes(
        readme="# Notes\n\n```\npython main.py add 'buy milk'\npython main.py delete 1\n```\n"
        "`python main.py list`, `python main.py show FILE` and `python main.py add <text> > x`\n"
    ),
}
BAD = {
    "a number is believed": (
        notes("len(words) > 1 and words[0] == 'delete' and kept.pop(int(words[1]))"),
        "`python main.py delete 'Zoë ",
    ),
    "no end below zero": (
        notes("while '-1' in words: pass"),
        "`python main.py add -1` does not end: It used too much processor time or memory",
    ),
    "all memory": (
        notes("while '-1' in words: words += words"),
        "`python main.py add -1` used too much memory and had to be stopped.",
    ),
    "only ASCII": (
        notes("[word.encode('ascii') for word in words]"),
        "`python main.py add 'Zoë ",
    ),
    "nothing happens": (
        notes("if words == ['list']: return"),
        "`python main.py list` never does anything: it prints nothing, writes nothing, and ends",
    ),
    "a shell": (
        notes("import os\n    words and os.system('echo ' + words[-1])"),
        "A shell carries out what is typed, so anybody can run commands here: python main.py add",
    ),
    "another order each time": (
        notes("words[:1] == ['list'] and print(*{f'note {n}' for n in range(50)})"),
        "`python main.py list` answers differently each time it is started, and neither chance",
    ),
    "a README that lies": (
        notes(readme="Find a note again: `python main.py search milk`\n"),
        "README.md says `python main.py search milk`, which the program does not know.",
    ),
}


@pytest.fixture(scope="module")
def judged(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of each program."""
    agreed: Mapping[str, Any] = {"interface": {"kind": "cli", "commands": COMMANDS}}
    programs = GOOD | {name: project for name, (project, _) in BAD.items()}
    return check_all("start", programs, agreed)


@pytest.mark.parametrize("name", GOOD)
def test_a_program_that_holds_passes(judged: Mapping[str, Judgement], name: str) -> None:
    found = judged[name]
    assert found.outcome is Outcome.PASSED, found.detail


@pytest.mark.parametrize("name", BAD)
def test_a_program_that_fails_people_is_refused(judged: Mapping[str, Judgement], name: str) -> None:
    found = judged[name]
    assert found.outcome is Outcome.FAILED, found.detail
    assert found.summary.startswith(BAD[name][1])
