"""No wish is passed over: it is served, named as left out, or the task is refused."""

import tomllib
from pathlib import Path

import pytest

from toggle_core.builders.blueprints import Blueprints
from toggle_core.errors import NoBlueprint

WISHES = tomllib.loads(Path(__file__).with_name("wishes.toml").read_text(encoding="utf-8"))
SEPARATE = " To build anything else"


def refused(task: str) -> str:
    """Return the part of the refusal that speaks of this task."""
    with pytest.raises(NoBlueprint) as caught:
        Blueprints().plan(task)
    return str(caught.value).partition(SEPARATE)[0]


@pytest.mark.parametrize("task", WISHES["served"])
def test_a_task_within_scope_is_built_with_nothing_left_out(task: str) -> None:
    builder = Blueprints()
    plan = builder.plan(task).text
    assert builder.code(task, plan).unmet == ()
    assert "Left out" not in plan


@pytest.mark.parametrize(("task", "missing"), WISHES["refused"].items())
def test_a_wish_no_project_fulfils_is_refused_by_name(task: str, missing: str) -> None:
    assert missing in refused(task)


@pytest.mark.parametrize("task", WISHES["built_without"])
def test_a_wish_a_project_can_do_without_is_named_in_plan_and_project(task: str) -> None:
    builder = Blueprints()
    plan = builder.plan(task).text
    (unmet,) = builder.code(task, plan).unmet
    wish, _, reason = unmet.partition(": ")
    assert wish in task
    assert reason.endswith(".")
    assert plan.rstrip().splitlines()[-1].startswith(f"Left out: {wish}")


@pytest.mark.parametrize("task", WISHES["foreign"])
def test_a_task_in_another_language_is_told_that_english_is_read(task: str) -> None:
    assert "reads English" in refused(task)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert sum(map(len, WISHES.values())) >= 400
    assert len(WISHES["served"]) >= 90
