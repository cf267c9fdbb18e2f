"""What a page reads each time it refreshes is what it shows."""

import pytest

from tests.integration.sql import statements_sent, tell
from tests.ui.viewer import page, submitted
from toggle_core.startup import Services

PLAN_AND_CODE = "FROM checkpoints"
"""Stands in each statement that reads beginnings of plans and code."""

CARDS = 3
RECENT = 10


@pytest.fixture
def busy(opened_services: Services) -> Services:
    """Six runs that are queued, and five whose plan waits for a review."""
    for number in range(11):
        submitted(opened_services, f"Task {number}")
    tell(
        opened_services.database,
        "UPDATE runs SET stage = 'reviewing' WHERE task IN"
        " ('Task 1', 'Task 3', 'Task 5', 'Task 7', 'Task 9')",
    )
    return opened_services


def test_build_reads_plans_and_code_of_recent_runs_only(busy: Services) -> None:
    with statements_sent(busy.database) as sent:
        page("home")
    [(_, values)] = [each for each in sent if PLAN_AND_CODE in each[0]]
    assert RECENT + 1 in values.values(), "one more tells whether there are more"


def test_build_sends_three_statements_for_lists_cards_and_their_numbers(busy: Services) -> None:
    with statements_sent(busy.database) as sent:
        app = page("home")
    assert len(sent) == 3
    assert len(app.progress) == 2 * CARDS
    captions = [caption.value for caption in app.caption]
    assert captions[:2] == ["And 2 more.", "And 3 more."]


def test_build_counts_nothing_while_there_are_fewer_runs_than_cards(
    opened_services: Services,
) -> None:
    submitted(opened_services, "Say hello")
    with statements_sent(opened_services.database) as sent:
        page("home")
    assert [statement for statement, _ in sent if "count(" in statement] == []


def test_receipt_and_watched_run_are_one_lookup_without_a_count(opened_services: Services) -> None:
    app = page("home")
    app.text_area(key="task").set_value("Say hello").run()
    next(button for button in app.button if button.label == "Submit Task").click().run()
    with statements_sent(opened_services.database) as sent:
        app.run()
    assert app.get_by_key("receipt")
    assert len(sent) == 3
    assert [statement for statement, _ in sent if "count(" in statement] == []


def test_run_page_looks_its_parent_up_without_a_count(opened_services: Services) -> None:
    parent, child = submitted(opened_services, "Parent"), submitted(opened_services, "Child")
    tell(
        opened_services.database,
        "UPDATE runs SET parent_id = %(parent)s WHERE id = %(child)s",
        parent=parent,
        child=child,
    )
    app = page("run", id=str(child))
    with statements_sent(opened_services.database) as sent:
        app.run()
    assert app.get_by_key("parent")
    assert [statement for statement, _ in sent if "count(" in statement] == []
    assert len([statement for statement, _ in sent if PLAN_AND_CODE in statement]) == 1
