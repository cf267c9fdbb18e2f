"""The gate ``start`` on programs that need something which the checks do not have."""

from collections.abc import Mapping

import pytest

from tests.sandbox.conftest import CheckAll
from tests.sandbox.start_programs import SERVE, program, site
from toggle_core.gates.checks.context import Judgement
from toggle_core.words import Outcome

READS_KEY = "import os\nimport urllib.request\n\nkey = os.environ.get('WEATHER_API_KEY', '')\n"
FORECAST = "<h1>Forecast</h1><p>Set WEATHER_API_KEY to see the weather.</p>"
NO_KEY = (
    "It starts, but needs WEATHER_API_KEY, which the checks do not have: what depends on it could "
    "not be tried."
)
ENDS_WITHOUT_KEY = NO_KEY.replace("It starts, but needs", "It ends at once, because it needs")
OFFLINE_CRASH = (
    "It crashes without the internet, which the checks do not have (urllib.error.URLError: "
    "<urlopen error [Errno -2] Name or service not known>)."
)
OFFLINE = NO_KEY.replace("WEATHER_API_KEY", "the internet")


def package(name: str) -> str:
    """Return the sentence for a missing package."""
    return f"It needs the package {name}, and checks have only what comes with Python."


SKIPPED = {
    "said by the page": (site({"/": FORECAST}, serve=f"{READS_KEY}{SERVE}"), NO_KEY),
    "said by the output": (program(f"{READS_KEY}print('Set WEATHER_API_KEY first.')\n"), NO_KEY),
    "said, and ended with an error": (
        program(f"{READS_KEY}print('Set WEATHER_API_KEY first.')\nraise SystemExit(1)\n"),
        ENDS_WITHOUT_KEY,
    ),
    "said without its name": (program(f"{READS_KEY}print('No API key yet.')\n"), NO_KEY),
    "not said": (program(f"{READS_KEY}print('Berlin: unknown')\n"), NO_KEY),
    "by a constant": (
        program(
            "import os\nimport smtplib\n\nNAME = 'WEATHER_API_KEY'\n"
            "print('ready', smtplib and os.getenv(NAME))\n"
        ),
        NO_KEY,
    ),
    "by a function": (
        program(
            "import os\nimport urllib.request\n\n\ndef read_env(name):\n"
            "    return os.environ.get(name)\n\n\nprint(read_env('WEATHER_API_KEY'))\n"
        ),
        NO_KEY,
    ),
    "with a stand-in": (
        program(
            "import os\nimport urllib.request\n\n"
            "key = os.environ.get('WEATHER_API_KEY', 'YOUR_API_KEY_HERE')\nprint('Berlin')\n"
        ),
        NO_KEY,
    ),
    "behind a link that says so": (
        site(
            {
                "/": "<a href=/weather>Weather</a>",
                "/weather": (503, "Set WEATHER_API_KEY first.", "text/html"),
            },
            serve=f"{READS_KEY}{SERVE}",
        ),
        NO_KEY,
    ),
    "two keys": (
        program(
            "import os\nimport urllib.request\n\n"
            "print([os.environ.get(name) for name in ('x',)], os.environ.get('SMS_ACCOUNT_SID'),\n"
            "      os.environ.get('SMS_TOKEN'))\n"
        ),
        NO_KEY.replace("WEATHER_API_KEY", "SMS_ACCOUNT_SID and SMS_TOKEN"),
    ),
    "the internet": (
        program(
            "import urllib.request\n\ntry:\n    urllib.request.urlopen('https://example.com')\n"
            "except OSError as error:\n    print('No rates today:', error)\n"
        ),
        OFFLINE,
    ),
    "the internet, in its own words": (
        program("import urllib.request\n\nprint('The rates could not be fetched.')\n"),
        OFFLINE,
    ),
}

