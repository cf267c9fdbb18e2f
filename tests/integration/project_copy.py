"""A copy of the project in which a test declares one thing more."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_project(target: Path) -> Path:
    """Copy what a declaration touches, and link the rest."""
    for name in ("toggle_core", "pages", "docs"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests", "pyproject.toml", ".streamlit"):
        (target / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "README.md", target)
    return target


def insert_after(path: Path, line: str, text: str) -> None:
    """Insert text behind the first line that begins so."""
    before = path.read_text()
    after = re.sub(rf"^{line}.*\n", rf"\g<0>{text}", before, count=1, flags=re.MULTILINE)
    assert after != before
    path.write_text(after)


def run_in(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python process that imports the copy."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
