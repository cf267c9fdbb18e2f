"""Answers in the shapes that servers of other vendors send them in."""

import json
from typing import Any

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import FILES, PLAN, PLAN_TEXT, PROJECT, PROJECT_IN_FENCES
from tests.integration.chat.replies import chunks, delta
from tests.integration.chat.server import Reply, ScriptedServer
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder

DRAFT = "```python main.py\nraise SystemExit\n```"
ODD = "a\u2028b\u2029c\x85d\x0ce\x0bf\x1cg\x1dh\x1ei"
ROLE = delta({"role": "assistant", "content": ""})


@pytest.mark.parametrize(
    "reasoning",
    [
        f"I would write\n{DRAFT}\nand that is it.\n</think>\n\n",
        f"<think>\nI would write\n{DRAFT}\n</think>\n\n",
        f"[THINK]I would write\n{DRAFT}\n[/THINK]",
        f"<seed:think>\n{DRAFT}\n</seed:think>\n",
        f"<|channel|>analysis<|message|>{DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>",
        f"I try\n{DRAFT[:-3]}no.\n</think>\n\n",
    ],
)
@pytest.mark.parametrize("answer", [PROJECT, PROJECT_IN_FENCES])
def test_a_draft_in_reasoning_is_not_the_project(
    server: ScriptedServer, builder: ChatBuilder, reasoning: str, answer: str
) -> None:
    server.script(replies.streamed(reasoning + answer))
    project = builder.code("Greet me", PLAN_TEXT)
    assert dict(project.files) == FILES
    assert project.summary == "It greets."


def test_reasoning_is_not_the_plan(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(f"They want a greeting.\n</think>\n\n{PLAN_TEXT}"))
    assert builder.plan("Greet me").text == PLAN_TEXT


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking"])
def test_reasoning_in_a_field_of_its_own_is_left_out(
    server: ScriptedServer, builder: ChatBuilder, field: str
) -> None:
    thoughts = [delta({"role": "assistant", field: word}) for word in ("Hm ", DRAFT)]
    server.script(chunks(*thoughts, delta(PLAN), delta({}, "stop")))
    assert builder.plan("Greet me").text == PLAN_TEXT


def test_a_file_that_holds_a_tag_of_reasoning_arrives_whole(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    code = "SAMPLE = '''\n<think>Hm.\n</think>\n'''\nprint(SAMPLE.partition('</think>')[2])"
    server.script(replies.streamed(f"It strips.\n\n```python main.py\n{code}\n```"))
    assert dict(builder.code("Strip", PLAN_TEXT).files) == {"main.py": f"{code}\n"}


@pytest.mark.parametrize(
    "text",
    [
        PROJECT_IN_FENCES[:40],
        PROJECT_IN_FENCES.rpartition("```")[0],
        PROJECT[:60],
        f"```json\n{PROJECT[:60]}",
        f"{PROJECT_IN_FENCES}\n```markdown README.md\n# Hi\n```bash\nls\n```\nAnd th",
        f"<think>\n{DRAFT}",
    ],
)
def test_a_stream_that_ends_in_the_middle_is_asked_for_again_and_then_cut_off(
    server: ScriptedServer, builder: ChatBuilder, text: str
) -> None:
    cut = chunks(ROLE, delta(text), done=False)
    server.script(cut, replies.streamed(PROJECT))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES
    assert len(server.asked) == 2
    server.asked.clear()
    server.script(cut)
    with pytest.raises(errors.ModelAnswerCutOff, match="closed in the middle"):
        builder.code("Greet me", PLAN_TEXT)
    assert len(server.asked) == 3


@pytest.mark.parametrize("text", [PROJECT, PROJECT_IN_FENCES])
def test_a_complete_answer_without_a_reason_to_finish_is_accepted(
    server: ScriptedServer, builder: ChatBuilder, text: str
) -> None:
    server.script(chunks(ROLE, delta(text), done=False))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        f'It.\n\n```python main.py\nX = "{ODD}"\n```',
        json.dumps({"files": [{"path": "main.py", "text": f'X = "{ODD}"'}]}),
    ],
)
def test_only_a_line_feed_ends_a_line(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer))
    assert builder.code("Greet me", PLAN_TEXT).files["main.py"] == f'X = "{ODD}"\n'


