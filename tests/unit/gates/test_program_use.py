"""Tests that have nothing to do with the program are told from those that have."""

import pytest

from toggle_core.gates.harness.program_use import touches_program
from toggle_core.gates.harness.suite import parse_all

PROGRAM = {"main.py": "def total(): ...\n", "shop/prices.py": "x = 1\n", "index.html": "<p>\n"}


def touches(text: str, **others: str) -> bool:
    files = PROGRAM | {"test_a.py": text}
    files |= {name.replace("__", "/").replace("_py", ".py"): code for name, code in others.items()}
    return touches_program(parse_all(files), files)


@pytest.mark.parametrize(
    "text",
    [
        "import main\nassert main.total()",
        "from main import total\nassert total()",
        "from main import *\nassert total()",
        "from shop import prices as p\nassert p.x",
        "from .main import total\nassert total()",
        "import subprocess\nsubprocess.run(['python', 'main.py'])",
        "import os\nos.system('python main.py')",
        "import runpy\nrunpy.run_path(PLACE)",
        "from pathlib import Path\nassert Path('index.html').read_text()",
        "from pathlib import Path\nassert list(Path(__file__).parent.glob('*.html'))",
        "def test_x(monkeypatch):\n    monkeypatch.setattr('main.total', 3)",
        "import importlib\nmodule = importlib.import_module(NAME)",
    ],
)
def test_use_of_the_program_is_seen(text: str) -> None:
    assert touches(text)


@pytest.mark.parametrize(
    "text",
    [
        "def test_ok():\n    assert True",
        "import main\ndef test_ok():\n    assert True",
        "from main import total\ndef test_ok():\n    assert 1 + 1 == 2",
        "'''Tests of main.py.'''\ndef test_ok():\n    '''Runs main.'''\n    assert str(1) == '1'",
        "import json\ndef test_ok():\n    assert json.loads('1') == 1",
        "def total():\n    return 3\ndef test_ok():\n    assert total() == 3",
    ],
)
def test_tests_that_never_touch_the_program_are_seen(text: str) -> None:
    assert not touches(text)


def test_use_in_a_fixture_of_conftest_is_seen() -> None:
    conftest = "import main\nimport pytest\n@pytest.fixture\ndef made():\n    return main.total()"
    assert touches("def test_ok(made):\n    assert made", conftest_py=conftest)
