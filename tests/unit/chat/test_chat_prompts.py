"""What a model is told."""

import pytest

from toggle_core.builders.chat.prompts import code_request, plan_request, text
from toggle_core.builders.protocol import Base, Feedback, GateFailure

FEEDBACK = Feedback(
    failures=(GateFailure("tests", "E   assert 1 == 2"), GateFailure("lint", "main.py:1: F821")),
    files={"main.py": "print(1)\n", "README.md": "# Hi\n```bash\nls\n```\n"},
    entry="main.py",
    attempt=2,
)

BASE = Base({"main.py": "print(1)\n", "a.txt": "costs $task"}, "main.py", "what was asked before")


@pytest.mark.parametrize(
    "word", ["standard library", "tests/test_", "README.md", "main.py", "PORT"]
)
def test_a_complete_project_is_asked_for(word: str) -> None:
    assert word in text("code")


def test_a_request_holds_the_task_as_it_is() -> None:
    assert "Sell for $5, or $task" in plan_request("Sell for $5, or $task")


def test_a_request_for_code_holds_task_and_plan() -> None:
    request = code_request("the task", "the plan", None)
    assert "the task" in request
    assert "the plan" in request


def test_a_request_for_a_repair_lists_every_failed_gate_and_the_files() -> None:
    request = code_request("the task", "the plan", FEEDBACK)
    parts = ("the task", "the plan", '"tests"', "assert 1 == 2", '"lint"', "F821", "print(1)")
    for part in parts:
        assert part in request
    assert "````markdown README.md" in request


def test_requests_to_change_a_project_hold_what_was_asked_before_and_the_files() -> None:
    planning = plan_request("the wish", BASE)
    coding = code_request("the wish", "the plan", None, BASE)
    for request in (planning, coding):
        for part in ("the wish", "what was asked before", "```python main.py\nprint(1)", "$task"):
            assert part in request
    assert "the plan" in coding
    assert "`main.py`" in coding


def test_a_repair_of_a_changed_project_holds_all_that_was_asked() -> None:
    request = code_request("the wish", "the plan", FEEDBACK, BASE)
    assert "what was asked before\n\nthe wish" in request
    assert "a.txt" not in request, "the files as they stand, not as they were"


def test_no_name_of_a_text_is_left_in_a_request() -> None:
    base = Base({"main.py": "print(1)\n"}, "main.py", "before")
    for request in (
        code_request("the task", "the plan", FEEDBACK),
        code_request("the task", "the plan", None, base),
        plan_request("the task", base),
    ):
        assert "$" not in request
