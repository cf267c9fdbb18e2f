"""What code says that it needs, by reading it."""

import pytest

from toggle_core.gates.checks.keys import is_key
from toggle_core.gates.checks.packages import package_said_to_be_missing
from toggle_core.gates.harness.environment import COMPUTED, Variable
from toggle_core.gates.harness.needs import read_needs

IMPORTS = "import os\nimport secrets\n"


def variables(code: str) -> dict[str, Variable]:
    return read_needs({"main.py": IMPORTS + code}, "main.py").variables


DIRECT = {
    "os.environ['A_KEY']": None,
    "os.environ.get('A_KEY')": None,
    "os.environ.get('A_KEY', '')": None,
    "os.environ.get('A_KEY', None)": None,
    "os.environ.get('A_KEY', 'dev')": "dev",
    "os.getenv('A_KEY')": None,
    "os.getenv('A_KEY', default='dev')": "dev",
    "os.environ.get('A_KEY') or 'dev'": "dev",
    "os.environ.get('A_KEY') or ''": None,
    "os.environ.get('A_KEY') or secrets.token_hex()": COMPUTED,
    "os.environ.get('A_KEY') or os.environ.get('B_TOKEN_')": None,
    "os.environ['A_KEY'] if 'A_KEY' in os.environ else 'dev'": "dev",
    "os.environ['A_KEY'] if 'A_KEY' in os.environ else None": None,
    "os.environ.setdefault('A_KEY', 'dev')": "dev",
    "os.environ['A_KEY'] = 'x'": COMPUTED,
    "from_env('A_KEY')": None,
    "from_env('A_KEY', 'dev')": "dev",
    "env.get('A_KEY', '')": None,
    "NAME = 'A_KEY'\nos.environ.get(NAME)": None,
    "x = os.environ.get('A_KEY')\nif not x:\n    x = secrets.token_hex()": COMPUTED,
    "x = os.environ.get('A_KEY')\nif not x:\n    raise SystemExit('no key')": None,
    "try:\n    x = os.environ['A_KEY']\nexcept KeyError:\n    x = 'dev'": COMPUTED,
    "try:\n    x = os.environ['A_KEY']\nexcept KeyError:\n    raise SystemExit(1)": None,
}


@pytest.mark.parametrize("code", DIRECT)
def test_a_variable_is_found_with_its_default(code: str) -> None:
    assert variables(code)["A_KEY"] == Variable(DIRECT[code], direct=True)


@pytest.mark.parametrize("code", ["settings['A_KEY']", "lookup('A_KEY')", "config.get('A_KEY')"])
def test_a_variable_that_may_come_from_elsewhere_is_not_direct(code: str) -> None:
    assert variables(code)["A_KEY"] == Variable(None, direct=False)


@pytest.mark.parametrize("code", ["row.get('token')", "form['password']", "print('a_key')", "("])
def test_other_names_are_no_variables(code: str) -> None:
    assert variables(code) == {}


@pytest.mark.parametrize("name", ["test_main.py", "tests/helper.py", "conftest.py", "notes.txt"])
def test_what_only_tests_need_does_not_count(name: str) -> None:
    needs = read_needs({"main.py": "x = 1\n", name: "import os, flask\nos.environ['A_KEY']\n"}, "")
    assert (needs.variables, needs.imports) == ({}, [])


def test_imported_modules_are_found_in_every_form() -> None:
    code = (
        "import a.b\nfrom c import d\nfrom . import e\n"
        "import importlib\nimportlib.util.find_spec('f')\n__import__('g')\n"
    )
    needs = read_needs({"main.py": code}, "main.py")
    assert needs.imports == ["a.b", "c", "c.d", "f", "g", "importlib"]


@pytest.mark.parametrize("code", ["input()", "import sys\nsys.stdin.read()"])
def test_reading_from_a_person_is_noticed(code: str) -> None:
    assert read_needs({"main.py": code}, "main.py").reads_input


DEFINES = {
    '"""Adds."""\nimport os\nX = 1\ndef f():\n    return 1\nclass C:\n    pass\n': True,
    "def f():\n    return 1\n\nf()\n": False,
    "if __name__ == '__main__':\n    pass\n": False,
}


@pytest.mark.parametrize("code", DEFINES)
def test_a_file_that_only_defines_things_is_noticed(code: str) -> None:
    assert read_needs({"main.py": code}, "main.py").only_defines is DEFINES[code]


KEYS = ("OPENWEATHER_API_KEY", "SMS_ACCOUNT_SID", "AWS_ACCESS_KEY_ID", "TOKEN", "GITHUBTOKEN",
        "SMTP_PASSWORD", "stripe_secret", "OPENWEATHERAPIKEY", "GOOGLE_CREDENTIALS")  # fmt: skip
OTHERS = (
    "PASSWORD_LENGTH",
    "MAX_TOKENS",
    "KEYBOARD",
    "PORT",
    "USER_ID",
    "TOKEN_LIMIT",
    "KEYS_FILE",
)


@pytest.mark.parametrize("name", KEYS)
def test_a_variable_for_a_key_is_known_by_its_name(name: str) -> None:
    assert is_key(name)


@pytest.mark.parametrize("name", OTHERS)
def test_a_variable_for_something_else_is_no_key(name: str) -> None:
    assert not is_key(name)


SAID = {
    "No module named 'flask.views'": "flask",
    "/python/bin/python: No module named gunicorn": "gunicorn",
    "No package metadata was found for rich": "rich",
    "Run: pip install --upgrade 'requests>=2'": "requests",
    "The module `yaml` is not installed.": "yaml",
    "The package uvicorn is missing.": "uvicorn",
    "bs4 could not be imported": "bs4",
    "Please install openpyxl.": "openpyxl",
    "pip install -r requirements.txt": None,
    "No module named 'storage'": None,
    "No module named 'sqlite3'": None,
    "Install curtains": None,
    "bs4 is a nice word": None,
    "The package ABC-17 is missing.": None,
}


@pytest.mark.parametrize("text", SAID)
def test_a_package_that_is_said_to_be_missing_is_named(text: str) -> None:
    files = {"storage.py": "", "requirements.txt": "openpyxl>=3\n"}
    assert package_said_to_be_missing([text], files, ["bs4", "json"]) == SAID[text]
