"""Plurals of the nouns that blueprints know."""

import pytest

from toggle_core.builders.blueprints.inflection import plural


@pytest.mark.parametrize(
    ("noun", "many"),
    [("book", "books"), ("bus", "buses"), ("story", "stories"), ("toy", "toys"), ("news", "news")],
)
def test_plural_of_a_noun_is_regular_except_for_those_without_one(noun: str, many: str) -> None:
    assert plural(noun) == many
