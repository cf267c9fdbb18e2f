"""The documents for contributors name files and tools that exist."""

import re
from pathlib import Path

import pytest
import yaml

from tests.app_process import ROOT

DOCUMENTS = [
    *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md")),
    ROOT / "docs" / "architecture.md",
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
]
BUILT = {"toggle_core/dashboard", "pages/<name>.py"}
"""What a wheel or a contributor adds."""

TOP = {path.name for path in ROOT.iterdir()}


def is_there(path: Path) -> bool:
    """Whether there is a file, or a folder that holds more than what an earlier run has left."""
    if not path.is_dir():
        return path.exists()
    return any(each.is_file() and each.suffix != ".pyc" for each in path.rglob("*"))


def named_paths(text: str) -> set[str]:
    """Paths in backticks that begin at the top of the repository, or look like a file of it."""
    quoted = re.findall(r"`([\w.<>/-]+)`", text)
    return {
        name.rstrip("/")
        for name in quoted
        if name.split("/")[0] in TOP or ("/" not in name and Path(name).suffix == ".md")
    } - BUILT


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document_names_only_files_that_exist(document: Path) -> None:
    text = document.read_text()
    assert {name for name in named_paths(text) if not is_there(ROOT / name)} == set()
    links = set(re.findall(r"\]\(((?!http)[^)#]+)", text))
    assert {link for link in links if not is_there(document.parent / link)} == set()


def test_architecture_names_every_package() -> None:
    named = named_paths((ROOT / "docs" / "architecture.md").read_text())
    packages = {
        f"toggle_core/{path.parent.name}" for path in ROOT.glob("toggle_core/*/__init__.py")
    }
    assert packages - named == set()


def test_every_decision_is_listed_and_has_the_three_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\]\(([\w-]+\.md)\)", (folder / "README.md").read_text())) == pages
    for page in pages:
        headings = re.findall(r"^## (.+)$", (folder / page).read_text(), flags=re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], page


def test_pre_commit_runs_the_tools_of_make_lint() -> None:
    recipe = re.search(r"^lint:\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    tools = set(re.findall(r"\.venv/bin/(ruff \w+|[\w-]+)", recipe.group(1)))
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    entries = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    hooks = {
        match.group(1)
        for entry in entries
        if (match := re.match(r"\.venv/bin/(ruff \w+|[\w-]+)", entry))
    }
    assert hooks == tools
