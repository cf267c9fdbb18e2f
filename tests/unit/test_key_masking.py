"""No key in any text."""

import pytest

from toggle_core.key_masking import excerpt, scrub, without_keys

KEY = "zq7-f00dfeed5ca1ab1e0ddba11"


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}.",
        f"{KEY}{KEY}",
        f"key={KEY[:12]}... is wrong",
        f"it ends with {KEY[-10:]}",
        f"in the middle {KEY[5:16]} of it",
    ],
)
def test_a_key_or_a_part_that_gives_it_away_is_masked(text: str) -> None:
    scrubbed = scrub(text, [KEY])
    assert "[key]" in scrubbed
    assert not any(KEY[at : at + 8] in scrubbed for at in range(len(KEY) - 7))


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdef1234567890",
        "sk-ant-api03-abc*****xyz",
        "AIzaSyA1234567890abcdef",
        "Authorization: Bearer abc.def.ghi",
        "ptk_0123456789abcdef",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ],
)
def test_what_looks_like_anybodys_key_is_masked(text: str) -> None:
    assert text.rsplit(maxsplit=1)[-1] not in scrub(text, [])


def test_a_short_key_is_masked_as_a_whole() -> None:
    assert (
        scrub("the key abc1 is wrong, abc is not", ["abc1"]) == "the key [key] is wrong, abc is not"
    )


def test_text_without_a_key_stays_as_it_is() -> None:
    text = "The model qwen2.5-coder:7b is not loaded (error 500)."
    assert scrub(text, [KEY]) == text


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("a\n b" + " c" * 500, [], limit=20) == "a b c c c c c c c..."


def test_a_key_that_an_excerpt_would_cut_in_two_is_masked_first() -> None:
    assert "f00d" not in excerpt("x" * 30 + KEY, [KEY], limit=40)


def test_a_key_that_a_server_puts_into_an_answer_is_masked() -> None:
    assert without_keys(f'{{"goal": "Use {KEY}"}}', [KEY]) == '{"goal": "Use [key]"}'


def test_the_beginning_of_a_key_at_the_end_of_a_growing_answer_is_masked() -> None:
    assert without_keys(f"Use {KEY[:20]}", [KEY]) == "Use [key]"


@pytest.mark.parametrize("word", ["lm-studio", "ollama", "Authorization: Bearer abc.def.ghi"])
def test_words_of_an_answer_stay_as_they_are(word: str) -> None:
    text = f"Connect with {word}."
    assert without_keys(text, ["lm-studio", "ollama", KEY]) == text
