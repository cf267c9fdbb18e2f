"""Files that run by themselves, and characters that nobody sees."""

import pytest

from toggle_core.gates.harness.hidden_text import find_hidden
from toggle_core.gates.self_starting import explain_self_starting


@pytest.mark.parametrize(
    "name",
    [
        ".vscode/tasks.json",
        "sub/.vscode/settings.json",
        "shop.code-workspace",
        ".idea/workspace.xml",
        ".devcontainer/devcontainer.json",
        ".envrc",
        "AUTORUN.INF",
        "desktop.ini",
        "x.lnk",
        "start.desktop",
        "main.so",
        "lib/shop.PYD",
        "tool.exe",
        "a.pth",
        "main.pyc",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        ".claude/settings.json",
        ".mcp.json",
        ".pdbrc",
    ],
)
def test_a_file_that_runs_by_itself_is_explained(name: str) -> None:
    sentence = explain_self_starting(name)
    assert sentence is not None
    assert sentence.startswith(f"{name} ")


@pytest.mark.parametrize(
    "name",
    [
        "main.py",
        "README.md",
        ".gitignore",
        ".env.example",
        "start.sh",
        "Makefile",
        "Dockerfile",
        "static/app.js",
        "data/some.csv",
        "docs/so.txt",
        "conftest.py",
        "pyproject.toml",
        "app/command.py",
        ".streamlit/config.toml",
        ".vscode/launch.json",
    ],
)
def test_an_ordinary_file_is_not(name: str) -> None:
    assert explain_self_starting(name) is None


def lines(name: str, text: str) -> list[int]:
    return [one["line"] for one in find_hidden({name: text})]


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u200b", "\u2060", "\x1b", "\x08", "\u3164", "\U000e0041"]
)
def test_a_hidden_character_is_found_with_its_line(character: str) -> None:
    assert lines("main.py", f"x = 1\ny = '{character}'  # {character}\n") == [2]


@pytest.mark.parametrize(
    "text",
    [
        "x = '\\u202e\\u200b'\n",
        "x = 'caf\u00e9 \u4f60\u597d \u0645\u0631\u062d\u0628\u0627'\n",
        "x = '\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f'\n",
        "x = '\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f'\n",
        "x = '\u0645\u06cc\u200c\u062e\u0648'\n",
        "\ufeffx = 1\r\n\tif x:\n\x0c",
    ],
)
def test_text_in_any_script_is_fine(text: str) -> None:
    assert lines("main.py", text) == []


def test_prose_may_reorder_its_text() -> None:
    assert lines("README.md", "\u202b\u05e9\u05dc\u202c\n") == []
