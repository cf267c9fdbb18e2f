"""Every filter leaves exactly the runs that it says, in lists, numbers and exports alike."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.integration.sql import plan_of, tell
from tests.integration.varied_runs import fill
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.history import pagination, reads
from toggle_core.history.counts import count_by_state, count_exactly
from toggle_core.history.query import RunFilter
from toggle_core.store.database import Database
from toggle_core.words import Evidence, ProgramKind, Status, Verdict

Row = dict[str, Any]

FIRST_DAY = date(2026, 1, 31)
LAST_DAY = date(2026, 2, 1)
FIRST_MOMENT = datetime(2026, 1, 31, tzinfo=UTC)
END = datetime(2026, 2, 1, tzinfo=UTC)


def needs_you(run: Row) -> bool:
    return (
        run["status"] == "failed"
        or (run["verdict"] == "not-production-ready" and not run["works"])
        or run["stage"] == "reviewing"
    )


FILTERS: dict[str, tuple[RunFilter, Callable[[Row], bool]]] = {
    "all": (RunFilter(), lambda _: True),
    "status": (RunFilter(status=Status.FAILED), lambda run: run["status"] == "failed"),
    "verdict": (RunFilter(verdict=Verdict.READY), lambda run: run["verdict"] == "production-ready"),
    "verdict of another status": (
        RunFilter(verdict=Verdict.DRAFT, status=Status.FAILED),
        lambda _: False,
    ),
    "verdict and its status": (
        RunFilter(verdict=Verdict.DRAFT, status=Status.COMPLETED),
        lambda run: run["verdict"] == "draft",
    ),
    "builder": (
        RunFilter(builder="openai:gpt-5-mini"),
        lambda run: run["builder"] == "openai:gpt-5-mini",
    ),
    "part of a builder": (RunFilter(builder="openai"), lambda _: False),
    "toggle on": (RunFilter(production=True), lambda run: run["production"]),
    "toggle off": (RunFilter(production=False), lambda run: not run["production"]),
    "person": (RunFilter(submitted_by="Ada"), lambda run: run["submitted_by"] == "Ada"),
    "from a day": (
        RunFilter(created_from=FIRST_DAY),
        lambda run: run["created_at"] >= FIRST_MOMENT,
    ),
    "to a day": (RunFilter(created_to=FIRST_DAY), lambda run: run["created_at"] < FIRST_MOMENT),
    "one day": (
        RunFilter(created_from=FIRST_DAY, created_to=LAST_DAY),
        lambda run: FIRST_MOMENT <= run["created_at"] < END,
    ),
    "at least so long": (RunFilter(duration_from=10.0), lambda run: lasted(run, 10.0, 1e9)),
    "less than so long": (RunFilter(duration_to=10.0), lambda run: lasted(run, 0.0, 10.0)),
    "about so long": (
        RunFilter(duration_from=2.5, duration_to=10.0),
        lambda run: lasted(run, 2.5, 10.0),
    ),
    "no time at all": (RunFilter(duration_from=0.0), lambda run: lasted(run, 0.0, 1e9)),
    "needs a person": (RunFilter(needs_you=True), needs_you),
    "needs nobody": (RunFilter(needs_you=False), lambda run: not needs_you(run)),
    "completed, needs a person": (
        RunFilter(status=Status.COMPLETED, needs_you=True),
        lambda run: run["verdict"] == "not-production-ready" and not run["works"],
    ),
    "is ready": (
        RunFilter(status=Status.COMPLETED, needs_you=False),
        lambda run: run["verdict"] in {"draft", "production-ready"} or bool(run["works"]),
    ),
    "works": (RunFilter(works=True), lambda run: bool(run["works"])),
    "all that do not just work": (RunFilter(works=False), lambda run: not run["works"]),
    "seven checks": (
        RunFilter(evidence=Evidence.CHECKS),
        lambda run: run["evidence"] == 1,
    ),
    "promises and proof": (
        RunFilter(evidence=Evidence.PROMISES),
        lambda run: run["evidence"] == 2,
    ),
    "strong tests": (
        RunFilter(strength_from=48),
        lambda run: run["proof_strength"] is not None and run["proof_strength"] >= 48,
    ),
    "any proof": (
        RunFilter(strength_from=0),
        lambda run: run["proof_strength"] is not None,
    ),
    "a reason": (RunFilter(reason_code="model"), lambda run: run["reason_code"] == "model"),
    "promises to try": (RunFilter(reason_code="untried"), lambda run: bool(run["works"])),
    "a reason that no run has": (RunFilter(reason_code="rejected"), lambda _: False),
    "a check that failed": (
        RunFilter(failed_check="lint"),
        lambda run: "lint" in (run["failed_checks"] or ()),
    ),
    "a check that failed beside another": (
        RunFilter(failed_check="tests", status=Status.COMPLETED),
        lambda run: run["status"] == "completed" and "tests" in (run["failed_checks"] or ()),
    ),
    "a check that never failed": (RunFilter(failed_check="start"), lambda _: False),
    "a kind of program": (RunFilter(kind=ProgramKind.WEB), lambda run: run["kind"] == "web"),
    "words": (RunFilter(search="game number"), lambda run: " game " in run["task"]),
    "everything": (
        RunFilter(
            status=Status.COMPLETED,
            search="create",
            verdict=Verdict.DRAFT,
            builder="blueprints",
            production=False,
            submitted_by="Grace",
            created_from=FIRST_DAY,
            created_to=LAST_DAY,
            duration_from=0.0,
            duration_to=1_000.0,
        ),
        lambda run: (
            run["verdict"] == "draft"
            and run["builder"] == "blueprints"
            and not run["production"]
            and run["submitted_by"] == "Grace"
            and FIRST_MOMENT <= run["created_at"] < END
            and lasted(run, 0.0, 1_000.0)
        ),
    ),
}
"""Filters, and the same said of a row in Python."""


def lasted(run: Row, at_least: float, less_than: float) -> bool:
    if run["started_at"] is None or run["finished_at"] is None:
        return False
    seconds = (run["finished_at"] - run["started_at"]).total_seconds()
    return at_least <= float(seconds) < less_than


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.mark.parametrize("few", [0, 1_000], ids=["walked", "sorted"])
@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_leaves_exactly_its_runs(
    database: Database, name: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "FEW", few)
    wanted, chosen = FILTERS[name]
    expected = [run["id"] for run in fill(database) if chosen(run)]
    page = reads.list_runs(database, wanted, limit=200)
    assert [run.id for run in page.runs] == expected
    assert reads.count_runs(database, wanted) == len(expected)
    assert count_exactly(database, wanted) == len(expected)


@pytest.mark.parametrize("name", FILTERS)
def test_an_export_has_the_runs_of_the_list(database: Database, name: str) -> None:
    wanted, chosen = FILTERS[name]
    expected = [str(run["id"]) for run in fill(database) if chosen(run)]
    content = b"".join(piece.content for piece in csv_pieces(database, wanted, ("task_id",)))
    [_, *rows] = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert [task_id for (task_id,) in rows] == expected


@pytest.mark.parametrize("name", FILTERS)
def test_the_numbers_of_the_statuses_leave_the_status_aside(database: Database, name: str) -> None:
    wanted, _ = FILTERS[name]
    fill(database)
    counts = count_by_state(database, wanted)
    for status in Status:
        narrowed = replace(wanted, status=status, needs_you=None, verdict=None, works=None)
        page = reads.list_runs(database, narrowed, limit=200)
        assert counts.of(status).number == len(page.runs)
        assert counts.of(status).exact
    for waits in (True, False):
        narrowed = replace(wanted, status=None, needs_you=waits, verdict=None, works=None)
        assert counts.of(needs_you=waits).number == reads.count_runs(database, narrowed)
    for verdict in Verdict:
        narrowed = replace(wanted, status=None, needs_you=None, verdict=verdict, works=None)
        assert counts.of(verdict=verdict).number == reads.count_runs(database, narrowed)
    narrowed = replace(wanted, status=None, needs_you=None, verdict=None, works=True)
    assert counts.of(works=True).number == reads.count_runs(database, narrowed)
    assert counts.of().number == sum(counts.of(status).number for status in Status)


def test_hostile_values_are_values(database: Database) -> None:
    fill(database)
    for text in ("' OR 1=1 --", "%", "_", "\\", "Ada'; DROP TABLE runs;--", "Ada\n", "ada"):
        for wanted in (RunFilter(builder=text), RunFilter(submitted_by=text)):
            assert reads.list_runs(database, wanted).runs == ()


def test_the_three_that_need_a_person_have_an_index_each(database: Database) -> None:
    fill(database, 3_000)
    tell(database, "ANALYZE runs")
    wanted = RunFilter(needs_you=True)
    plan = plan_of(database, lambda: reads.count_runs(database, wanted), without="enable_seqscan")
    assert "BitmapOr" in {node["Node Type"] for node in plan}
    assert {"ix_runs_status_newest", "ix_runs_verdict"} <= {node.get("Index Name") for node in plan}


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (RunFilter(status=Status.FAILED), "ix_runs_status_newest"),
        (RunFilter(verdict=Verdict.NOT_READY), "ix_runs_verdict"),
        (RunFilter(builder="blueprints"), "ix_runs_builder"),
        (RunFilter(submitted_by="Ada"), "ix_runs_submitter"),
        (RunFilter(duration_from=5.0), "ix_runs_longest"),
        (RunFilter(duration_to=5.0), "ix_runs_shortest"),
        (RunFilter(created_from=FIRST_DAY), "ix_runs_newest"),
        (RunFilter(works=True), "ix_runs_works"),
        (RunFilter(evidence=Evidence.PROMISES), "ix_runs_evidence"),
        (RunFilter(strength_from=90), "ix_runs_strongest"),
        (RunFilter(reason_code="model"), "ix_runs_reason"),
        (RunFilter(failed_check="tests"), "ix_runs_failed_checks"),
        (RunFilter(kind=ProgramKind.WEB), "ix_runs_kind"),
    ],
)
def test_a_filter_has_an_index(database: Database, wanted: RunFilter, index: str) -> None:
    # A few rows are read faster without any index: this one must at least be of use.
    fill(database)
    plan = plan_of(database, lambda: reads.count_runs(database, wanted), without="enable_seqscan")
    assert index in {node.get("Index Name") for node in plan}
