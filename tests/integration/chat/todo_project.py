"""A to-do list as a model might write it, whole and with a feature that does nothing."""

import json
from collections.abc import Mapping

MAIN = '''"""A to-do list for the command line."""

import sys

from todo import add, finish, load, save, shown

USAGE = "Use: add TEXT, done NUMBER, list"


def main(arguments: list[str]) -> int:
    """Carry out one command and return the exit code."""
    items = load()
    if not arguments or arguments == ["list"]:
        print(shown(items) or "Nothing to do.")
        return 0
    command, *rest = arguments
    try:
        if command == "add":
            items = add(items, " ".join(rest))
        elif command == "done" and len(rest) == 1:
            items = finish(items, rest[0])
        else:
            raise ValueError(USAGE)
    except ValueError as error:
        print(error)
        return 2
    save(items)
    print(shown(items) or "Nothing to do.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
'''

TODO = '''"""What a to-do list knows."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("todo.json")


def load(path: Path = FILE) -> list[str]:
    """Return the items that were saved; none where the file is missing or broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(each) for each in found] if isinstance(found, list) else []


def save(items: list[str], path: Path = FILE) -> None:
    """Keep the items."""
    path.write_text(json.dumps(items), encoding="utf-8")


def add(items: list[str], text: str) -> list[str]:
    """Return the items with another one at the end."""
    if not text.strip():
        raise ValueError("Say what is to be done.")
    return [*items, text.strip()]


def finish(items: list[str], number: str) -> list[str]:
    """Return the items without the one of this number, counted from 1."""
    if not number.isdecimal() or not 1 <= int(number) <= len(items):
        raise ValueError(f"There is no number {number}.")
    place = int(number) - 1
    return items[:place] + items[place + 1 :]


def shown(items: list[str]) -> str:
    """Return the items, one a line, with their numbers."""
    return "\\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
'''

TESTS = '''"""The to-do list."""

from pathlib import Path

import pytest

from main import main
from todo import add, finish, load, save, shown


def test_an_item_is_added_at_the_end() -> None:
    assert add(["a"], " b ") == ["a", "b"]


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_item_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Say what"):
        add([], text)


def test_items_are_shown_with_their_numbers() -> None:
    assert shown(["a", "b"]) == "1. a\\n2. b"
    assert shown([]) == ""


def test_items_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "todo.json"
    assert load(path) == []
    save(["a"], path)
    assert load(path) == ["a"]
    path.write_text("{}")
    assert load(path) == []
    path.write_text("[")
    assert load(path) == []


def test_what_is_no_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert main(["add", ""]) == 2
    assert main(["done", "1", "2"]) == 2
    assert "Use: add" in capsys.readouterr().out
'''

FINISH_TESTS = """

@pytest.mark.parametrize(("number", "left"), [("1", ["b", "c"]), ("2", ["a", "c"])])
def test_a_finished_item_is_gone(number: str, left: list[str]) -> None:
    assert finish(["a", "b", "c"], number) == left


@pytest.mark.parametrize("number", ["0", "4", "x", "-1"])
def test_a_number_that_is_not_there_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="There is no number"):
        finish(["a", "b", "c"], number)
"""

NO_FINISH = '''def finish(items: list[str], number: str) -> list[str]:
    """Return the items without the one of this number, counted from 1."""
    if number.isdecimal():
        return list(items)
    raise ValueError(f"There is no number {number}.")
'''

NO_FINISH_TESTS = """

@pytest.mark.parametrize("number", ["x", "-1"])
def test_a_number_that_is_not_there_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="There is no number"):
        finish(["a", "b", "c"], number)
"""

README = """# To-do list

    python main.py add Buy milk
    python main.py done 1
    python main.py list
"""

GOOD: Mapping[str, str] = {
    "main.py": MAIN,
    "todo.py": TODO,
    "tests/test_todo.py": TESTS + FINISH_TESTS,
    "README.md": README,
}


def _without_finishing() -> Mapping[str, str]:
    begin, end = TODO.index("def finish"), TODO.index("def shown")
    todo = f"{TODO[:begin]}{NO_FINISH}\n\n{TODO[end:]}"
    return dict(GOOD) | {"todo.py": todo, "tests/test_todo.py": TESTS + NO_FINISH_TESTS}


BAD = _without_finishing()
"""Every check passes but the promises: nothing is ever finished."""


def project(files: Mapping[str, str]) -> str:
    """Files, as a model answers."""
    return json.dumps(
        {
            "summary": "A to-do list.",
            "files": [{"path": path, "text": text} for path, text in files.items()],
            "entry": "main.py",
            "unmet": [],
            "assumptions": [],
        }
    )
