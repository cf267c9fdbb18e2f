"""Reading a task as words."""

import time

import pytest

from toggle_core.builders.blueprints.vocabulary import merges
from toggle_core.builders.blueprints.words import Word, read_words, stem

MERGES = merges({"todo": ["to do"], "cli": ["command line", "command line interface"]})


def read(task: str) -> list[str]:
    return [word.text for word in read_words(task, MERGES)]


def only(task: str) -> Word:
    (word,) = read_words(task, MERGES)
    return word


@pytest.mark.parametrize(
    "forms",
    [
        ("task", "tasks", "tasking"),
        ("track", "tracks", "tracked", "tracking"),
        ("save", "saves", "saved", "saving"),
        ("create", "creates", "created", "creating"),
        ("plan", "plans", "planned", "planning"),
        ("city", "cities"),
        ("movie", "movies"),
        ("box", "boxes"),
        ("analyse", "analyze", "analyses", "analyzing", "analysing"),
        ("colour", "color", "colours"),
        ("metre", "meter", "metres", "meters"),
        ("kilometre", "kilometer"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len(set(map(stem, forms))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("not", "notes"), ("mile", "mill"), ("todo", "to"), ("bus", "bu"), ("is", "i")],
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_several_words_count_as_one() -> None:
    assert read("To-do by command-line interface") == ["todo", "by", "cli"]


def test_a_text_in_quotation_marks_is_one_word() -> None:
    for task in (
        '"Acme & Co"',
        "“Acme & Co”",
        "«Acme & Co»",
        "'Acme & Co'",
        "\u2018Acme & Co\u2019",
    ):
        word = only(task)
        assert (word.text, word.is_quoted) == ("Acme & Co", True)


def test_quotation_marks_can_be_read_as_nothing() -> None:
    words = read_words('a "hello world" app', MERGES, quotes=False)
    assert [word.text for word in words] == ["a", "hello", "world", "app"]


def test_an_apostrophe_is_no_quotation_mark() -> None:
    words = read_words("Maria's and Ben's lists don't", MERGES)
    assert [word.text for word in words] == ["maria", "and", "ben", "lists", "not"]
    assert [word.is_possessive for word in words] == [True, False, True, False, False]


def test_punctuation_opens_clauses_and_sentences() -> None:
    words = read_words("One, two. Three\nfour for Dr. Five", MERGES)
    assert [word.opens_clause for word in words] == [True, True, True, True, False, False, False]
    assert [word.opens_sentence for word in words] == [
        *(True, False, True, True),
        *(False, False, False),
    ]


def test_signs_and_languages_are_words() -> None:
    assert read("C++, C# and 20% in €") == ["c++", "c#", "and", "20%", "in", "€"]


def test_offsets_point_into_the_task() -> None:
    task = "  Héllo,  wörld "
    assert [task[word.start : word.end] for word in read_words(task, MERGES)] == ["Héllo", "wörld"]


@pytest.mark.parametrize("text", ['"', "'", "'a", "“", "a.", "Ab's ", "-", "1.", "c+"])
def test_ten_thousand_characters_are_read_at_once(text: str) -> None:
    began = time.process_time()
    read_words((text * 10_000)[:10_000], MERGES)
    assert time.process_time() - began < 10
