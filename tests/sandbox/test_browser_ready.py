"""A program that only a browser can use is production-ready where one is, and works elsewhere."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sandbox.browsing import BROWSING, promised
from toggle_core.gates.browsers import NONE, BrowserOptions
from toggle_core.gates.model import GateResult, verdict, works
from toggle_core.gates.promises.vacuity import vacuous
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.words import Outcome, Verdict

FOLDER = Path(__file__).with_name("kanban")
PROMISES = json.loads((FOLDER / "promises.json").read_text())
FILES = {path.name: path.read_text() for path in FOLDER.iterdir() if path.name != "promises.json"}


def judged(files: dict[str, str], browser: BrowserOptions = BROWSING.browser) -> list[GateResult]:
    settings = replace(BROWSING, browser=browser)
    return run_gates(
        tidy(files, settings=settings), "main.py", settings=settings, promises=PROMISES
    )


def test_a_kanban_board_is_ready_where_a_browser_is() -> None:
    results = judged(FILES)
    assert [
        (each.gate, each.detail) for each in results if each.outcome is not Outcome.PASSED
    ] == []
    assert verdict(results) is Verdict.READY
    pictures = [each for result in results for each in result.pictures]
    assert len(pictures) == 2 + 2 * len(PROMISES["promises"])


def test_a_kanban_board_works_where_no_browser_is() -> None:
    results = judged(FILES, BrowserOptions(NONE))
    assert verdict(results) is Verdict.NOT_READY
    assert works(results)


@pytest.mark.parametrize(
    ("before", "after", "broken"),
    [
        ("section.ondrop", "section.ondragenter", "drag"),
        ('"Done")', '"Finished")', "columns"),
        ("self.save()", "self.place.exists()", "add"),
        ('answer.ok ? "" : await answer.text()', '""', "twice"),
    ],
)
def test_a_kanban_board_without_one_feature_is_not_ready(
    sandbox: Backend, before: str, after: str, broken: str
) -> None:
    changed = {name: text.replace(before, after) for name, text in FILES.items()}
    assert changed != FILES
    judgement = promised(sandbox, changed, PROMISES)
    outcomes = {each.id: each.outcome.value for each in judgement.promises}
    assert outcomes[broken] == "broken"


def test_dummies_keep_none_of_the_promises_of_a_kanban_board() -> None:
    assert vacuous(PROMISES, BROWSING) == []
    idle = {"id": "idle", "sentence": "It opens.", "steps": [{"open": "/"}]}
    assert vacuous({**PROMISES, "promises": [idle]}, BROWSING) == ["idle"]
