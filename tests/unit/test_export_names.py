"""An exported file is named for its day and its filter, and for nothing harmful."""

import re
from datetime import UTC, datetime

import pytest

from toggle_core.runs.export import file_name
from toggle_core.runs.query import RunFilter
from toggle_core.words import Status


def test_without_a_filter_the_name_has_the_date() -> None:
    before = datetime.now(UTC).date()
    name = file_name(RunFilter(), "csv")
    assert name in {f"runs_{day}.csv" for day in (before, datetime.now(UTC).date())}


def test_status_and_words_of_the_search_are_in_the_name() -> None:
    name = file_name(RunFilter(status=Status.FAILED, search="To-do LIST for 2 people"), "parquet")
    assert name.endswith("_failed_to-do-list.parquet")


@pytest.mark.parametrize("search", ['"; rm -rf /', "../../etc", "a\r\nSet-Cookie: b", "😀", "日本"])
def test_no_search_gets_more_into_the_name_than_letters(search: str) -> None:
    assert re.fullmatch(
        r"runs_[\d-]+(_[a-z0-9-]+)?\.csv", file_name(RunFilter(search=search), "csv")
    )


def test_a_long_search_makes_no_endless_name() -> None:
    assert len(file_name(RunFilter(search="x" * 10_000), "csv")) < 100
