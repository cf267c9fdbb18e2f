"""Promises read out of what models write."""

import json
from typing import Any

import pytest

from toggle_core.builders.chat.promise_answers import read_promised
from toggle_core.gates.promises.reading import read_promises

STEPS = [{"run": ["list"], "expect": {"exit": 0, "stdout": {"matches": "id=(\\d+)"}}}]
INTERFACE = {"kind": "cli", "commands": [["list", "ALL"]], "fields": ["Name"]}


def whole(steps: Any = None, **more: Any) -> dict[str, Any]:
    """Promises with one promise."""
    promise = {"id": "a", "sentence": "It lists.", "steps": steps or STEPS}
    return {"version": 1, "interface": INTERFACE, "promises": [promise], **more}


EXPECTED = read_promises(whole(), reviewed=True)
PLAIN = json.dumps(whole())


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(whole(version="1.0")),
        json.dumps(whole(interface={**INTERFACE, "kind": "CLI", "routes": None, "note": "x"})),
        json.dumps(whole(interface=[{**INTERFACE, "commands": ["list ALL"]}])),
        json.dumps(
            whole(
                interface={
                    "kind": "cli",
                    "commands": [{"name": "list", "args": ["ALL"]}],
                    "fields": {"Name": "text"},
                }
            )
        ),
        json.dumps(whole([{**STEPS[0], "run": "python main.py list", "stdin": None}])),
        json.dumps(whole([{**STEPS[0], "description": "lists", "save": None}])),
        json.dumps(whole([{**STEPS[0], "expect": {**STEPS[0]["expect"], "exit": "0"}}])),  # type: ignore[dict-item]
        json.dumps(whole(promises={"a": {"sentence": "It\nlists.", "steps": STEPS}})),
        f"```json\n{json.dumps(whole(promises=[]))}\n```\nBetter:\n```json\n{PLAIN}\n```",
        f"// as asked\n{PLAIN[:-1]},}}",
        PLAIN.replace("\\\\", "\\"),
    ],
)
def test_promises_in_a_usual_wrong_form_are_put_right(written: str) -> None:
    assert read_promises(read_promised(written), reviewed=True) == EXPECTED


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"request": {"method": "get", "path": "/"}, "expect": {"status": "200 OK"}}, 200),
        ({"get": "http://localhost:8000/", "expect": {"status": "200"}}, 200),
        ({"get": "/", "expect": {"status": "4XX", "text": None}}, "4xx"),
    ],
)
def test_requests_in_a_usual_wrong_form_are_put_right(
    step: dict[str, Any], expected: object
) -> None:
    found = read_promised(json.dumps(whole([step], interface="web")))
    [read] = read_promises(found, reviewed=True).promises
    assert read.steps[0]["expect"] == {"status": expected}


@pytest.mark.parametrize("code", ["not zero", "!= 0", {"not": 0}])
def test_a_code_that_is_not_zero_is_read(code: object) -> None:
    step = {"run": ["list"], "expect": {"exit": code, "stderr": "no"}}
    [read] = read_promises(read_promised(json.dumps(whole([step]))), reviewed=True).promises
    assert read.steps[0]["expect"]["exit"] == "not 0"


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("bank", "bank"),
        (["bank"], "bank"),
        ([{"item": "bank", "reason": "no\naccount", "severity": 3}], "bank"),
        ([{"words": "bank", "why": "x " * 400}], "bank"),
    ],
)
def test_what_is_left_out_never_costs_the_promises(left_out: object, words: str) -> None:
    found = read_promised(json.dumps(whole(left_out=left_out)))
    assert [each.words for each in read_promises(found, reviewed=True).left_out] == [words]


@pytest.mark.parametrize(
    "host", ["http://example.com/", "//example.com/", "http://localhost.evil/"]
)
def test_another_host_is_never_taken_for_the_program(host: str) -> None:
    found = read_promised(json.dumps(whole([{"get": host, "expect": {"text": "x"}}])))
    assert found is not None
    assert found["promises"][0]["steps"][0]["get"] == host
