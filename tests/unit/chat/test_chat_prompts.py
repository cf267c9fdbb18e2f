"""What a model is told."""

import pytest

from toggle_core.builders.chat.prompts import code_request, plan_request, text
from toggle_core.builders.protocol import Feedback

FEEDBACK = Feedback(
    gate="tests",
    detail="E   assert 1 == 2",
    files={"main.py": "print(1)\n", "README.md": "# Hi\n```bash\nls\n```\n"},
    entry="main.py",
    attempt=2,
)


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


def test_a_request_for_a_repair_holds_the_gate_its_output_and_the_files() -> None:
    request = code_request("the task", "the plan", FEEDBACK)
    for part in ("the task", "the plan", '"tests"', "assert 1 == 2", "```python main.py\nprint(1)"):
        assert part in request
    assert "````markdown README.md" in request


def test_no_name_of_a_text_is_left_in_a_request() -> None:
    assert "$" not in code_request("the task", "the plan", FEEDBACK)
