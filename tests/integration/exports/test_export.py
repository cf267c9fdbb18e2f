"""Runs as CSV: complete, streamed, harmless in a spreadsheet, and read back as they were."""

import csv
import io
from pathlib import Path
from uuid import UUID

import duckdb
import pandas as pd
import pytest

from tests.integration.sql import give_checkpoint, tell
from toggle_core.csv_formulas import harmless
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.history import reads
from toggle_core.history.query import RunFilter
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.tables import RunRow
from toggle_core.words import Status

EVERYTHING = RunFilter()

INTERNAL = {
    *("lease", "worker", "tokens", "words"),
    *("turn", "strikes", "deadline_seconds", "seconds_left", "deadline_at", "changed"),
    "sent_promises",
}
"""How workers share a run says nothing to a person, nor does what Postgres finds it by."""

RENAMED = {
    "id": "task_id",
    "task": "description",
    "duration": "duration_seconds",
    "promises_count": "promises",
}
"""The first two as in the API."""

CODE = 'def main():\r\n\tprint("a, b; \'c\'")\n\n    # "quoted",""\n\\.\nend\n'
"""Lines of both kinds, every delimiter, quotes, and what ends a COPY of text."""


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def exported(database: Database, wanted: RunFilter = EVERYTHING) -> bytes:
    return b"".join(piece.content for piece in csv_pieces(database, wanted))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def run_with(database: Database, task: str = "Ask", **channels: str) -> UUID:
    """A run whose newest checkpoint holds these channels."""
    run_id = submit(database, task, builder="quick").task_id
    give_checkpoint(database, run_id, channels)
    return run_id


def test_the_file_begins_with_a_byte_order_mark_and_a_header(database: Database) -> None:
    assert exported(database).startswith(b"\xef\xbb\xbftask_id,description,")


def test_every_column_of_a_run_is_there_with_plan_and_code(database: Database) -> None:
    [header] = csv.reader(io.StringIO(exported(database).decode("utf-8-sig")))
    of_runs = {
        RENAMED.get(column.key, column.key) for column in RunRow.__table__.columns
    } - INTERNAL
    made = {"plan", "code", "entry", "how_to_run", "response"}
    assert of_runs | {"project_name", "reason"} | made == set(header)
    assert len(header) == len(set(header))


def test_without_runs_there_is_the_header_alone(database: Database) -> None:
    content = exported(database, RunFilter(search="nothing like it"))
    assert content.count(b"\n") == 1
    assert rows(content) == []


def test_the_cells_hold_what_the_database_holds(database: Database) -> None:
    run_id = run_with(database, "Make a page", plan="1. Write it", code=CODE, entry="main.py")
    tell(
        database,
        """
        UPDATE runs SET status = 'completed', stage = 'done', verdict = 'draft', attempt = 1,
               takeovers = 2, tokens_in = 3, tokens_out = 4, submitted_by = 'Ada',
               idempotency_key = 'key-1',
               created_at = '2026-03-29 03:04:05.6+02', started_at = '2026-03-29 03:04:06+02',
               finished_at = '2026-12-31 23:59:59.999999Z', working_seconds = 4.5,
               waiting_seconds = 0.25
        """,
    )
    [row] = rows(exported(database))
    assert row == {
        "task_id": str(run_id),
        "description": "Make a page",
        "production": "false",
        "review": "false",
        "status": "completed",
        "stage": "done",
        "verdict": "draft",
        "attempt": "1",
        "takeovers": "2",
        "priority": "0",
        "builder": "quick",
        "submitted_by": "Ada",
        "idempotency_key": "key-1",
        "parent_id": "",
        "error": "",
        "tokens_in": "3",
        "tokens_out": "4",
        "created_at": "2026-03-29T01:04:05.600000Z",
        "started_at": "2026-03-29T01:04:06.000000Z",
        "finished_at": "2026-12-31T23:59:59.999999Z",
        "cancel_requested_at": "",
        "duration_seconds": "24015353.999999",
        "plan": "1. Write it",
        "code": CODE,
        "entry": "main.py",
        "how_to_run": "",
        "response": "",
        "project_id": str(run_id),
        "project_name": "Make a page",
        "version": "1",
        **dict.fromkeys(("evidence", "promises", "promises_kept"), ""),
        **dict.fromkeys(("promises_untried", "left_out", "proof_strength", "works"), ""),
        "working_seconds": "4.5",
        "waiting_seconds": "0.25",
        "review_seconds": "",
        "reason": "",
        "reason_code": "",
        "failed_checks": "",
        "kind": "",
    }


def test_times_are_utc_whatever_zone_the_database_speaks(database: Database) -> None:
    submit(database, "Ask", builder="quick")
    tell(database, "UPDATE runs SET created_at = '2026-07-01 12:00Z'")
    abroad = open_database(conninfo_of(f"{database.conninfo} options='-c timezone=Asia/Tokyo'"))
    assert rows(exported(abroad))[0]["created_at"] == "2026-07-01T12:00:00.000000Z"


# Programs that read the file.

TEXTS = [CODE, "naïve ☃ 🚀", '"', '""', ",", "\n", "a\rb", "NULL", "0012", "true", " space ", "\\N"]


@pytest.fixture
def file(database: Database, tmp_path: Path) -> Path:
    """An export with a run for each of the texts, the first one newest."""
    for text in reversed(TEXTS):
        run_with(database, code=text)
    path = tmp_path / "runs.csv"
    path.write_bytes(exported(database))
    return path


