"""Promises carried out on programs that keep them, and on programs that do not."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.sandbox.promise_programs import BOT, DIARY, FORGETFUL, LIBRARY, NOTES, SHOP, UPLOAD
from tests.sandbox.promise_trials import Results, Try, outcomes, run_trial, try_steps
from toggle_core.gates.checks.context import Context

ADD = {"run": ["add", "${a}"]}
LOG_IN = {"submit": {"page": "/login", "button": "Log in", "fields": {"Name": "${who}"}}}
WRITE = {"submit": {"page": "/", "button": "Save note", "fields": {"Note": "${a}"}}}
THING = {"post": "/items", "json": {"name": "${a}", "price": "${p}"}}

NOTES_PROMISES = {
    "added": [ADD, {"run": ["list"], "expect": {"stdout": {"contains": "1. ${a}"}}}],
    "kept": [ADD, {"restart": True}, {"run": [], "expect": {"stdout": {"contains": "${a}"}}}],
    "deleted": [
        *(ADD, {"run": ["add", "${b}"]}, {"run": ["delete", "1"], "expect": {"exit": 0}}),
        {"run": [], "expect": {"stdout": {"contains": "${b}", "not_contains": "${a}"}}},
    ],
    "refused": [
        *(
            ADD,
            {"run": ["delete", "7"], "expect": {"exit": "not 0", "stderr": {"matches": "no such"}}},
        ),
    ],
    "typed": [
        {"run": ["ask"], "stdin": "${a}\n", "expect": {"exit": 0}},
        {"run": [], "expect": {"stdout": {"contains": "${a}"}}},
    ],
    "exported": [
        *(ADD, {"run": ["export", "out.csv"]}),
        {"file": "out.csv", "expect": {"kind": "csv", "contains": "${a}", "min_bytes": 5}},
    ],
    "not there": [{"file": "out.csv", "expect": {"exists": False}}, {**ADD, "expect": {"exit": 0}}],
}
LASTING = ("added", "kept", "deleted", "typed", "exported")

DIARY_PROMISES = {
    "login": [
        {"get": "/", "expect": {"status": 303, "header": {"Location": {"equals": "/login"}}}},
        {**LOG_IN, "expect": {"status": 200, "text": {"contains": "Diary of ${who}"}}},
    ],
    "two people": [
        *(
            {**LOG_IN, "as": "ana"},
            {**WRITE, "as": "ana", "expect": {"text": {"contains": "${a}"}}},
        ),
        {
            "submit": {"page": "/login", "fields": {"Name": "${other}"}},
            "as": "ben",
            "expect": {"text": {"contains": "${other}", "not_contains": "${a}"}},
        },
        {"get": "/", "as": "ana", "expect": {"text": {"contains": ["${who}", "${a}"]}}},
    ],
    "kept": [
        *(LOG_IN, WRITE, {"restart": True}),
        {"get": "/", "expect": {"status": 200, "text": {"contains": "${a}"}}},
    ],
    "other button": [
        *(LOG_IN, WRITE),
        {
            "submit": {"page": "/", "button": "Clear"},
            "expect": {"status": 200, "text": {"not_contains": "${a}"}},
        },
    ],
    "link": [
        *(LOG_IN, {"get": "/"}),
        {"follow": "help", "expect": {"text": {"contains": "every day"}}},
    ],
    "empty": [
        LOG_IN,
        {"submit": {"page": "/", "fields": {"Note": ""}}, "expect": {"status": "4xx"}},
    ],
    "wrong": [{**LOG_IN, "expect": {"text": {"contains": "Diary of nobody"}}}],
}

SHOP_PROMISES = {
    "made": [
        {
            **THING,
            "expect": {"status": 201, "json": {"/name": "${a}", "/price": "${p}"}},
            "save": {"id": {"pointer": "/id"}, "place": {"pattern": "/items/(\\d+)"}},
        },
        {
            "get": "/items/${id}",
            "expect": {"json": {"/price": {"equals": "${p}"}, "/name": {"contains": "${a}"}}},
        },
        {"get": "/items/${place}", "expect": {"status": 200, "kind": "json"}},
    ],
    "searched": [
        *(THING, {"post": "/items", "json": {"name": "${b}", "price": 1}}),
        {"get": "/items?q=${b}", "expect": {"text": {"contains": "${b}", "not_contains": "${a}"}}},
    ],
    "once": [
        {"together": [THING] * 5, "expect": {"count": 1}},
        {"get": "/items", "expect": {"text": {"count": {"of": "${a}", "is": 1}}}},
    ],
    "lost": [THING, {"restart": True}, {"get": "/items/1", "expect": {"status": 200}}],
    "missing": [THING, {"request": {"method": "GET", "path": "/x"}, "expect": {"status": "4xx"}}],
}


@pytest.fixture(scope="module")
def try_promises(trial_context: Callable[[str], Context]) -> Try:
    """Tries promises, given as their steps, on a program."""
    return lambda program, promises: try_steps(trial_context(program), promises)


@pytest.fixture(scope="module")
def tried(try_promises: Try) -> dict[str, Results]:
    """The promises of each project, all tried."""
    return {
        "notes": try_promises(NOTES, NOTES_PROMISES),
        "forgetful": try_promises(FORGETFUL, NOTES_PROMISES),
        "diary": try_promises(DIARY, DIARY_PROMISES),
        "shop": try_promises(SHOP, SHOP_PROMISES),
    }


def test_command_line_program_keeps_its_promises(tried: dict[str, Results]) -> None:
    assert outcomes(tried["notes"]) == dict.fromkeys(NOTES_PROMISES, "kept")


def test_program_that_keeps_nothing_breaks_what_needs_it(tried: dict[str, Results]) -> None:
    broken = {name for name, how in outcomes(tried["forgetful"]).items() if how == "broken"}
    assert broken == {*LASTING}


def test_broken_promise_shows_what_was_sent_expected_and_came_back(
    tried: dict[str, Results],
) -> None:
    broken = tried["forgetful"]["added"]
    sent, shown = broken["transcript"][0]["sent"], broken["transcript"][1]
    item = sent.removeprefix("add ")
    assert shown["step"] == "run: list"
    assert shown["came_back"].strip() == "exit 0"
    assert shown["expected"] == f"stdout contains “1. {item}”"
    assert not shown["held"]
    assert item in broken["why"]


def test_website_with_logins_keeps_its_promises(tried: dict[str, Results]) -> None:
    expected = dict.fromkeys(DIARY_PROMISES, "kept") | {"wrong": "broken"}
    assert outcomes(tried["diary"]) == expected, tried["diary"]


def test_api_keeps_its_promises_but_for_what_it_loses(tried: dict[str, Results]) -> None:
    expected = dict.fromkeys(SHOP_PROMISES, "kept") | {"lost": "broken"}
    assert outcomes(tried["shop"]) == expected, tried["shop"]


def test_both_trials_have_different_values(try_promises: Try) -> None:
    program = (
        "import sys, pathlib\nplace = pathlib.Path('/tmp/seen')\nprint(*sys.argv[1:])\n"
        "print('again' if place.exists() else 'first')\nplace.write_text('x')\n"
    )
    steps = [{"run": ["${a}"], "expect": {"stdout": {"contains": ["${a}", "first"]}}}]
    fresh = try_promises(program, {"fresh": steps})["fresh"]
    assert fresh["outcome"] == "kept"
    table = f"print({fresh['transcript'][0]['sent']!r})"
    fixed = {"told": [{"run": ["${a}"], "expect": {"stdout": {"contains": "${a}"}}}]}
    assert outcomes(try_promises(table, fixed)) == {"told": "broken"}


def test_library_is_tried_by_a_laid_file(try_promises: Try) -> None:
    script = "from main import total\nprint(total([${p}, ${q}, 0.1]))\n"
    promises = {
        "sum": [
            {
                "run": ["@try.py"],
                "files": {"try.py": script},
                "expect": {"exit": 0, "stdout": {"contains": "${round(p + q + 0.1, 2)}"}},
            }
        ]
    }
    assert outcomes(try_promises(LIBRARY, promises)) == {"sum": "kept"}
    wrong = LIBRARY.replace("sum(numbers)", "sum(numbers[1:])")
    assert outcomes(try_promises(wrong, promises)) == {"sum": "broken"}


def test_conversation_is_typed_and_read(try_promises: Try) -> None:
    steps = [
        {
            "run": [],
            "stdin": "${p} ${q}\nbye\n",
            "expect": {"exit": 0, "stdout": {"in_order": ["Hello", "Sum: ${p + q}", "Bye"]}},
        }
    ]
    assert outcomes(try_promises(BOT, {"talk": steps})) == {"talk": "kept"}


def test_file_is_uploaded_in_parts(try_promises: Try) -> None:
    content = {"name": "people.csv", "content": "name\n${a}\n"}
    steps = [
        {
            "submit": {"page": "/", "button": "Import", "fields": {"People": content}},
            "expect": {"status": 200, "text": {"contains": "2 lines in people.csv: name | ${a}"}},
        }
    ]
    assert outcomes(try_promises(UPLOAD, {"import": steps})) == {"import": "kept"}


def test_value_that_comes_later_is_waited_for(try_promises: Try) -> None:
    program = SHOP.replace(
        "def do_GET(self):",
        "ASKED = []\n\n    def do_GET(self):\n"
        "        if self.path == '/late':\n"
        "            self.ASKED.append(time.monotonic())\n"
        "            late = self.ASKED[-1] - self.ASKED[0] > 1.5\n"
        "            self.answer(200, 'done' if late else 'not yet')\n            return\n",
        1,
    )
    late = {"text": {"equals": "done"}}
    promises = {
        "late": [{"get": "/late"}, {"wait": 0.2, "expect": late}],
        "too early": [{"get": "/late", "expect": late}],
        "nothing seen": [{"wait": 0, "expect": late}, {"get": "/late"}],
        "after a restart": [{"get": "/late"}, {"restart": True}, {"wait": 0, "expect": late}],
    }
    assert outcomes(try_promises(program, promises)) == {
        "late": "kept",
        "too early": "broken",
        "nothing seen": "broken",
        "after a restart": "kept",
    }


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([{"open": "/"}, {"see": "x"}], "browser"),
        ([{"run": []}, {"clock": "+366 days"}], "clock"),
        ([{"together": [{"click": "a"}, {"click": "b"}]}], "browser"),
    ],
)
def test_what_cannot_be_tried_is_said(try_promises: Try, steps: Any, why: str) -> None:
    result = try_promises(NOTES, {"x": steps})["x"]
    assert result["outcome"] == "untried"
    assert why in result["why"]


def test_missing_key_leaves_a_promise_untried_until_it_is_set(
    trial_context: Callable[[str], Context],
) -> None:
    program = "import os\nprint('21 degrees' if os.environ.get('X_API_KEY') else 'no X_API_KEY')\n"
    degrees = [{"run": [], "expect": {"stdout": {"matches": "\\d+ degrees"}}}]
    listed: Mapping[str, Any] = {"id": "a", "steps": degrees, "needs": ["X_API_KEY"]}
    named = {"id": "b", "steps": degrees, "sentence": "With my X_API_KEY it shows degrees."}
    without = {
        "id": "c",
        "steps": [{"run": [], "expect": {"stdout": {"contains": "X_API_KEY"}}}],
        "sentence": "Without X_API_KEY it says so.",
    }
    context = trial_context(program)
    assert outcomes(run_trial(context, [listed, named, without])) == {
        "a": "untried",
        "b": "untried",
        "c": "kept",
    }
    keys = {"X_API_KEY": "k"}
    assert outcomes(run_trial(context, [listed, named], environment=keys)) == {
        "a": "kept",
        "b": "kept",
    }


CHANGE = {
    "id": "carried over",
    "vars": {"a": "word", "b": "word"},
    "before": [ADD],
    "steps": [
        {"run": ["add", "${b}"]},
        {"run": [], "expect": {"exit": 0, "stdout": {"in_order": ["${a}", "${b}"]}}},
    ],
}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [(NOTES, "kept"), (NOTES.replace("notes.json", "other.json"), "broken")],
)
def test_data_of_the_version_before_is_carried_over(
    trial_context: Callable[[str], Context], changed: str, outcome: str
) -> None:
    base = {"main.py": NOTES, "old.py": "OLD = 1\n"}
    results = run_trial(trial_context(changed), [CHANGE], base=base)
    assert outcomes(results) == {"carried over": outcome}


def test_steps_before_a_change_run_on_the_program_itself_without_one(
    trial_context: Callable[[str], Context],
) -> None:
    assert outcomes(run_trial(trial_context(NOTES), [CHANGE])) == {"carried over": "kept"}
