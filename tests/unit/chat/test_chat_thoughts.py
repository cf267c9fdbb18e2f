"""Reasoning is separated from the answer, and a file that mentions its tags stays whole."""

import json
import time

import pytest

from toggle_core.builders.chat.thoughts import without_thoughts

PLAN = json.dumps({"goal": "G", "steps": ["a"]})
FILE = "```python main.py\nprint(1)\n```"
DRAFT = "```python main.py\nraise SystemExit\n```"

TAGS = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("<Think>", "</Think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel>thought", "<channel|>"),
]

ABOUT_TAGS = [
    f"It strips thoughts.\n\n```python main.py\nSAMPLE = '''\n{tag}\n'''\nprint('{tag}')\n```"
    for tag in ("</think>", "<think>a</think>", "[/THINK]", "<|channel|>final<|message|>x<|end|>")
]


@pytest.mark.parametrize(("opening", "closing"), TAGS)
@pytest.mark.parametrize("is_opened", [True, False])
@pytest.mark.parametrize("answer", [FILE, PLAN, "A plan.\n\n1. Write it."])
def test_reasoning_is_removed_with_its_drafts_when_its_opening_tag_is_missing_too(
    opening: str, closing: str, is_opened: bool, answer: str
) -> None:
    reasoning = f"Hm, {{a}}.\n{DRAFT}\nThat works.\n"
    text = f"{opening if is_opened else ''}\n{reasoning}{closing}\n\n{answer}"
    assert without_thoughts(text) == answer


@pytest.mark.parametrize("answer", [PLAN, "A plan.\n\n1. Write it."])
def test_a_closing_tag_at_the_end_of_a_line_of_reasoning_ends_it(answer: str) -> None:
    assert without_thoughts(f"Okay, I write it.</think>{answer}") == answer
    assert without_thoughts(f"Okay, I write it</think>\n{answer}") == answer


@pytest.mark.parametrize(
    "plan",
    [
        "A program that removes all up to `</think>` from a text.\n\n1. Write it.",
        "A program that removes all up to </think> from a text.\n\n1. Write it.",
        'A program that finds "</think>", and counts it.\n\n1. Write it.',
        "analysis of a text: a program.\n\n1. Write it.",
    ],
)
def test_prose_that_mentions_a_tag_stays_whole(plan: str) -> None:
    assert without_thoughts(plan) == plan


@pytest.mark.parametrize("answer", ABOUT_TAGS)
def test_a_file_that_holds_tags_stays_whole(answer: str) -> None:
    assert without_thoughts(answer) == answer
    assert without_thoughts(f"I write it.\n</think>\n{answer}") == answer
    assert without_thoughts(f"<think>\nI write it.\n</think>\n{answer}") == answer


@pytest.mark.parametrize("tag", ["</think>", "<|start|>assistant<|channel|>final<|message|>"])
def test_json_that_holds_tags_stays_whole(tag: str) -> None:
    answer = json.dumps({"files": [{"path": "main.py", "text": f"a\n{tag}\nb"}]})
    assert without_thoughts(answer) == answer
    assert without_thoughts(f"I write it.\n</think>{answer}") == answer


@pytest.mark.parametrize(
    "draft", ["```python main.py\na = 1", "```python\na = 1", "```\na = 1\n\n```python\nb = 2"]
)
@pytest.mark.parametrize(
    "answer",
    [FILE, "### main.py\n```python\nprint(1)\n```", f"{FILE}\n\n```md README.md\n# A\n```"],
)
def test_a_draft_that_was_left_open_does_not_swallow_the_answer(draft: str, answer: str) -> None:
    assert without_thoughts(f"I try:\n{draft}\nNo, again.\n</think>\n\n{answer}") == answer


def test_reasoning_between_two_files_is_removed_and_both_stay() -> None:
    tests = "```python tests/test_main.py\nassert True\n```"
    answer = without_thoughts(f"{FILE}\n<think>\nNow the tests.\n</think>\n{tests}")
    assert answer.startswith(FILE)
    assert answer.endswith(tests)
    assert "Now" not in answer


@pytest.mark.parametrize(
    "text", ["<think>I write", f"<think>\n{DRAFT}", "Hm.\n</think>", "<think>"]
)
def test_reasoning_that_nothing_follows_is_no_answer(text: str) -> None:
    assert without_thoughts(text) == ""


FINAL = "<|start|>assistant<|channel|>final<|message|>{}"
CALL = "<|start|>assistant<|channel|>commentary to=a <|constrain|>json<|message|>{}<|call|>"
JSON = "<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}<|return|>"


@pytest.mark.parametrize(
    "text",
    [
        f"<|channel|>analysis<|message|>{DRAFT}<|end|>{FINAL}",
        f"<|start|>assistant<|channel|>analysis<|message|>\n{DRAFT}\n<|end|>\n{JSON}",
        f"a\n{DRAFT}\n<|end|>{FINAL}<|return|>",
        f"analysis<|message|>a<|end|>{FINAL}",
        "<|channel|>final<|message|>{}",
        f"<|channel|>analysis<|message|>a<|end|>{CALL}",
        f"analysisWe write it.\n{DRAFT}\nassistantfinal{{}}",
    ],
)
@pytest.mark.parametrize("answer", [FILE, PLAN, ABOUT_TAGS[-1]])
def test_of_channels_the_final_one_is_the_answer(text: str, answer: str) -> None:
    assert without_thoughts(text.replace("{}", answer)) == answer


def test_a_channel_for_reasoning_alone_is_no_answer() -> None:
    assert without_thoughts(f"<|channel|>analysis<|message|>Hm.\n{DRAFT}") == ""


@pytest.mark.parametrize("end", ["<|im_end|>", "</s>", "\n<|eot_id|>\n", "<|return|>", "</think>"])
def test_what_ends_a_turn_is_no_part_of_the_answer(end: str) -> None:
    assert without_thoughts(f"<think>Hm.</think>{FILE}{end}") == FILE


def test_a_byte_order_mark_and_a_tag_around_the_answer_are_removed() -> None:
    assert without_thoughts(f"\ufeff{PLAN}") == PLAN
    assert without_thoughts(f"<think>Hm.</think>\n<answer>\n{FILE}\n</answer>") == FILE


@pytest.mark.parametrize(
    "text",
    [
        "<think>" * 50_000,
        "</think>" * 50_000,
        "a </think>\n" * 30_000,
        "```python a.py\n</think>\n" * 15_000,
        "<|start|>assistant<|channel|>final<|message|>x" * 8_000,
        "<think>a</think>b\n" * 20_000,
        " " * 400_000 + "a",
        "</s>" * 100_000,
    ],
    ids=lambda text: text[:12].strip() or "blanks",
)
def test_hostile_text_is_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    without_thoughts(text)
    assert time.process_time() - started < 5
