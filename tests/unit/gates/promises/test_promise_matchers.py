"""Matchers of promises: texts, numbers as numbers, and regular expressions in linear time."""

import re
import time
from typing import Any

import pytest

from toggle_core.gates.harness.promises.matchers import (
    check_matcher,
    describe_matcher,
    equal,
    fill_in_matcher,
    holds,
)
from toggle_core.gates.harness.promises.patterns import compile_pattern


@pytest.mark.parametrize(
    ("matcher", "text", "expected"),
    [
        ({"contains": "6"}, "16", False),
        ({"contains": "6"}, "total 6.00", True),
        ({"contains": "6"}, "6.5", False),
        ({"contains": "1234.5"}, "EUR 1,234.50", True),
        ({"contains": 1234.5}, "EUR 1,234.50", True),
        ({"contains": "1,234.50"}, "1234.5 EUR", True),
        ({"contains": "350"}, "a,120,350", True),
        ({"not_contains": "350"}, "a,120,350", False),
        ({"contains": "-5"}, "balance: -5", True),
        ({"contains": "-5"}, "balance: \u22125", True),
        ({"contains": "5"}, "balance: -5", False),
        ({"contains": "5"}, "pages 3-5", True),
        ({"contains": "2026-05-06"}, "on 2026-05-06.", True),
        ({"contains": "0 points"}, "100 points", False),
        ({"contains": "33.33333333333333333333"}, "33.333333333333336", True),
        ({"contains": "0.3"}, "0.30000000000000004", False),
        ({"contains": ["a", "b"]}, "a", False),
        ({"not_contains": ["x", "a"]}, "a", False),
        ({"contains": "Gr\u00fc\u00dfe"}, "Gru\u0308\u00dfe", True),
        ({"equals": "6"}, " 6\n", True),
        ({"equals": "6"}, "6 6", False),
        ({"equals": ["5", "6"]}, "6", True),
        ({"in_order": ["3", "2", "1"]}, "13 3\n2\n1", True),
        ({"in_order": ["3", "2", "1"]}, "3 1 2", False),
        ({"in_order": [["b", "c"], "d"]}, "b c d", True),
        ({"count": {"of": "x", "is": 2}}, "x y x", True),
        ({"count": {"of": "1", "is": 1}}, "1 11 111", True),
        ({"count": [{"of": "x", "is": 2}, {"of": "y", "is": 0}]}, "x y x", False),
        ({"matches": r"^\s*6(\.0+)?\s*$"}, "6.0\n", True),
        ({"not_matches": "(?i)error"}, "An ERROR", False),
        ({"contains": "a", "not_contains": "b"}, "ab", False),
    ],
)
def test_matchers_hold_as_described(matcher: Any, text: str, *, expected: bool) -> None:
    check_matcher(matcher)
    assert holds(matcher, text) is expected


def test_filled_in_values_stand_for_themselves_in_patterns() -> None:
    matcher = fill_in_matcher({"matches": ["^total ${n}$"]}, {"n": "1.5+"})
    assert holds(matcher, "total 1.5+")
    assert not holds(matcher, "total 1x55")


@pytest.mark.parametrize(
    "matcher",
    [
        *({}, {"has": "x"}, {"contains": ""}, {"contains": []}, {"contains": {"a": 1}}),
        *({"matches": "("}, {"matches": "(?=a)"}, {"matches": r"(a)\1"}, {"count": "x"}),
        *({"count": {"of": "x", "is": "many"}}, {"contains": None}, {"contains": True}, "text"),
    ],
)
def test_unusable_matchers_are_refused_in_a_sentence(matcher: Any) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        check_matcher(matcher)


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        *((20, 20.0, True), ("20", 20, True), (20, "20.00", True), (True, 1, False)),
        *((None, None, True), (None, "", False), ([1, "a"], [1.0, "a"], True)),
        *(({"a": 1}, {"a": "1"}, True), ({"a": 1}, {"a": 1, "b": 2}, False), ("a", ["a"], False)),
        *(("red", "red", True), ("red", "Red", False)),
    ],
)
def test_json_values_are_equal_by_number_and_text(expected: Any, found: Any, *, same: bool) -> None:
    assert equal(expected, found) is same


def test_matchers_are_described_in_words() -> None:
    matcher = {"contains": ["a", 5], "not_contains": "b", "count": {"of": "c", "is": 2}}
    assert describe_matcher(matcher) == (
        "contains “a”, “5” and does not contain “b” and has “c” 2 times"
    )


PATTERNS = [
    *(r"id=(\d+)", r"(?i)<h1", r"^\s*6(\.0+)?\s*$", r"[1-9]\d* points", r"-?\d+ ?°C", r"\bfoo\b"),
    *(
        r"a{2,3}b?",
        r"(a|ab)(c|bcd)",
        "x*",
        r"[^a-c]+z",
        "a.*?c",
        "(?m)^b$",
        "(?s)a.b",
        "(?i)straße",
    ),
    *(r"(\w+)@(\w+)", "a|b|", r"\S+\s\W", "(?:(?:a*)*)*b", r"\Aa", r"c\Z", "[^\\d]", "(?i:A)b"),
]
TEXTS = [
    *("", "id=12 id=3", "<H1>", " 6.00\n", "100 points", "5 °C", "a foo b", "aaab", "abcd", "xx"),
    *("dddz", "abcabc", "a\nb\nc", "STRASSE straße", "me@you", "a b!", "aaaaab", "Ab"),
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_find_what_the_usual_engine_finds(pattern: str) -> None:
    compiled = compile_pattern(pattern)
    for text in TEXTS:
        usual, found = re.search(pattern, text), compiled.search(text)
        expected = usual and (usual[0], usual[1] if usual.re.groups else None)
        assert (found and tuple(found)) == expected, text


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(a?){30}a{30}c", "(.*)*x"])
def test_exponential_patterns_take_linear_time(pattern: str) -> None:
    began = time.process_time()
    assert compile_pattern(pattern).search("a" * 1_000 + "!") is None
    assert time.process_time() - began < 10


def test_patterns_are_given_up_on_endless_work() -> None:
    with pytest.raises(ValueError, match="takes too long"):
        compile_pattern("(a?){200}b").search("a" * 100_000)
