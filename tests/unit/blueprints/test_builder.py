"""The built-in builder: plans, projects, and the same again for the same task."""

import re
import subprocess
import sys
import threading

import pytest

from tests.unit.blueprints.rendered import TEXTS
from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints import catalogue as catalogue_module
from toggle_core.builders.protocol import Builder, Feedback, GateFailure
from toggle_core.errors import NoBlueprint

TASK = "a to-do list for the Acme bakery"


def test_it_is_a_builder() -> None:
    builder: Builder = Blueprints()
    assert builder.name == "blueprints"


def test_a_plan_is_one_sentence_and_numbered_steps() -> None:
    text = Blueprints().plan(TASK).text
    sentence, empty, *steps = text.splitlines()
    assert "Acme bakery" in sentence
    assert sentence.endswith(".")
    assert empty == ""
    assert [step.partition(".")[0] for step in steps] == [str(n + 1) for n in range(len(steps))]
    assert len(steps) >= 3


def test_a_plan_costs_no_tokens() -> None:
    plan = Blueprints().plan(TASK)
    assert (plan.tokens_in, plan.tokens_out) == (0, 0)


def test_the_same_task_makes_the_same_project() -> None:
    builder = Blueprints()
    plan = builder.plan(TASK).text
    assert builder.code(TASK, plan) == Blueprints().code(TASK, plan)


def test_a_project_is_complete() -> None:
    project = Blueprints().code(TASK, "")
    assert project.entry in project.files
    assert project.how_to_run == "python main.py"
    assert "Acme bakery" in project.files["README.md"]
    assert "Acme bakery" in project.files["todo.py"]
    assert project.summary.startswith("Acme bakery: to-do list")


def test_a_failed_gate_gets_the_same_project_again() -> None:
    builder = Blueprints()
    plan = builder.plan(TASK).text
    first = builder.code(TASK, plan)
    feedback = Feedback(
        (GateFailure("tests", "1 failed"),), {"main.py": "print(1)"}, "main.py", attempt=2
    )
    assert builder.code(TASK, plan, feedback) == first


def test_an_edited_plan_is_an_unmet_wish_that_quotes_the_edit() -> None:
    builder = Blueprints()
    plan = builder.plan(TASK).text
    (added,) = builder.code(TASK, plan + "5. Add dark mode.\n").unmet
    assert "(5. Add dark mode.)" in added
    assert "follows only its own plan" in added
    (removed,) = builder.code(TASK, plan.partition("3. ")[0]).unmet
    assert "(3. Write tests" in removed


def test_reordered_steps_are_an_unmet_wish() -> None:
    builder = Blueprints()
    sentence, empty, *steps = builder.plan(TASK).text.splitlines()
    (unmet,) = builder.code(TASK, "\n".join([sentence, empty, *reversed(steps)])).unmet
    assert "reordered" in unmet


def test_a_plan_with_other_white_space_is_not_an_edited_one() -> None:
    builder = Blueprints()
    plan = builder.plan(TASK).text
    assert builder.code(TASK, plan.replace("\n", "\r\n")).unmet == ()
    assert builder.code(TASK, "").unmet == ()


def test_an_edited_plan_is_unmet_besides_what_the_task_leaves_out() -> None:
    builder = Blueprints()
    task = "a stylish to-do list"
    left_out, edited = builder.code(task, builder.plan(task).text + "5. Add tags.\n").unmet
    assert left_out.startswith("stylish: ")
    assert "Add tags" in edited


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_edit_stays_one_line(text: str) -> None:
    for unmet in Blueprints().code(TASK, f"{text}\n").unmet:
        assert unmet == " ".join(unmet.split())
        assert len(unmet) < 600


def test_the_first_screen_gets_ideas_that_are_built() -> None:
    builder = Blueprints()
    assert builder.ideas[0] == "Create a hello world app"
    assert 4 <= len(builder.ideas) <= 6
    for idea in builder.ideas:
        assert len(idea) < 60
        assert builder.code(idea, builder.plan(idea).text).files


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_name_in_a_plan_is_shown_as_text(text: str) -> None:
    task = f"a to-do list called “{text}”"
    try:
        plan = Blueprints().plan(task).text
    except NoBlueprint:
        return
    assert "<script" not in plan
    assert re.search(r"(?<!\\)\]\(", plan) is None
    assert plan.splitlines()[2].startswith("1. ")


def test_importing_it_reads_no_templates() -> None:
    code = (
        "import sys, toggle_core.builders.blueprints as b; b.Blueprints();"
        "from toggle_core.builders.blueprints.catalogue import catalogue;"
        "print('jinja2' in sys.modules, catalogue._made is None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_library_is_read_once_however_many_threads_ask() -> None:
    reads: list[int] = []
    ready = threading.Barrier(8)

    def read() -> catalogue_module.Catalogue:
        reads.append(1)
        return catalogue_module.read_catalogue()

    once = catalogue_module.Once(read)
    made: list[catalogue_module.Catalogue] = []

    def ask() -> None:
        ready.wait()
        made.append(once())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
    assert len({id(each) for each in made}) == 1


def test_many_threads_may_build_at_once() -> None:
    builder = Blueprints()
    expected = [builder.code(idea, "").files for idea in builder.ideas]
    results: list[list[object]] = []

    def build() -> None:
        results.append([builder.code(idea, "").files for idea in builder.ideas])

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 6
