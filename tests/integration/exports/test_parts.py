"""The details of runs, exported separately."""

import csv
import io
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
from psycopg.types.json import Jsonb

from tests.integration.sql import ask, tell
from toggle_core.exports.parts import PARTS
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database

PROOF: list[Any] = [
    *(3, 1, 2, 0, 0, "seed", 1.5),
    [
        ["main.py", 7, "total", "return a + b", "return a - b", ["test_a", "test_b"]],
        ["main.py", 9, "share", "=1+1", "if x > 1:", []],
    ],
    *([], 0, 0),
]
PROMISES = [["p1", "It adds.", "kept", "", []], ["p2", "=It shares.", "broken", "It did not.", []]]


@pytest.fixture
def proved(shared_database: Database) -> str:
    """The id of a run with an attempt, two gates and some events; another run has nothing."""
    database = shared_database
    run_id = submit(database, "Add things up", builder="quick").task_id
    submit(database, "Do nothing", builder="quick")
    tell(
        database,
        "INSERT INTO attempts (run_id, attempt, files, entry, seconds, tokens_in, tokens_out)"
        " VALUES (%(id)s, 1, '{}', 'main.py', 2.5, 10, 20)",
        id=run_id,
    )
    for gate, promises, proof in (("promises", PROMISES, None), ("proof", [], PROOF)):
        tell(
            database,
            "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail,"
            " output, pages, promises, proof) VALUES (%(id)s, 1, %(gate)s, 'passed', 1.25,"
            " 'Fine.', '', '', '[]', %(promises)s, %(proof)s)",
            id=run_id,
            gate=gate,
            promises=Jsonb(promises),
            proof=Jsonb(proof) if proof else None,
        )
    return str(run_id)


def rows(api: httpx.Client, part: str, **query: str) -> list[dict[str, str]]:
    """The rows of a part's CSV file."""
    answer = api.get(f"/exports/{part}.csv", params=query).raise_for_status()
    assert f'filename="{part}_' in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_each_part_has_its_rows(api: httpx.Client, proved: str) -> None:
    [attempt] = rows(api, "attempts")
    assert attempt.pop("at").endswith("Z")
    assert attempt == {
        "task_id": proved,
        "attempt": "1",
        "entry": "main.py",
        "seconds": "2.5",
        "tokens_in": "10",
        "tokens_out": "20",
    }
    assert [(row["gate"], row["summary"]) for row in rows(api, "gates")] == [
        ("promises", "Fine."),
        ("proof", "Fine."),
    ]
    promises = rows(api, "promises")
    assert [(row["number"], row["promise_id"], row["outcome"]) for row in promises] == [
        ("1", "p1", "kept"),
        ("2", "p2", "broken"),
    ]
    assert [row["sentence"] for row in promises] == ["It adds.", "'=It shares."]
    mistakes = rows(api, "missed-mistakes")
    assert [(row["line"], row["function"], row["tests"]) for row in mistakes] == [
        ("7", "total", "2"),
        ("9", "share", "0"),
    ]
    assert [row["before"] for row in mistakes] == ["return a + b", "'=1+1"]


def test_parts_take_the_filter_of_runs(
    api: httpx.Client, proved: str, shared_database: Database
) -> None:
    events = rows(api, "events")
    [counted] = ask(shared_database, "SELECT count(*) FROM run_events WHERE kind <> 'text'")
    assert len(events) == counted["count"]
    assert {row["task_id"] for row in rows(api, "events", q="add")} == {proved}
    assert rows(api, "gates", q="nothing") == []
    assert api.get("/exports/events.csv", params={"status": "asleep"}).status_code == 422


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.usefixtures("proved")
def test_both_kinds_of_file_say_the_same(api: httpx.Client, part: str) -> None:
    answer = api.get(f"/exports/{part}.parquet").raise_for_status()
    table = pq.read_table(io.BytesIO(answer.content))
    found = rows(api, part, raw="true")
    assert table.column_names == list(PARTS[part].columns) == list(found[0])
    assert [row["task_id"] for row in table.to_pylist()] == [row["task_id"] for row in found]
    texts = table.select(["task_id", table.column_names[1]]).to_pylist()
    assert [str(row[table.column_names[1]]) for row in texts] == [
        row[table.column_names[1]] for row in found
    ]
    for field in table.schema:
        assert field.metadata[b"description"], field.name


def test_an_unknown_part_is_refused(api: httpx.Client) -> None:
    assert api.get("/exports/secrets.csv").status_code == 422


def test_every_part_is_a_choice_of_the_api(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    assert document["components"]["schemas"]["Part"]["enum"] == list(PARTS)
