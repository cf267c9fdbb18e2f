"""The history over the API: filters, orders, exports and insights, and every wrong value."""

import csv
import io
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from tests.integration.sql import tell
from tests.integration.varied_runs import SOME, fill
from toggle_core.history.sorting import Sort
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rollup import COUNTING_LOCK
from toggle_core.store.database import Database

FILTERS = [
    "q=game",
    "status=failed",
    "verdict=not-production-ready",
    "builder=blueprints",
    "production=true",
    "production=false",
    "submitted_by=Ada",
    "created_from=2026-01-31",
    "created_to=2026-01-31",
    "created_from=2026-01-31&created_to=2026-02-01",
    "duration_from=5&duration_to=20.5",
    "needs_you=true",
    "needs_you=false",
    "works=true",
    "evidence=2&strength_from=48",
    "reason_code=model",
    "reason_code=untried&works=true",
    "failed_check=lint",
    "failed_check=tests&status=completed",
    "kind=web",
    "kind=api&production=true",
    "status=completed&needs_you=true",
    "q=create&status=completed&production=false&builder=blueprints&created_from=2026-01-31",
]


@pytest.fixture
def runs(shared_database: Database) -> list[dict[str, Any]]:
    return fill(shared_database)


def listed(api: httpx.Client, query: str) -> list[str]:
    page = api.get(f"/tasks?limit=200&{query}").raise_for_status().json()
    return [task["task_id"] for task in page["tasks"]]


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("query", FILTERS)
def test_lists_and_both_exports_have_the_same_runs(api: httpx.Client, query: str) -> None:
    expected = listed(api, query)
    assert 0 < len(expected) < SOME
    text = api.get(f"/runs.csv?{query}").raise_for_status().content.decode("utf-8-sig")
    assert [row["task_id"] for row in csv.DictReader(io.StringIO(text))] == expected
    content = api.get(f"/runs.parquet?{query}").raise_for_status().content
    assert pq.read_table(io.BytesIO(content)).column("task_id").to_pylist() == expected


