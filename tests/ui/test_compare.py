"""Two runs side by side."""

from uuid import UUID, uuid4

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import Quick, Refusing
from tests.integration.sql import give_checkpoint, tell
from tests.integration.told_builders import Changing
from tests.polling import eventually
from tests.ui.conftest import Finish
from tests.ui.viewer import is_refreshing, page, submitted, texts
from tests.worker_thread import WorkerThread
from toggle_core.builders.protocol import Feedback, Project
from toggle_core.gates.model import GateResult, PromiseResult, Proof, Survivor, to_json
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs, list_runs
from toggle_core.runs.submission import submit
from toggle_core.startup import Services
from toggle_core.ui.run_list import pick_key
from toggle_core.versions.lineage import continue_run
from toggle_core.words import Outcome, PromiseOutcome, Status

SENTENCE = "The shares add up to the bill."


def judged(services: Services, outcome: PromiseOutcome, noticed: int) -> UUID:
    """A completed run with one promise, and tests that noticed some of 36 mistakes."""
    kept = outcome is PromiseOutcome.KEPT
    run_id = submit(services.database, "Split a bill", builder="quick", production=True).task_id
    result = PromiseResult("add", SENTENCE, outcome, "" if kept else "99.99 instead of 100", ())
    missed = Survivor("split.py", 3, "share", "return bill / people", f"return {noticed}", ("t",))
    proof = Proof(40, noticed, 35 - noticed, 1, 4, "seed", 1.5, (missed,), (), 0, 0)
    gates = [
        GateResult(
            gate=name,
            outcome=Outcome.PASSED if kept or name == "proof" else Outcome.FAILED,
            seconds=0.5,
            summary="Tried.",
            promises=(result,) if name == "promises" else (),
            proof=proof if name == "proof" else None,
        )
        for name in ("proof", "promises")
    ]
    give_checkpoint(services.database, run_id, {"gates": to_json(gates)})
    tell(
        services.database,
        "UPDATE runs SET status = 'completed', stage = 'done', verdict = %(verdict)s,"
        " finished_at = now(), attempt = 2, promises_count = 1, promises_kept = %(kept)s,"
        " promises_untried = 0, proof_strength = %(strength)s WHERE id = %(run)s",
        run=run_id,
        verdict="production-ready" if kept else "not-production-ready",
        kept=int(kept),
        strength=proof.strength,
    )
    return run_id


pytestmark = pytest.mark.usefixtures("opened_services")


def compared(left: UUID | str, right: UUID | str) -> AppTest:
    app = page("compare", left=str(left), right=str(right))
    assert not app.exception
    return app


def codes(app: AppTest) -> str:
    return "\n".join(str(block.value) for block in app.code)


def test_both_runs_are_shown_with_what_they_came_to(finished: Finish) -> None:
    first, second = finished("Say hello"), finished("Say good night")
    app = compared(first, second)
    links = [app.get_by_key(f"card_{side}").page_link[0] for side in ("first", "second")]
    assert [link.value for link in links] == ["Say hello", "Say good night"]
    assert links[1].proto.query_string == f"id={second}"
    shown = texts(app)
    assert "| Verdict | Not checked | Not checked |" in shown
    assert "| Builder | quick | quick |" in shown
    assert "| Tokens read | 8 | 8 |" in shown
    assert "| Writing the code |" in shown
    assert "Nothing was checked" in shown


def test_refused_runs_show_their_errors_and_that_nothing_was_planned_or_checked(
    opened_services: Services, worker: WorkerThread
) -> None:
    database = opened_services.database
    first, second = (
        submit(database, task, builder="refusing", production=True).task_id
        for task in ("A boat", "A car")
    )
    worker.start(Refusing())
    eventually(lambda: count_runs(database, RunFilter(status=Status.FAILED)) == 2)
    shown = texts(compared(first, second))
    assert shown.count(r"This cannot be built\.") == 2
    assert "Neither was checked: both stopped before their checks." in shown
    assert "Neither has a plan: both stopped before that." in shown
    assert "Neither has any files: both stopped before that." in shown
    assert "toggle was off" not in shown
    assert "are the same" not in shown


