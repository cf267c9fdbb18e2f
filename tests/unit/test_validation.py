"""What is refused at the door, and with which sentence."""

import re

import pytest

from toggle_core.errors import (
    IdempotencyKeyRefused,
    PlanNotText,
    ReasonRefused,
    TaskBlank,
    TaskNotText,
    TaskRefused,
    TaskTooLong,
)
from toggle_core.runs.validation import check_idempotency_key, check_plan, check_reason, check_task

UNSEEN = {
    "nothing": "",
    "spaces": "   ",
    "lines": "\r\n\n",
    "tabs": "\t\t",
    "no-break spaces": "\u00a0\u202f\u2007",
    "wide spaces": "\u3000\u2003",
    "separators": "\u2028\u2029",
    "zero width space": "\u200b",
    "zero width joiners": "\u200c\u200d\u2060\ufeff",
    "soft hyphen": "\u00ad",
    "marks of direction": "\u200e\u200f\u061c",
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


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ("\x00", "U+0000 (null)"),
        ("\x07", "U+0007 (bell)"),
        ("\x08", "U+0008 (backspace)"),
        ("\x0b", "U+000B (vertical tab)"),
        ("\x0c", "U+000C (form feed)"),
        ("\x1b", "U+001B (escape)"),
        ("\x1f", "U+001F (control character)"),
        ("\x7f", "U+007F (delete)"),
        ("\x85", "U+0085 (control character)"),
        ("\x9b", "U+009B (control character)"),
        ("\u202a", "U+202A (left-to-right embedding)"),
        ("\u202b", "U+202B (right-to-left embedding)"),
        ("\u202c", "U+202C (pop directional formatting)"),
        ("\u202d", "U+202D (left-to-right override)"),
        ("\u202e", "U+202E (right-to-left override)"),
        ("\u2066", "U+2066 (left-to-right isolate)"),
        ("\u2067", "U+2067 (right-to-left isolate)"),
        ("\u2068", "U+2068 (first strong isolate)"),
        ("\u2069", "U+2069 (pop directional isolate)"),
        ("\ud800", "U+D800 (half a character)"),
        ("\udfff", "U+DFFF (half a character)"),
    ],
)
def test_character_that_is_not_accepted_is_named_with_its_position(bad: str, name: str) -> None:
    for check, refusal in ((check_task, TaskNotText), (check_plan, PlanNotText)):
        with pytest.raises(refusal, match=re.escape(f"{name}, at position 4.")):
            check(f"abc{bad}d")
    with pytest.raises(ReasonRefused):
        check_reason(f"abc{bad}d")


@pytest.mark.parametrize(
    "task",
    [
        "Eine Übersicht für Größen, bitte\tmit Tabelle\r\nund Fußnote",
        "एक टू-डू सूची बनाओ, क्\u200dष और र्\u200cय के साथ",
        "أنشئ قائمة مهام بسيطة",
        "צור רשימת מטלות (C++\u200f)",
        "می\u200cخواهم",  # noqa: RUF001  Persian
        "Build a shop 👩\u200d💻 with a heart ❤\ufe0f",
        "Fly 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "\ufeffText of an editor that begins with a mark",
        "Trennung: Zeilen\u00adumbruch",
        "日本語のタスク",
    ],
)
def test_ordinary_text_of_any_language_is_accepted(task: str) -> None:
    assert check_task(task) == task
    assert check_plan(task) == task


def test_what_is_no_text_is_told_before_its_length_or_its_emptiness() -> None:
    for text in ("\x00", "\x00" * 10_001):
        with pytest.raises(TaskNotText, match="at position 1"):
            check_task(text)


@pytest.mark.parametrize(
    "refusal", [TaskBlank(), TaskTooLong(length=1, limit=1), TaskNotText(character="", position=1)]
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
