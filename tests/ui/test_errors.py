"""What a person sees when a page fails."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.viewer import is_refreshing, page, texts


def failing(kind: str) -> None:
    from toggle_core.errors import DatabaseAway, RunNotFound  # noqa: PLC0415  runs on its own
    from toggle_core.ui.errors import tell_failure  # noqa: PLC0415  the same

    raised = {
        "away": DatabaseAway(),
        "known": RunNotFound(),
        "unknown": ZeroDivisionError("secret detail"),
    }
    assert tell_failure(raised[kind]) is True


def test_an_unknown_error_is_one_sentence_with_a_reference_that_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_function(failing, args=("unknown",)).run()
    (logged,) = (record for record in caplog.records if record.name == "toggle_core.ui.errors")
    (reference,) = logged.args
    assert f"`{reference}`" in app.error[0].value
    assert "secret detail" not in app.error[0].value
    assert "secret detail" in str(logged.exc_info)


def test_an_error_of_ours_is_its_own_sentence() -> None:
    app = AppTest.from_function(failing, args=("known",)).run()
    assert app.warning[0].value == r"There is no run with this id\."


def test_a_database_that_is_away_is_no_fault() -> None:
    app = AppTest.from_function(failing, args=("away",)).run()
    assert "The database cannot be reached" in app.warning[0].value
    assert not app.error


@pytest.mark.parametrize("name", ["home", "runs", "insights", "settings"])
def test_a_page_can_be_opened_before_the_services_are(name: str) -> None:
    app = page(name)
    assert not app.exception
    assert "The database cannot be reached" in texts(app)
    assert is_refreshing(app), "it comes back by itself"
