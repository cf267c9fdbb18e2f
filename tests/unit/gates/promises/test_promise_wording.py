"""Steps of promises in words."""

from typing import Any

import pytest

from toggle_core.gates.promises.wording import describe_step

SAID = [
    (
        {"run": ["add", "${item}"], "expect": {"exit": 0}},
        "Start it with “add ${item}”. Expected: it ends with 0.",
    ),
    ({"run": [], "stdin": "3\n"}, "Start it and type “3”."),
    (
        {"get": "/", "expect": {"status": 200, "text": {"contains": ["${a}", "${b}"]}}},
        "Open /. Expected: the answer is 200; the page contains “${a}”, “${b}”.",
    ),
    (
        {"post": "/items", "json": {"name": "x"}, "expect": {"json": {"/id": {"matches": "1"}}}},
        'Send POST /items with {"name": "x"}. Expected: the data at /id matches “1”.',
    ),
    (
        {"submit": {"page": "/", "button": "Save", "fields": {"Title": "${t}"}}, "as": "ana"},
        "As ana: Send the form “Save” on / with Title “${t}”.",
    ),
    ({"restart": True}, "Stop it and start it again."),
    ({"wait": 2}, "Wait 2 s."),
    ({"follow": "About"}, "Follow the link “About”."),
    ({"request": {"method": "DELETE", "path": "/items/1"}}, "Send DELETE /items/1."),
    ({"together": [{"get": "/a"}, {"get": "/b"}]}, "At the same time: Open /a. Open /b."),
    ({"type": {"Name": "Ada"}}, "Type “Ada” into Name."),
    (
        {"file": "out.csv", "expect": {"exists": True}},
        "Look at the file out.csv. Expected: exists true.",
    ),
]


@pytest.mark.parametrize(("step", "said"), SAID)
def test_a_step_is_said_in_words(step: dict[str, Any], said: str) -> None:
    assert describe_step(step) == said
