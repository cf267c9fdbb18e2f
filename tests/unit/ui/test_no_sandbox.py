"""Where there is no sandbox, the text box says so before anything is typed."""

import pytest

from toggle_core.ui.prompt import no_sandbox


@pytest.mark.parametrize(("platform", "way"), [("darwin", "docker compose"), ("win32", "WSL 2")])
def test_a_system_without_a_sandbox_names_the_way_to_one(platform: str, way: str) -> None:
    sentence = no_sandbox(platform)
    assert "Nothing can be called ready on this computer" in sentence
    assert way in sentence


def test_nothing_is_said_where_checks_can_run() -> None:
    assert no_sandbox("linux") == ""