@pytest.mark.parametrize("sort", Sort)
def test_each_order_has_pages(api: httpx.Client, runs: list[dict[str, Any]], sort: Sort) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        query = f"/tasks?sort={sort}&limit=50" + (f"&cursor={cursor}" if cursor else "")
        page = api.get(query).raise_for_status().json()
        seen += [task["task_id"] for task in page["tasks"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(str(run["id"]) for run in runs)


@pytest.mark.usefixtures("runs")
def test_a_cursor_of_another_order_is_refused(api: httpx.Client) -> None:
    cursor = api.get("/tasks?sort=longest&limit=5").json()["next"]
    answer = api.get(f"/tasks?sort=shortest&cursor={cursor}")
    assert (answer.status_code, answer.json()["field"]) == (422, "cursor")


def test_a_listed_task_says_what_lists_are_sorted_by(
    api: httpx.Client, runs: list[dict[str, Any]]
) -> None:
    [task] = api.get("/tasks?sort=most-tokens&limit=1").json()["tasks"]
    assert task["tokens_in"] + task["tokens_out"] == max(
        run["tokens_in"] + run["tokens_out"] for run in runs
    )
    assert task["submitted_by"] in {"Ada", "Grace", None}


# Wrong values.

WRONG = [
    ("verdict=perfect", "verdict"),
    ("verdict=", "verdict"),
    ("production=perhaps", "production"),
    ("builder=" + "x" * 201, "builder"),
    ("builder=a%00b", "builder"),
    ("submitted_by=%00", "submitted_by"),
    ("created_from=yesterday", "created_from"),
    ("created_from=1767225600", "created_from"),
    ("created_from=2026-02-30", "created_from"),
    ("created_to=2026-01-01T00:00:00Z", "created_to"),
    ("created_from=2026-01-02&created_to=2026-01-02", "created_to"),
    ("duration_from=long", "duration_from"),
    ("duration_from=-1", "duration_from"),
    ("duration_from=nan", "duration_from"),
    ("duration_to=inf", "duration_to"),
    ("needs_you=perhaps", "needs_you"),
    ("works=perhaps", "works"),
    ("evidence=3", "evidence"),
    ("strength_from=101", "strength_from"),
    ("strength_from=half", "strength_from"),
    ("reason_code=rain", "reason_code"),
    ("reason_code=", "reason_code"),
    ("failed_check=rain", "failed_check"),
    ("kind=boat", "kind"),
    ("duration_from=2&duration_to=1", "duration_to"),
]

WRONG_COLUMNS = [
    ("columns=", "columns"),
    ("columns=colour", "columns"),
    ("columns=task_id,", "columns"),
    ("columns=code&code=false", "columns"),
    ("columns=" + "x" * 1_001, "columns"),
    ("code=perhaps", "code"),
]


def refused(answer: httpx.Response, field: str) -> None:
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert set(problem) == {"detail", "field"}
    assert problem["field"] == field
    assert problem["detail"].startswith(f"{field}: ")
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize("place", ["/tasks", "/runs.csv", "/runs.parquet"])
@pytest.mark.parametrize(("query", "field"), WRONG)
def test_a_wrong_filter_is_refused_by_its_name(
    api: httpx.Client, place: str, query: str, field: str
) -> None:
    refused(api.get(f"{place}?{query}"), field)


@pytest.mark.parametrize("place", ["/runs.csv", "/runs.parquet"])
@pytest.mark.parametrize(("query", "field"), WRONG_COLUMNS)
def test_wrong_columns_are_refused(api: httpx.Client, place: str, query: str, field: str) -> None:
    refused(api.get(f"{place}?{query}"), field)


@pytest.mark.parametrize(("query", "field"), [("sort=", "sort"), ("sort=colour", "sort")])
def test_an_order_that_is_none_is_refused(api: httpx.Client, query: str, field: str) -> None:
    refused(api.get(f"/tasks?{query}"), field)


# Exports.


@pytest.mark.usefixtures("runs")
def test_columns_are_chosen_and_the_name_tells_the_filter(api: httpx.Client) -> None:
    answer = api.get("/runs.csv?columns=status,task_id&verdict=draft&created_from=2026-01-31")
    assert answer.content.startswith(b"\xef\xbb\xbfstatus,task_id\n")
    assert answer.headers["Content-Disposition"].endswith('_draft_from-2026-01-31.csv"')
    header = api.get("/runs.csv?code=false").content.splitlines()[0]
    assert b"code" not in header.split(b",")


@pytest.mark.usefixtures("runs")
def test_a_parquet_file_is_sent_as_one(api: httpx.Client) -> None:
    answer = api.get("/runs.parquet?code=false&status=failed")
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"
    assert answer.headers["Content-Disposition"].endswith('_failed.parquet"')
    assert "code" not in pq.read_schema(io.BytesIO(answer.content)).names


@pytest.mark.parametrize("place", ["/runs.csv", "/runs.parquet"])
def test_a_transfer_that_is_cut_off_is_broken_for_the_client(
    api: httpx.Client, shared_database: Database, place: str
) -> None:
    fill(shared_database, 3_000)
    tell(
        shared_database,
        "INSERT INTO checkpoints (thread_id, checkpoint_id, checkpoint) SELECT id::text, '1',"
        " jsonb_build_object('channel_values', jsonb_build_object('code', code))"
        " FROM runs, repeat(md5(random()::text), 1000) AS code",
    )
    with api.stream("GET", place) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_raw(16_384)
        next(pieces)
        tell(
            shared_database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query ~ '^(COPY|DECLARE|FETCH)' AND pid <> pg_backend_pid()",
        )
        with pytest.raises(httpx.RemoteProtocolError):
            list(pieces)


# Insights.


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("name", Insight)
def test_an_insight_is_a_file(api: httpx.Client, name: Insight) -> None:
    answer = api.get(f"/insights/{name}.csv").raise_for_status()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{name}_2' in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert api.get(f"/insights/{name}.csv?raw=true").content == answer.content[3:]


def test_an_insight_knows_the_runs_of_this_moment(
    api: httpx.Client, shared_database: Database
) -> None:
    def runs_of(query: str = "") -> int:
        text = api.get(f"/insights/runs-per-day.csv?{query}").raise_for_status().text
        return sum(int(row["runs"]) for row in csv.DictReader(io.StringIO(text)))

    assert runs_of() == 0
    fill(shared_database, 9)
    assert runs_of() == 9
    assert runs_of("created_to=2026-01-30") == 0
    assert runs_of("created_from=2026-01-30&created_to=2026-01-31") == 9


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "US/Pacific", "Europe/Kyiv"])
def test_hours_are_given_in_a_zone_by_any_of_its_names(api: httpx.Client, zone: str) -> None:
    answer = api.get("/insights/hours.csv", params={"zone": zone})
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == 1 + 7 * 24


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("/insights/weather.csv", "name"),
        ("/insights/hours.csv?zone=Etc/Unknown", "zone"),
        ("/insights/hours.csv?zone=%2B05:30", "zone"),
        ("/insights/hours.csv?zone=%00", "zone"),
        ("/insights/hours.csv?zone=Mars", "zone"),
        ("/insights/hours.csv?zone=", "zone"),
        ("/insights/stages.csv?created_from=soon", "created_from"),
        ("/insights/stages.csv?created_from=2026-01-02&created_to=2026-01-01", "created_to"),
    ],
)
def test_a_wrong_question_is_refused_by_its_name(api: httpx.Client, place: str, field: str) -> None:
    refused(api.get(place), field)


@pytest.mark.usefixtures("runs")
def test_while_days_were_never_counted_it_is_said(
    api: httpx.Client, shared_database: Database
) -> None:
    with shared_database.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({COUNTING_LOCK})")
        answer = api.get("/insights/gates.csv")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "are being counted for the first time" in answer.json()["detail"]
    assert api.get("/insights/gates.csv").status_code == 200
