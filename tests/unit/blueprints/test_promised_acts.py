"""The promises of the blueprints do what their tasks say that people do."""

import pytest

from tests.unit.blueprints.test_matching import labelled
from toggle_core.builders.blueprints.builder import Blueprints, promises_of
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.errors import NoBlueprint
from toggle_core.gates.promises.acts import acts_left_out


@pytest.mark.parametrize("name", ["phrases", "held_out", "near_misses"])
def test_promises_of_a_blueprint_leave_no_act_of_its_tasks_out(name: str) -> None:
    builder, found = Blueprints(), 0
    for task in (each for tasks in labelled(name).values() for each in tasks):
        try:
            promises = builder.promise(task, builder.plan(task).text).promises
        except NoBlueprint:
            continue
        assert promises is not None
        assert acts_left_out(task, promises) == [], task
        found += 1
    assert found


def test_promises_of_every_form_do_what_their_sentences_say_that_people_do() -> None:
    for blueprint in catalogue().blueprints:
        for interface in blueprint.interfaces:
            promises = promises_of(blueprint.name, {"interface": interface})
            assert acts_left_out("", promises) == [], f"{blueprint.name}, {interface}"