def test_promises_and_the_strength_of_tests_stand_side_by_side(
    opened_services: Services,
) -> None:
    sides = [
        judged(opened_services, outcome, noticed)
        for outcome, noticed in ((PromiseOutcome.BROKEN, 28), (PromiseOutcome.KEPT, 32))
    ]
    shown = texts(compared(*sides))
    assert "| Promises kept | **0 of 1** | **1 of 1** |" in shown
    assert "**78 %, 28 of 36 mistakes noticed** | **89 %, 32 of 36 mistakes noticed**" in shown
    assert "**1 promise is broken after 2 attempts.**" in shown
    assert "**Every check passed, and every promise is kept.**" in shown
    assert (
        "| Mistakes missed by tests | **8, 1 of them in code that no test runs** |"
        " **4, 1 of them in code that no test runs** |" in shown
    )
    [row] = [line for line in shown.splitlines() if line.startswith("| The shares")]
    assert "broken: 99\\.99 instead of 100" in row
    assert row.endswith("kept** |")


def test_missed_mistakes_stand_side_by_side_and_a_draft_has_none(
    opened_services: Services, finished: Finish
) -> None:
    proved = judged(opened_services, PromiseOutcome.BROKEN, 28)
    app = compared(proved, finished("Say hello"))
    first, second = (app.get_by_key(f"missed_{side}") for side in ("first", "second"))
    assert "**share**" in first.markdown[1].value
    assert [code.value for code in first.code] == ["- return bill / people\n+ return 28"]
    assert second.caption[0].value == "Its tests were not put to the proof."
    assert "| Mistakes missed by tests | **8," in texts(app)
    assert "| :gray[not measured] |" in texts(app)


def test_missed_mistakes_are_left_out_where_nothing_was_put_to_the_proof(
    finished: Finish,
) -> None:
    app = compared(finished("Say hello"), finished("Say good night"))
    headings = [header.value for header in app.header]
    assert "Mistakes missed by tests" not in headings
    shown = texts(app)
    assert "| Mistakes missed by tests | :gray[not measured] | :gray[not measured] |" in shown


def test_a_run_that_stopped_before_its_checks_has_promises_that_were_not_tried(
    opened_services: Services,
) -> None:
    first, second = (judged(opened_services, PromiseOutcome.KEPT, 32) for _ in range(2))
    tell(
        opened_services.database,
        "UPDATE runs SET status = 'failed', verdict = NULL, works = NULL, error = 'Too slow.',"
        " promises_kept = NULL, promises_untried = NULL, proof_strength = NULL,"
        " evidence = NULL WHERE id = %(run)s",
        run=first,
    )
    shown = texts(compared(first, second))
    assert "| Promises kept | **1 agreed, not tried** | **1 of 1** |" in shown
    assert "**Too slow" in shown


@pytest.mark.parametrize(
    ("model", "price", "cost"),
    [
        ("", None, ""),
        ("quick", 2.0, "| **4.00 USD** | **not known** |"),
    ],
)
def test_cost_is_shown_where_the_price_of_a_builder_is_known(
    finished: Finish,
    opened_services: Services,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    price: float | None,
    cost: str,
) -> None:
    first, second = finished("Say hello"), finished("Say good night")
    tell(
        opened_services.database,
        "UPDATE runs SET tokens_in = 1500000, tokens_out = 500000 WHERE id = %(run)s",
        run=first,
    )
    tell(
        opened_services.database,
        "UPDATE runs SET builder = 'other' WHERE id = %(run)s",
        run=second,
    )
    known = {"model": model, "price_in": price, "price_out": price, "currency": "USD"}
    for name, value in known.items():
        monkeypatch.setitem(opened_services.settings.__dict__, name, value)
    [row] = [
        line for line in texts(compared(first, second)).splitlines() if line.startswith("| Cost")
    ] or [""]
    assert row.endswith(cost)


