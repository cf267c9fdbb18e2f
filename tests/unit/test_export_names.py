"""An exported file is named for its day and its filter, and for nothing harmful."""

import re
from datetime import UTC, date, datetime

import pytest

from toggle_core.exports.request import file_name
from toggle_core.history.query import RunFilter
from toggle_core.words import Evidence, ProgramKind, Status, Verdict


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


def test_every_part_of_the_filter_is_in_the_name() -> None:
    wanted = RunFilter(
        status=Status.COMPLETED,
        verdict=Verdict.READY,
        production=True,
        builder="openai:gpt-5-mini",
        submitted_by="Ada <ada@example.com>",
        created_from=date(2026, 1, 1),
        created_to=date(2026, 2, 1),
        duration_from=0.5,
        duration_to=60.0,
        works=False,
        evidence=Evidence.PROMISES,
        strength_from=80,
        reason_code="not-built",
        failed_check="types",
        kind=ProgramKind.CLI,
    )
    assert file_name(wanted, "csv").partition("_completed_")[2] == (
        "production-ready_production_openai-gpt-5-mini_ada-ada-example-com"
        "_not-works_evidence-2_reason-not-built_types-failed_cli_strength-80_from-2026-01-01_before-2026-02-01_over-0-5-s_under-60-s.csv"
    )
    assert file_name(RunFilter(production=False), "csv").endswith("_drafts.csv")
