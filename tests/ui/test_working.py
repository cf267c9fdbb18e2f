"""A run while it is worked on: what is done, what is to come, and how long it usually takes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from streamlit.testing.v1 import AppTest

from tests.integration.sql import tell
from tests.ui.conftest import Finish
from tests.ui.viewer import submitted, texts
from toggle_core.gates.model import GateResult
from toggle_core.history.reads import get_run
from toggle_core.history.usual_time import usual_seconds
from toggle_core.runs.attempts import Attempt
from toggle_core.runs.model import Event
from toggle_core.startup import Services
from toggle_core.words import GATES, EventKind, Outcome, Stage, Status

PROMISES = {"promises": [{"id": "add", "sentence": "I add a task, and it is listed."}]}
SYNTAX = GateResult("syntax", Outcome.PASSED, 0.4, "Python can read every file.")

BEGUN = datetime(2026, 11, 30, 9, tzinfo=UTC)
EVENTS = [
    Event(number, BEGUN + timedelta(seconds=after), EventKind.STAGE, stage, {})
    for number, (after, stage) in enumerate(
        ((0, Stage.PLANNING), (3, Stage.CODING), (5, Stage.CHECKING)), start=1
    )
]

VIEW = """
import streamlit as st
from toggle_core.ui.working import working_view

working_view(*st.session_state["shown"])
"""


def bar(app: AppTest) -> str:
    """The bar of stages, as HTML."""
    (found,) = (each.proto.body for each in app.get("html") if "progressbar" in each.proto.body)
    return str(found)


def test_working_run_lists_what_is_done_and_what_is_to_come(
    opened_services: Services, finished: Finish
) -> None:
    ended = get_run(opened_services.database, finished("Create a to-do list"))
    run = replace(
        ended,
        production=True,
        status=Status.PROCESSING,
        stage=Stage.CHECKING,
        finished_at=None,
        promises=PROMISES,
    )
    app = AppTest.from_string(VIEW, default_timeout=120)
    app.session_state["shown"] = (run, [Attempt(1, None, (SYNTAX,))], 20.0, EVENTS)
    app.run()
    assert not app.exception
    seen = texts(app)
    assert "**Checking the code: 1 of 9 done**" in seen
    assert "Plan<span>, 3\N{NO-BREAK SPACE}s</span>" in bar(app)
    assert 'class="stage now"' in bar(app).partition("Checks and promises")[0]
    assert "usually about 20" in seen
    assert "1 of 9 passed so far" in seen
    assert "syntax, 0.4 s" in seen
    assert ":gray[Types are consistent" in seen, "still to come"
    assert ":gray[I add a task\\, and it is listed\\.]" in seen
    assert "main\\.py" in seen
    asked, made = (" ".join(each.value for each in column.markdown) for column in app.columns)
    assert "listed" in asked, "promises stand in the first column"
    assert "main\\.py" in made, "files stand in the second one"


def test_progress_never_runs_backwards_and_is_whole_only_at_the_end(
    opened_services: Services, finished: Finish
) -> None:
    ended = get_run(opened_services.database, finished("Create a to-do list"))
    working = replace(ended, production=True, status=Status.PROCESSING, finished_at=None)
    checks = tuple(replace(SYNTAX, gate=gate) for gate in GATES)
    app = AppTest.from_string(VIEW, default_timeout=120)
    shown = []
    for stage, attempt, results in (
        (Stage.CHECKING, 1, checks[:1]),
        (Stage.QUEUED, 1, ()),
        (Stage.CHECKING, 1, checks),
        (Stage.REPAIRING, 1, checks),
        (Stage.CHECKING, 2, checks[:2]),
        (Stage.CHECKING, 2, checks),
        (Stage.RESPONDING, 2, checks),
    ):
        run = replace(working, stage=stage, attempt=attempt)
        app.session_state["shown"] = (run, [Attempt(attempt, None, results)], None, ())
        found = re.search(r'aria-valuenow="(\d+)"', bar(app.run()))
        assert found is not None
        shown.append(int(found[1]))
    assert shown == sorted(shown)
    assert shown[0] < shown[2] <= shown[-1] < 100


def test_usual_time_is_the_median_of_runs_alike(opened_services: Services) -> None:
    database, builder = opened_services.database, opened_services.builder.name
    ended: list[UUID] = [submitted(opened_services, f"Task {number}") for number in range(4)]
    for number, run_id in enumerate(ended):
        assert usual_seconds(database, builder, production=False) is None, "too few"
        tell(
            database,
            """
            UPDATE runs SET status = 'completed', stage = 'done', verdict = 'draft',
                            review = %(review)s, started_at = now(),
                            finished_at = now() + %(seconds)s * interval '1 second'
             WHERE id = %(run)s
            """,
            run=run_id,
            seconds=[10, 9000, 30, 20][number],
            review=number == 1,
        )
    assert usual_seconds(database, builder, production=False) == 20
    assert usual_seconds(database, builder, production=True) is None
