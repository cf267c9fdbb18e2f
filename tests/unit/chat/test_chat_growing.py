"""An answer that is still growing, as people read it."""

import json

import pytest

from toggle_core.builders.chat.growing import readable

PLAN = json.dumps({"goal": "A list.", "steps": ["Write it.", "Test it."]})
PROJECT = json.dumps({"summary": "S.", "files": [{"path": "main.py", "text": 'print("a")\nb'}]})


def test_a_whole_plan_reads_like_a_plan() -> None:
    assert readable(PLAN) == "A list.\n\n1. Write it.\n2. Test it."


def test_half_a_plan_shows_what_there_is() -> None:
    assert readable(PLAN[:32]).startswith("A list.")


def test_half_a_file_shows_its_lines() -> None:
    at = PROJECT.index("\\nb")
    assert readable(PROJECT[:at]) == 'S.\n\n```python main.py\nprint("a")\n```'


def test_promises_read_as_their_sentences() -> None:
    steps = [{"run": ["list"], "expect": {"exit": 0}}]
    promises = [{"id": "a", "sentence": "It lists.", "steps": steps}, {"sentence": "It keeps."}]
    answer = f"```json\n{json.dumps({'promises': promises})}\n```\n"
    assert readable(answer) == "- It lists.\n- It keeps."
    assert readable(answer[:60]) == "- It lists."
    for length in range(len(answer)):
        assert "{" not in readable(answer[:length])


def test_prose_stays_as_it_is() -> None:
    assert readable("A plan.\n\n1. ") == "A plan.\n\n1. "


@pytest.mark.parametrize("answer", [PLAN, PROJECT, '{"files": 3, "steps": {}, "goal": []}', "{]"])
def test_an_answer_broken_off_anywhere_can_be_shown(answer: str) -> None:
    for length in range(len(answer) + 1):
        assert isinstance(readable(answer[:length]), str)
