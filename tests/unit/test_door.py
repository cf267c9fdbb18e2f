"""What is refused at the door, and with which sentence."""

import pytest

from toggle_core.errors import (
    IdempotencyKeyRefused,
    TaskBlank,
    TaskNotText,
    TaskRefused,
    TaskTooLong,
)
from toggle_core.runs.door import check_idempotency_key, check_task

UNSEEN = {
    "nothing": "",
    "spaces": "   ",
    "lines": "\r\n\n",
    "tabs": "\t\v\f",
    "no-break spaces": "\u00a0\u202f\u2007",
    "wide spaces": "\u3000\u2003",
    "separators": "\u2028\u2029\x1c\x85",
    "zero width space": "\u200b",
    "zero width joiners": "\u200c\u200d\u2060\ufeff",
    "soft hyphen": "\u00ad",
    "directions": "\u200e\u202e\u2066\u2069",
    "controls": "\x01\x1b\x7f",
    "Hangul fillers": "\u3164\u115f\u1160\uffa0",
    "Braille blank": "\u2800",
    "grapheme joiner": "\u034f",
    "variation selectors": "\ufe0f\U000e0100",
    "tags": "\U000e0041",
    "private use": "\ue000",
    "all of them": " \u200b\u3164\t\u2800\ufe0f ",
}


@pytest.mark.parametrize("text", UNSEEN.values(), ids=UNSEEN)
def test_a_task_that_nobody_can_see_is_blank(text: str) -> None:
    with pytest.raises(TaskBlank, match=r"^The task is empty\. Say in a sentence"):
        check_task(text)


@pytest.mark.parametrize("text", ["x", "?", "7", "é", "字", "🚀", "❤\ufe0f", "\u200bx", "م"])
def test_one_character_that_can_be_seen_is_enough(text: str) -> None:
    assert check_task(text) == text


def test_white_space_around_a_task_does_not_belong_to_it() -> None:
    assert check_task("\n Make\n a page \t") == "Make\n a page"


@pytest.mark.parametrize("character", ["x", "é", "字", "🚀"])
def test_ten_thousand_characters_are_accepted_whatever_their_bytes(character: str) -> None:
    task = character * 10_000
    assert check_task(f" {task} ") == task


@pytest.mark.parametrize("character", ["x", "🚀"])
def test_one_character_more_is_refused_with_both_numbers(character: str) -> None:
    with pytest.raises(TaskTooLong, match="has 10,001 characters; at most 10,000 are accepted"):
        check_task(character * 10_001)


@pytest.mark.parametrize("bad", [chr(0), chr(0xD800), chr(0xDC80), chr(0xDFFF)])
def test_what_is_no_text_is_refused_with_its_place(bad: str) -> None:
    with pytest.raises(TaskNotText, match=r"\(character 4\)"):
        check_task(f"abc{bad}d")


def test_what_is_no_text_is_told_before_its_length_or_its_emptiness() -> None:
    for text in ("\x00", "\x00" * 10_001):
        with pytest.raises(TaskNotText, match=r"\(character 1\)"):
            check_task(text)


@pytest.mark.parametrize(
    "refusal", [TaskBlank(), TaskTooLong(length=1, limit=1), TaskNotText(position=1)]
)
def test_a_refusal_names_its_field(refusal: TaskRefused) -> None:
    assert refusal.field == "description"


@pytest.mark.parametrize(
    "key", ["k", "x" * 200, "0f8fad5b-d9cb-469f-a165-70867728950e", "!~\"'\\;"]
)
def test_a_key_of_printable_ascii_is_accepted(key: str) -> None:
    assert check_idempotency_key(key) == key


def test_no_key_is_no_key() -> None:
    assert check_idempotency_key(None) is None


@pytest.mark.parametrize(
    "key", ["", "x" * 201, "two words", " k", "k\n", "é", "\x00", "\x7f", "\ud800", "k\u200b"]
)
def test_a_key_that_cannot_be_compared_is_refused(key: str) -> None:
    with pytest.raises(IdempotencyKeyRefused) as refusal:
        check_idempotency_key(key)
    assert refusal.value.field == "Idempotency-Key"
