"""Saved views: named filters that are kept, and read back whatever becomes of their words."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest

from tests.integration.sql import tell
from toggle_core.errors import (
    ToggleError,
    ViewNameRefused,
    ViewNameTaken,
    ViewNotFound,
    ViewsFull,
)
from toggle_core.history.query import RunFilter
from toggle_core.history.saved_views import delete_view, list_views, rename_view, save_view
from toggle_core.history.sorting import Sort
from toggle_core.store.database import Database
from toggle_core.words import VIEW_NAME_LIMIT, VIEWS_LIMIT, Evidence, ProgramKind, Status, Verdict

WANTED = RunFilter(
    status=Status.COMPLETED,
    search="to-do",
    verdict=Verdict.READY,
    builder="blueprints",
    production=True,
    submitted_by="Ada",
    created_from=date(2026, 1, 1),
    created_to=date(2026, 2, 1),
    duration_from=0.5,
    duration_to=60.0,
    works=False,
    evidence=Evidence.PROMISES,
    strength_from=80,
    reason_code="tests",
    failed_check="lint",
    kind=ProgramKind.BOT,
)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def names(database: Database) -> list[str]:
    return [view.name for view in list_views(database)]


def test_a_view_is_read_back_as_it_was_saved(database: Database) -> None:
    saved = save_view(database, "Ready in January", WANTED, Sort.LONGEST)
    assert list_views(database) == [saved]
    assert (saved.name, saved.wanted, saved.sort) == ("Ready in January", WANTED, Sort.LONGEST)


def test_views_are_listed_by_name_whatever_their_case(database: Database) -> None:
    for name in ("b", "C", "a"):
        save_view(database, name, RunFilter())
    assert names(database) == ["a", "b", "C"]


def test_white_space_in_a_name_is_tidied(database: Database) -> None:
    assert save_view(database, "  Failed \n today ", RunFilter()).name == "Failed today"


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * (VIEW_NAME_LIMIT + 1), "a\x00b", "\ud800", "\u200b"]
)
def test_a_name_that_nobody_can_read_is_refused(database: Database, name: str) -> None:
    view = save_view(database, "Good", RunFilter())
    with pytest.raises(ViewNameRefused, match="1 to 80"):
        save_view(database, name, RunFilter())
    with pytest.raises(ViewNameRefused):
        rename_view(database, view.id, name)
    assert names(database) == ["Good"]


def test_a_name_is_used_once(database: Database) -> None:
    save_view(database, "Failed", RunFilter())
    other = save_view(database, "Other", RunFilter())
    with pytest.raises(ViewNameTaken, match="named Failed"):
        save_view(database, "Failed", WANTED)
    with pytest.raises(ViewNameTaken, match="named Failed"):
        rename_view(database, other.id, "Failed")
    assert names(database) == ["Failed", "Other"]


def test_a_view_is_renamed_and_keeps_the_rest(database: Database) -> None:
    view = save_view(database, "Old", WANTED, Sort.OLDEST)
    rename_view(database, view.id, "New")
    [renamed] = list_views(database)
    assert (renamed.id, renamed.name, renamed.wanted) == (view.id, "New", WANTED)


def test_a_deleted_view_is_gone_and_stays_gone(database: Database) -> None:
    view = save_view(database, "Old", RunFilter())
    delete_view(database, view.id)
    delete_view(database, view.id)
    assert names(database) == []
    with pytest.raises(ViewNotFound):
        rename_view(database, view.id, "New")


def test_there_are_fifty_places_and_a_free_one_is_used_again(database: Database) -> None:
    views = [save_view(database, f"View {number}", RunFilter()) for number in range(VIEWS_LIMIT)]
    with pytest.raises(ViewsFull, match="50"):
        save_view(database, "One more", RunFilter())
    delete_view(database, views[17].id)
    save_view(database, "One more", RunFilter())
    assert len(names(database)) == VIEWS_LIMIT


def test_two_who_save_at_the_same_time_both_find_a_place(database: Database) -> None:
    def save(number: int) -> ToggleError | None:
        try:
            save_view(database, f"View {number}", RunFilter())
        except ToggleError as error:
            return error
        return None

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(save, range(24))) == {None}
    assert len(names(database)) == 24


# Views of other versions.

KEPT = [
    ({}, RunFilter()),
    ([], RunFilter()),
    ("text", RunFilter()),
    ({"parameters": []}, RunFilter()),
    ({"parameters": {"status": "failed", "q": "x"}}, RunFilter(status=Status.FAILED, search="x")),
    ({"parameters": {"status": "stuck", "q": "x"}}, RunFilter(search="x")),
    ({"parameters": {"status": 1, "colour": "red"}, "sort": {}}, RunFilter()),
    ({"parameters": {"created_from": "soon"}, "sort": "by colour"}, RunFilter()),
    (
        {"parameters": {"created_from": "2026-02-01", "created_to": "2026-01-01"}},
        RunFilter(created_from=date(2026, 2, 1)),
    ),
    ({"parameters": {"duration_from": "-1", "builder": "x" * 999}, "form": 99}, RunFilter()),
]


@pytest.mark.parametrize(("kept", "expected"), KEPT)
def test_what_is_no_longer_known_narrows_nothing(
    database: Database, kept: object, expected: RunFilter
) -> None:
    tell(
        database,
        "INSERT INTO saved_views (id, name, place, filter)"
        " VALUES (%(id)s, 'Other', 1, %(kept)s::jsonb)",
        id=uuid4(),
        kept=json.dumps(kept),
    )
    [view] = list_views(database)
    assert (view.wanted, view.sort) == (expected, Sort.NEWEST)