def test_pandas_reads_the_code_as_it_was(file: Path) -> None:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False, lineterminator=None)
    assert list(frame["code"]) == TEXTS
    assert frame.columns[0] == "task_id"


def test_pythons_reader_reads_the_code_as_it_was(file: Path) -> None:
    assert [row["code"] for row in rows(file.read_bytes())] == TEXTS


def test_duckdb_reads_the_code_as_it_was(file: Path) -> None:
    query = "SELECT code, created_at FROM read_csv(?, all_varchar = true)"
    found = duckdb.sql(query, params=[str(file)]).fetchall()
    assert [code for code, _ in found] == TEXTS


def test_duckdb_understands_the_times_by_itself(file: Path) -> None:
    kind = duckdb.sql("SELECT typeof(created_at) FROM read_csv(?)", params=[str(file)])
    assert kind.fetchall()[0][0].startswith("TIMESTAMP")


def test_pandas_understands_the_times_by_itself(file: Path) -> None:
    frame = pd.read_csv(file, parse_dates=["created_at"])
    assert str(frame["created_at"].dt.tz) == "UTC"


# Spreadsheets.

FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', "-\n-"),
    *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)"),
    *(" =1", "\n=1", "\r\n=1", "\u00a0=1", "\u3000\uff1d1", "\x0b=1", "\x1f@A1"),
    *("\u200b=1", "\u200d-1", "\ufeff+1", "\u202e=1", "\u2060@A1", "\u00ad=1", "\ufe0f=1"),
    *(" \t\u200b \ufeff=1", "\tx", "\rx"),
]

LONG = " " * 2_000 + "=1"

HARMLESS = [
    *("", "x", "x=1", "a -1", "'=1", '"=1"', "(=1)", "1-1", "https://e.test/?a=1", "|cmd", "%0=1"),
    *(
        " x",
        "\nx",
        "\n\tx",
        "\u200bx",
        "  1+1",
        "\u3000字",
        "é=1",
        "🚀=1",
        "\u2212",
        "x" * 3_000,
        " " * 10,
    ),
]
"""No formulas, whatever stands behind their first character."""


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_a_spreadsheet_would_calculate_becomes_text(database: Database, formula: str) -> None:
    of_runs = ("description", "builder", "submitted_by", "idempotency_key", "error")
    of_checkpoints = ("plan", "code", "entry", "how_to_run", "response")
    run_with(database, "Ask", **dict.fromkeys(of_checkpoints, formula))
    tell(
        database,
        "UPDATE runs SET task = %(formula)s, builder = %(formula)s, submitted_by = %(formula)s,"
        " idempotency_key = %(formula)s, error = %(formula)s",
        formula=formula,
    )
    [row] = rows(exported(database))
    assert {row[name] for name in of_runs + of_checkpoints} == {f"'{formula}"}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_no_spreadsheet_would_calculate_stays_as_it_is(database: Database, text: str) -> None:
    run_with(database, "Ask", plan=text, code=text)
    [row] = rows(exported(database))
    assert (row["plan"], row["code"], harmless(text)) == (text, text, text)


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS, LONG])
def test_apostrophe_is_all_that_tells_a_cell_from_its_text(database: Database, text: str) -> None:
    run_with(database, "Ask", plan=text)
    [row] = rows(exported(database))
    assert row["plan"] == harmless(text)
    assert row["plan"].removeprefix("" if text in HARMLESS else "'") == text
    raw = b"".join(p.content for p in csv_pieces(database, EVERYTHING, ("plan",), raw=True))
    assert next(csv.DictReader(io.StringIO(raw.decode(), newline="")))["plan"] == text


def test_no_cell_of_any_column_begins_as_a_formula(database: Database) -> None:
    run_with(database, "=1", plan="=2", code="=3")
    [row] = rows(exported(database))
    assert [name for name, value in row.items() if value.startswith(tuple("=+-@\t\r"))] == []


def test_text_with_such_a_character_further_on_stays_as_it_is(database: Database) -> None:
    run_with(database, "to-do = @home", code="x\n=1\n-2")
    [row] = rows(exported(database))
    assert (row["description"], row["code"]) == ("to-do = @home", "x\n=1\n-2")


# Which runs.


def test_the_newest_run_comes_first(database: Database) -> None:
    ids = [submit(database, f"Task {number}", builder="quick").task_id for number in range(5)]
    assert [row["task_id"] for row in rows(exported(database))] == [str(i) for i in reversed(ids)]


def test_filters_select_what_lists_select(database: Database) -> None:
    ids = [submit(database, f"Task {number}", builder="quick").task_id for number in range(4)]
    tell(
        database,
        "UPDATE runs SET status = 'cancelled', stage = 'done', finished_at = now()"
        " WHERE task IN ('Task 1', 'Task 2')",
    )
    for wanted in (
        RunFilter(status=Status.CANCELLED),
        RunFilter(search="task 3"),
        RunFilter(search="%"),
        RunFilter(search="'; DROP TABLE runs; --"),
        RunFilter(ids=(ids[0], ids[2])),
        RunFilter(status=Status.CANCELLED, search="2", ids=tuple(ids)),
    ):
        listed = [str(run.id) for run in reads.list_runs(database, wanted).runs]
        assert [row["task_id"] for row in rows(exported(database, wanted))] == listed
