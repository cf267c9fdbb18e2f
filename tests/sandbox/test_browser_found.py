"""Which browser is used, and what is said where none is."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sandbox.browsing import BROWSER, document, server
from tests.sandbox.conftest import SETTINGS
from tests.sandbox.promise_judge import judged_alone
from tests.sandbox.world import ROOT, command_as, users
from toggle_core.builders.protocol import Project
from toggle_core.gates import browsers
from toggle_core.gates.browsers import (
    NONE,
    BrowserOptions,
    available_browser,
    describe_browser,
    find_program,
)
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.landlock import Landlock
from toggle_core.gates.sandbox.syscalls import this_machine
from toggle_core.words import Outcome

OPENS = """
from tests.sandbox.browsing import document, server, started
from tests.sandbox.conftest import BUBBLEWRAP
from toggle_core.gates.sandbox.state import available

judged = started(available(BUBBLEWRAP).backend, server({"/": document("Here.")}))
print(judged.outcome, judged.summary, len(judged.pictures))
"""
SEEN = {"id": "seen", "sentence": "It is there.", "steps": [{"open": "/"}, {"see": "Here."}]}


def test_a_browser_is_described_before_its_first_use_and_its_version_after(
    sandbox: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsers, "_known", browsers._Known())
    program = find_program(BROWSER)
    assert program is not None
    expected = f"Pages are opened in a real browser ({program.name})."
    assert describe_browser(BROWSER, sandbox) == expected
    found = available_browser(BROWSER, sandbox)
    assert found.browser is not None
    assert found.browser.program == program
    expected = f"Pages are opened in a real browser (Chromium {found.browser.version})."
    assert (found.sentence, describe_browser(BROWSER, sandbox)) == (expected, expected)


def test_the_name_of_a_script_stands_for_the_program_that_it_starts() -> None:
    named = shutil.which("chromium")
    if named is None:  # a browser of Playwright has no script
        assert find_program(BROWSER) is not None
        return
    found = find_program(BrowserOptions(named))
    assert found is not None
    assert found.read_bytes()[:4] == b"\x7fELF"


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        (NONE, "TOGGLE_BROWSER is none."),
        ("/nowhere/chromium-of-mine", "Install Chromium on the machine that runs the checks"),
        ("/bin/true", "The browser true does not start in the sandbox."),
    ],
)
def test_without_a_browser_the_reason_is_said_and_promises_stay_untried(
    sandbox: Backend, named: str, sentence: str
) -> None:
    options = BrowserOptions(named)
    found = available_browser(options, sandbox)
    assert found.browser is None
    assert "promises that need one are not tried" in found.sentence
    assert sentence in found.sentence
    project = Project(server({"/": document("Here.")}), "main.py", "python main.py", "A page.")
    judged = judged_alone(sandbox, replace(SETTINGS, browser=options), project, [SEEN])
    assert judged.outcome is Outcome.SKIPPED
    assert [each.why for each in judged.promises] == ["It needs a browser."], judged


def test_a_sandbox_without_a_network_of_its_own_runs_no_browser() -> None:
    machine = this_machine()
    assert machine is not None
    found = available_browser(BROWSER, Landlock(machine, ()))
    assert found.browser is None
    assert "The sandbox Landlock cannot run one." in found.sentence


def test_a_browser_that_playwright_installed_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "chromium_headless_shell-1200" / "chrome-linux"
    folder.mkdir(parents=True)
    program = folder / "headless_shell"
    program.write_bytes(b"\x7fELF")
    program.chmod(0o755)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(browsers, "_PLACES", ())
    monkeypatch.setattr(browsers.shutil, "which", lambda _: None)
    assert find_program(BrowserOptions()) == program


@pytest.mark.parametrize("user", users())
def test_pages_are_opened_for_root_and_for_an_ordinary_user(user: str) -> None:
    done = subprocess.run(
        command_as(user, [sys.executable, "-c", OPENS], shown=False),
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TOGGLE_TEST_BROWSER": os.environ.get("TOGGLE_TEST_BROWSER", ""),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("passed It started as a server"), done.stderr
    assert done.stdout.endswith("A real browser shows it. 2\n"), done.stdout