READY = {
    "a secret with a default": program(
        "import os\nimport urllib.request\n\nprint(os.environ.get('SECRET_KEY', 'dev') != '')\n"
    ),
    "a secret that is made": program(
        "import os\nimport secrets\nimport urllib.request\n\n"
        "key = os.environ.get('API_TOKEN') or secrets.token_hex()\nprint(len(key))\n"
    ),
    "a secret that is made later": program(
        "import os\nimport secrets\nimport urllib.request\n\n"
        "token = os.environ.get('API_TOKEN')\nif not token:\n    token = secrets.token_hex()\n"
        "print(len(token))\n"
    ),
    "a secret that is made where it is missed": program(
        "import os\nimport secrets\nimport urllib.request\n\ntry:\n"
        "    token = os.environ['API_TOKEN']\nexcept KeyError:\n    token = secrets.token_hex()\n"
        "print(len(token))\n"
    ),
    "its own secret, not said": program(
        "import os\nimport urllib.request\n\nprint(os.environ.get('SESSION_SECRET') is None)\n"
    ),
    "a password that protects it, if set": site(
        {"/": "<h1>Contacts</h1>"}, serve=f"password = os.environ.get('CRM_PASSWORD', '')\n{SERVE}"
    ),
    "not a key": program(
        "import os\nimport urllib.request\n\n"
        "print(os.environ.get('PASSWORD_LENGTH'), os.environ.get('MAX_TOKENS'))\n"
    ),
    "keys of dictionaries": program(
        "import urllib.request\n\nform = {}\nprint(form.get('password'), form.get('token'))\n"
    ),
    "a key only in its tests": program(
        "import urllib.request\n\nprint('Berlin')\n",
        conftest_py="import os\n\nKEY = os.environ.get('WEATHER_API_KEY')\n",
    ),
}

FAILED = {
    "a crash without its key": (
        program(READS_KEY.replace(".get('WEATHER_API_KEY', '')", "['WEATHER_API_KEY']")),
        "It crashes where an environment variable is not set (KeyError: 'WEATHER_API_KEY').",
    ),
    "a crash without the internet": (
        program("import urllib.request\n\nurllib.request.urlopen('https://example.com')\n"),
        OFFLINE_CRASH,
    ),
    "a dead link beside the key": (
        site({"/": f"{FORECAST}<a href=/x>x</a>"}, serve=f"{READS_KEY}{SERVE}"),
        "A link does not work: /x (HTTP 404).",
    ),
    "not there": (program("import requests\n\nprint(requests)\n"), package("requests")),
    "said, exit code 1": (
        program(
            "try:\n    import uvicorn\nexcept ModuleNotFoundError as error:\n"
            "    print(f'{error.name} is missing.')\n    raise SystemExit(1)\n"
        ),
        package("uvicorn"),
    ),
    "said, exit code 0": (
        program(
            "import importlib.util\n\nif importlib.util.find_spec('flask') is None:\n"
            "    print('Please install flask first.')\n"
        ),
        package("flask"),
    ),
    "pip": (program("print('Run pip install -U pandas to begin.')\n"), package("pandas")),
    "python -m": (
        program("import subprocess, sys\n\nsubprocess.run([sys.executable, '-m', 'gunicorn'])\n"),
        package("gunicorn"),
    ),
    "said by the page": (
        site(
            {"/": "<p>The chart needs matplotlib.</p>"},
            serve=f"try:\n    import matplotlib\nexcept ImportError:\n    pass\n{SERVE}",
        ),
        package("matplotlib"),
    ),
    "required": (
        program("print('openpyxl not found, so no export.')\n", requirements_txt="openpyxl>=3\n"),
        package("openpyxl"),
    ),
}


@pytest.fixture(scope="module")
def judged(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of all the programs."""
    programs = {f"skipped {name}": project for name, (project, _) in SKIPPED.items()}
    programs |= {f"ready {name}": project for name, project in READY.items()}
    programs |= {f"failed {name}": project for name, (project, _) in FAILED.items()}
    return check_all("start", programs)


@pytest.mark.parametrize("name", SKIPPED)
def test_what_could_not_be_tried_is_skipped_with_the_reason(
    name: str, judged: Mapping[str, Judgement]
) -> None:
    one = judged[f"skipped {name}"]
    assert (one.summary, one.outcome) == (SKIPPED[name][1], Outcome.SKIPPED), one


@pytest.mark.parametrize("name", READY)
def test_a_program_that_lacks_nothing_passes(name: str, judged: Mapping[str, Judgement]) -> None:
    assert judged[f"ready {name}"].outcome is Outcome.PASSED, judged[f"ready {name}"]


@pytest.mark.parametrize("name", FAILED)
def test_what_the_project_can_change_fails(name: str, judged: Mapping[str, Judgement]) -> None:
    one = judged[f"failed {name}"]
    assert (one.summary, one.outcome) == (FAILED[name][1], Outcome.FAILED), one


def test_pages_and_output_of_a_skipped_server_are_kept(judged: Mapping[str, Judgement]) -> None:
    assert judged["skipped said by the page"].pages[0].body == FORECAST
    assert "WEATHER_API_KEY" in judged["skipped said by the output"].output