def test_an_answer_with_carriage_returns_is_read(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed("\ufeff" + PROJECT_IN_FENCES.replace("\n", "\r\n")))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES


def usage(read: int, written: int) -> dict[str, Any]:
    """The field that counts tokens."""
    counted = {"prompt_tokens": read, "completion_tokens": written}
    return {"usage": counted | {"total_tokens": read + written}}


def counted(counts: list[tuple[int, int]], *, last: tuple[int, int] | None = None) -> Reply:
    """The plan in as many pieces as there are counts, one with each piece."""
    size = -(-len(PLAN) // len(counts))
    parts = [PLAN[at : at + size] for at in range(0, len(PLAN), size)]
    pieces = [
        delta(part, **(usage(*count) if sum(count) else {}))
        for part, count in zip(parts, counts, strict=True)
    ]
    end = [{"choices": [], **usage(*last)}] if last else []
    return chunks(ROLE, *pieces, delta({}, "stop"), *end)


@pytest.mark.parametrize(
    "reply",
    [
        counted([(0, 0)] * 20, last=(50, 20)),
        counted([(50, number) for number in range(1, 21)]),
        counted([(50, number) for number in range(1, 21)], last=(50, 20)),
        counted([(50, 20)] * 20),
        counted([(50, 20)] * 20, last=(50, 20)),
        counted([(50, 1)] + [(0, 1)] * 19),
        counted([(50, 1)] * 20),
        counted([(50, 2), (0, 1), (0, 1), (0, 2)] * 3 + [(0, 2)], last=(50, 20)),
        counted([(50, 2), (0, 1), (0, 1), (0, 2)] * 3 + [(0, 2)]),
    ],
    ids=[
        "last",
        "so far",
        "so far and last",
        "repeated",
        "repeated and last",
        "each",
        "each, with the request's again",
        "each and last",
        "each, unevenly",
    ],
)
def test_tokens_are_counted_once_however_a_server_counts(
    server: ScriptedServer, builder: ChatBuilder, reply: Reply
) -> None:
    server.script(reply)
    plan = builder.plan("Greet me")
    assert plan.text == PLAN_TEXT
    assert (plan.tokens_in, plan.tokens_out) == (50, 20)


@pytest.mark.parametrize(
    "reply",
    [
        chunks(ROLE, delta([{"type": "text", "text": PLAN}]), delta({}, "stop")),
        chunks(
            delta([{"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}]),
            delta([{"type": "text", "text": PLAN}]),
            delta({}, "stop"),
        ),
        chunks({"choices": []}, ROLE, delta({"role": "assistant"}), delta(PLAN, "stop")),
        chunks(delta({"content": None}), delta(PLAN), delta({}, "stop"), delta({}, "stop")),
        chunks({"choices": None}, delta(PLAN), delta({"content": ""}, "stop"), {"usage": None}),
        chunks(delta(PLAN), delta({}, "stop"), head=b": OPENROUTER PROCESSING\n\n" * 3),
        chunks(delta(PLAN), delta({}, "eos"), {"choices": [], "x_groq": {"id": "1"}}),
        chunks(
            delta(
                {
                    "tool_calls": [
                        {
                            "index": 0,
                            "id": "1",
                            "type": "function",
                            "function": {"name": "Plan", "arguments": PLAN},
                        }
                    ]
                }
            ),
            delta({}, "tool_calls"),
        ),
        chunks(delta(f"```json\n{PLAN}\n```"), delta({}, "stop")),
        chunks(delta(json.dumps({"name": "Plan", "arguments": json.loads(PLAN)}), "stop")),
        chunks(delta(json.dumps({"name": "Plan", "arguments": PLAN}), "stop")),
        chunks(
            delta(f'<tool_call>\n{{"name": "Plan", "arguments": {PLAN}}}\n</tool_call>', "stop")
        ),
        chunks(delta(f'[TOOL_CALLS][{{"name": "Plan", "arguments": {PLAN}}}]', "stop")),
        chunks(delta(json.dumps({"plan": json.loads(PLAN)}), "stop")),
        chunks(delta(f"{PLAN}{PLAN}", "stop")),
        chunks(delta(f"Here it is:\n\n{PLAN}\n\nUse {{name}} as you like.", "stop")),
        chunks(delta(f"Of the form {{goal}}:\n{PLAN}", "stop")),
        chunks(delta(f"\ufeff  {PLAN}<|im_end|>", "stop")),
    ],
)
def test_a_plan_is_read_in_the_shapes_that_servers_send(
    server: ScriptedServer, builder: ChatBuilder, reply: Reply
) -> None:
    server.script(reply)
    assert builder.plan("Greet me").text == PLAN_TEXT
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "steps",
    [
        [{"step": 1, "text": "Write `main.py`."}, "Test it."],
        "1. Write `main.py`.\n2. Test it.",
        ["- Write `main.py`.", "", "- Test it."],
    ],
)
def test_steps_are_read_in_other_shapes_than_the_schemas(
    server: ScriptedServer, builder: ChatBuilder, steps: Any
) -> None:
    plan = {"goal": "A program that greets.", "steps": steps}
    server.script(replies.streamed(json.dumps(plan)))
    assert builder.plan("Greet me").text == PLAN_TEXT


def test_the_keys_that_a_program_needs_are_a_line_of_the_plan(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    needs = ["WEATHER_API_KEY", "MAIL_KEY", "rm -rf", "X" * 100]
    server.script(replies.streamed(json.dumps({**json.loads(PLAN), "needs": needs})))
    assert builder.plan("Greet me").text == f"{PLAN_TEXT}\n\nNeeds: WEATHER_API_KEY, MAIL_KEY"


MAIN = 'print("Hello")\n'
TESTS = "def test_it() -> None: ...\n"
HEADED = """### 1. `main.py`
This one greets.
```python
{main}```
### 2. `tests/test_main.py`
This one tests.

```python
{tests}```
### How to run it
Like this:
```bash
python main.py
```
"""


def each(form: str) -> list[str]:
    """Both files in a form."""
    return [form.replace("{path}", path).replace("{text}", text) for path, text in FILES.items()]


@pytest.mark.parametrize(
    "answer",
    [
        "**main.py**\n```python\n{main}```\n\n**tests/test_main.py**\n```python\n{tests}```",
        "File: main.py\n```python\n{main}```\nFile: tests/test_main.py\n```python\n{tests}```",
        "main.py\n\n```\n{main}```\n\ntests/test_main.py\n\n```\n{tests}```",
        "```python\n# main.py\n{main}```\n```python\n# tests/test_main.py\n{tests}```",
        "~~~python main.py\n{main}~~~\n~~~python tests/test_main.py\n{tests}~~~",
        HEADED,
        "".join(each("```diff\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+{text}```\n")),
        "".join(each("{path}\n```py\n<<<<<<< SEARCH\n=======\n{text}>>>>>>> REPLACE\n```\n")),
        "```markdown\n```python main.py\n{main}```\n```python tests/test_main.py\n{tests}```\n```",
        "\n".join(each("1. Here is `{path}`:\n\n   ```python\n   {text}   ```\n")),
    ],
)
def test_a_project_is_read_in_the_shapes_that_models_write(
    server: ScriptedServer, builder: ChatBuilder, answer: str
) -> None:
    server.script(replies.streamed(answer.replace("{main}", MAIN).replace("{tests}", TESTS)))
    assert dict(builder.code("Greet me", PLAN_TEXT).files) == FILES
    assert len(server.asked) == 1


def test_an_error_that_comes_with_status_200_is_named(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.body({"error": {"message": "Slow down", "code": 429}}))
    with pytest.raises(errors.ModelBusy):
        builder.plan("Greet me")
    server.script(replies.body({"error": {"message": "The model is too odd"}}))
    with pytest.raises(errors.ModelFailed, match="The model is too odd"):
        builder.plan("Greet me")


def test_an_error_as_a_chunk_is_named(server: ScriptedServer, builder: ChatBuilder) -> None:
    wrong = {"object": "error", "message": "Oops", "type": "InternalServerError", "code": 500}
    server.script(chunks(delta("On"), wrong, done=False))
    with pytest.raises(errors.ModelDown, match="error 500"):
        builder.plan("Greet me")
