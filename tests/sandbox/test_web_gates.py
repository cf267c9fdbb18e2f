"""The gates read pages and scripts in the sandbox, with the grammar that the application brings."""

from tests.sandbox.conftest import Check
from tests.sandbox.projects import HELLO
from toggle_core.words import Outcome

PAGE = (
    "<!doctype html><title>Counter</title><p id='shown'>0</p>"
    "<button onclick='add()'>Add</button><script src='/counter.js'></script>"
)
SCRIPT = "let total = 0;\nfunction add() {\n  total += 1;\n  shown.textContent = total;\n}\n"
SITE = HELLO | {"site/index.html": PAGE, "site/counter.js": SCRIPT}


def test_syntax_and_lint_pass_for_a_sound_page(check: Check) -> None:
    assert check("syntax", SITE).outcome is Outcome.PASSED
    assert check("lint", SITE).outcome is Outcome.PASSED


def test_syntax_fails_with_the_line_of_a_script_that_no_browser_reads(check: Check) -> None:
    judged = check("syntax", SITE | {"site/counter.js": SCRIPT.replace("() {", "( {")})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Syntax check: 1 error, first in site/counter.js."
    assert judged.detail.startswith("site/counter.js:2: unexpected")


def test_syntax_fails_for_data_that_no_parser_reads(check: Check) -> None:
    judged = check("syntax", HELLO | {"prices.json": '{"tea": 2,}', "app.toml": "a = = 1\n"})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Syntax check: 2 errors, first in prices.json."


def test_syntax_passes_for_broken_data_that_a_test_needs(check: Check) -> None:
    assert check("syntax", HELLO | {"tests/broken.json": "{"}).outcome is Outcome.PASSED


def test_lint_fails_for_a_name_that_no_script_defines(check: Check) -> None:
    judged = check("lint", SITE | {"site/counter.js": SCRIPT.replace("add()", "increase()")})
    assert judged.outcome is Outcome.FAILED
    assert judged.summary == "Lint: 1 error."
    assert "site/index.html:1: add is not defined for the page" in judged.detail


def test_lint_names_the_hosts_that_a_page_does_not_work_without(check: Check) -> None:
    page = PAGE + "<script src='https://cdn.example.com/kit.js'></script>"
    judged = check("lint", SITE | {"site/index.html": page})
    assert judged.outcome is Outcome.FAILED
    assert "cdn.example.com" in judged.summary
    assert "without the internet" in judged.summary
