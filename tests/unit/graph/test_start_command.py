"""How to run a project follows from the file that starts it."""

import shlex

import pytest

from toggle_core.graph.start_command import start_command


def test_command_is_python_and_the_entry_without_arguments() -> None:
    assert start_command("main.py") == "python main.py"
    assert start_command("shop/app.py") == "python shop/app.py"


@pytest.mark.parametrize(
    "entry",
    ["my app.py", "a;rm -rf ~.py", "$(id).py", "`id`.py", "it's.py", "a&b|c>d.py", "a\\b.py"],
)
def test_command_hands_the_shell_one_path_for_any_name(entry: str) -> None:
    assert shlex.split(start_command(entry)) == ["python", entry]


def test_command_takes_no_entry_for_an_option() -> None:
    assert shlex.split(start_command("-c.py")) == ["python", "./-c.py"]


@pytest.mark.parametrize("entry", ["", "index.html", "main.js", "main.pyc"])
def test_command_is_empty_for_what_is_no_python_program(entry: str) -> None:
    assert start_command(entry) == ""
