"""Exports with chosen columns, with or without code, for people or for programs."""

import csv
import io

import pytest

from tests.integration.sql import tell
from tests.integration.varied_runs import fill
from toggle_core.errors import FilterRefused
from toggle_core.exports.columns import COLUMNS, choose_columns
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.history.query import RunFilter
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database

EVERYTHING = RunFilter()


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def test_columns_come_in_the_order_that_was_asked_for(database: Database) -> None:
    submit(database, "Ask", builder="quick")
    columns = choose_columns("builder, description,builder")
    content = b"".join(piece.content for piece in csv_pieces(database, EVERYTHING, columns))
    assert content.decode("utf-8-sig") == "builder,description\nquick,Ask\n"


def test_all_columns_are_there_unless_chosen_and_code_can_be_left_out() -> None:
    assert choose_columns() == tuple(COLUMNS)
    assert choose_columns(code=False) == tuple(name for name in COLUMNS if name != "code")
    assert choose_columns("code,plan", code=False) == ("plan",)


@pytest.mark.parametrize(
    ("names", "code"),
    [("task", True), ("", True), ("task_id,", True), ("code", False), (";", True)],
)
def test_a_choice_that_leaves_no_column_or_names_none_is_refused(names: str, code: bool) -> None:
    with pytest.raises(FilterRefused, match=r"^columns: "):
        choose_columns(names, code=code)


def test_for_programs_every_text_is_as_it_is(database: Database) -> None:
    submit(database, "=1+1", builder="quick")
    columns = choose_columns("description")
    content = b"".join(
        piece.content for piece in csv_pieces(database, EVERYTHING, columns, raw=True)
    )
    assert content == b"description\n=1+1\n"


def test_pieces_tell_how_many_runs_are_in_them(database: Database) -> None:
    rows = fill(database)
    pieces = list(csv_pieces(database, EVERYTHING))
    assert sum(piece.rows for piece in pieces) == len(rows)
    read = csv.reader(io.StringIO(b"".join(piece.content for piece in pieces).decode("utf-8-sig")))
    assert len(list(read)) == len(rows) + 1


def test_checkpoints_are_read_only_where_a_column_needs_them(database: Database) -> None:
    submit(database, "Ask", builder="quick")
    tell(database, "ALTER TABLE checkpoints RENAME TO hidden")
    try:
        list(csv_pieces(database, EVERYTHING, choose_columns("task_id,duration_seconds")))
    finally:
        tell(database, "ALTER TABLE hidden RENAME TO checkpoints")