def test_plans_that_differ_are_shown_line_by_line(finished: Finish) -> None:
    app = compared(finished("Say hello"), finished("Say good night"))
    assert "-A program for: Say hello\n+A program for: Say good night\n" in codes(app)
    assert "The files are the same" in texts(app)


def test_runs_of_the_same_task_have_the_same_plan(finished: Finish) -> None:
    assert "The plans are the same" in texts(compared(finished("Say it"), finished("Say it")))


def test_files_that_differ_are_shown_one_by_one(
    opened_services: Services, finished: Finish
) -> None:
    parent = finished("Say hello", Changing())
    child = continue_run(
        opened_services.database, parent, "Add a page", builder=Changing.name
    ).task_id
    finished("Wait for it")
    app = compared(parent, child)
    assert [box for box in app.expander if "new" in box.label or "changed" in box.label]


def test_runs_that_wait_are_compared_as_far_as_they_are(opened_services: Services) -> None:
    first, second = (submitted(opened_services, f"Task {number}") for number in range(2))
    app = compared(first, second)
    shown = texts(app)
    assert "Neither has a plan yet" in shown
    assert "Neither has any files yet" in shown
    assert is_refreshing(app)


def test_ended_runs_are_not_read_again(finished: Finish) -> None:
    assert not is_refreshing(compared(finished("Say hello"), finished("Say good night")))


def test_an_unknown_run_is_told(opened_services: Services) -> None:
    app = compared(submitted(opened_services, "Say hello"), uuid4())
    assert "One of these runs is not there" in texts(app)


def test_the_same_run_twice_is_told(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Say hello")
    assert "Both are the same run" in texts(compared(run_id, run_id))


def test_half_a_link_is_told(opened_services: Services) -> None:
    run_id = submitted(opened_services, "Say hello")
    assert "This link is not complete" in texts(compared(run_id, "nothing"))


def test_without_runs_it_is_said_where_to_choose_them() -> None:
    app = page("compare")
    assert "No runs are chosen" in texts(app)
    assert app.get_by_key("empty").page_link[0].proto.page == "runs"


def test_the_sides_can_be_swapped(finished: Finish) -> None:
    first, second = finished("Say hello"), finished("Say good night")
    [swap] = [link for link in compared(first, second).page_link if link.value == "Swap sides"]
    assert swap.proto.query_string == f"left={second}&right={first}"


def test_exactly_two_ticked_runs_can_be_compared(
    opened_services: Services, finished: Finish
) -> None:
    runs = [finished(f"Task {number}") for number in range(3)]
    app = page("runs").button(key="pick_on").click().run()
    for number, run_id in enumerate(runs):
        assert app.button(key="compare_picked").disabled is (number != 2)
        app.checkbox(key=pick_key(run_id)).check().run()
    assert app.button(key="compare_picked").disabled
    app.checkbox(key=pick_key(runs[0])).uncheck().run()
    app.button(key="compare_picked").click().run()
    assert not app.exception
    assert "Compare runs" in texts(app)
    assert dict(app.query_params) == {"left": str(runs[1]), "right": str(runs[2])}
    assert len(list_runs(opened_services.database).runs) == 3


def test_a_run_leads_to_the_comparison_with_its_parent(
    opened_services: Services, finished: Finish
) -> None:
    parent = finished("Say hello", Changing())
    child = continue_run(
        opened_services.database, parent, "Add a page", builder=Changing.name
    ).task_id
    app = page("run", id=str(child))
    [link] = [link for link in app.page_link if link.value == "Compare both"]
    assert link.proto.query_string == f"left={parent}&right={child}"


def test_of_many_files_that_differ_one_is_chosen(finished: Finish) -> None:
    class Many(Quick):
        def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
            files = {f"part_{number:02}.py": f"{task!r}  # {number}\n" for number in range(40)}
            return Project(files, "part_00.py", "python part_00.py", "Many files.")

    app = compared(finished("One", Many()), finished("Other"))
    chooser = app.selectbox(key="changed_file")
    assert chooser.options[7] == "part_07.py (changed, +1 -1)"
    assert "# 7\n" in codes(chooser.select_index(7).run())
