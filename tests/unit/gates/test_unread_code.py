"""Code that a project runs from files that no gate reads as code."""

import pytest

from toggle_core.gates.harness.sources import read_sources
from toggle_core.gates.harness.unread_code import find_unread_code

OTHERS = {"notes.txt": "print(1)\n", "tool.sh": "ls\n", "app.js": "1\n", "plugins/a.py": "x = 1\n"}


def lines(text: str, name: str = "main.py") -> list[int]:
    files = {name: text, **OTHERS}
    return [one["line"] for one in find_unread_code(files, read_sources(files))]


@pytest.mark.parametrize(
    "text",
    [
        "import runpy; runpy.run_path('notes.txt')\n",
        "exec(open('notes.txt').read())\n",
        "from pathlib import Path; exec(Path('data', 'notes.txt').read_text())\n",
        "CODE = 'notes.txt'; exec(compile(open(CODE).read(), CODE, 'exec'))\n",
        "from importlib.machinery import SourceFileLoader; SourceFileLoader('a', 'notes.txt')\n",
        "import importlib.util as u; u.spec_from_file_location('a', 'notes.txt')\n",
        "import runpy, sys; runpy.run_path(sys.argv[1])\n",
        "import subprocess, sys; subprocess.run([sys.executable, 'notes.txt'])\n",
        "import subprocess, sys; subprocess.run([sys.executable, '-u', 'notes.txt'])\n",
        "import subprocess; subprocess.run(['sh', './tool.sh'])\n",
        "import subprocess; subprocess.run('./tool.sh')\n",
        "import os; os.system('bash tool.sh now')\n",
        "import subprocess; subprocess.Popen(['node', 'app.js'])\n",
    ],
)
@pytest.mark.parametrize("name", ["main.py", "helper.py"])
def test_code_from_a_file_no_gate_reads_is_found(text: str, name: str) -> None:
    assert set(lines(text, name)) == {1}


@pytest.mark.parametrize(
    "text",
    [
        "import runpy; runpy.run_path('main.py')\n",
        "import subprocess, sys; subprocess.run([sys.executable, 'main.py', 'notes.txt'])\n",
        "import subprocess; subprocess.run(['cat', 'notes.txt'])\n",
        "print(open('notes.txt').read())\n",
        "import json; json.load(open('notes.txt'))\n",
        "import importlib; importlib.import_module('plugins.a')\n",
        (
            "from importlib.util import spec_from_file_location\nfrom pathlib import Path\n\n"
            "for path in Path('plugins').glob('*.py'):\n"
            "    spec_from_file_location(path.stem, path)\n"
        ),
    ],
)
def test_code_that_is_read_and_data_are_fine(text: str) -> None:
    assert lines(text) == []


def test_tests_may_not_run_hidden_code_either() -> None:
    assert lines("exec(open('notes.txt').read())\n", "conftest.py") == [1]


def test_a_test_may_run_a_program_it_is_given() -> None:
    text = "import runpy\n\ndef test_x(program):\n    assert runpy.run_path(program)\n"
    assert lines(text, "test_main.py") == []
