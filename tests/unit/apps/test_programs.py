"""Which programs are opened, tried in a terminal, or neither."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from toggle_core.apps.programs import can_be_opened, is_for_terminal, usual_arguments
from toggle_core.runs.model import Run

SERVER = "import http.server\nhttp.server.HTTPServer(('', 1), None).serve_forever()"


def run(interface: dict[str, Any] | None, **changes: Any) -> Run:
    """A finished run with a program, unless something else is said."""
    parts: dict[str, Any] = {
        "files": {"main.py": "print(1)"},
        "entry": "main.py",
        "gates": (),
        "finished_at": datetime.now(UTC),
        "promises": {"interface": interface} if interface else None,
    }
    return cast("Run", SimpleNamespace(**(parts | changes)))


@pytest.mark.parametrize(
    ("interface", "changes", "expected"),
    [
        ({"kind": "cli"}, {}, True),
        (None, {}, True),
        ({"kind": "web"}, {}, False),
        ({"kind": "bot"}, {}, False),
        ({"kind": "library"}, {}, False),
        (None, {"files": {"main.py": SERVER}}, False),
        (None, {"files": {"index.html": "<p>"}, "entry": "index.html"}, False),
        ({"kind": "cli"}, {"finished_at": None}, False),
        ({"kind": "cli"}, {"files": None, "entry": None}, False),
    ],
)
def test_command_line_programs_are_for_a_terminal(
    interface: dict[str, Any] | None, changes: dict[str, Any], expected: bool
) -> None:
    assert is_for_terminal(run(interface, **changes)) is expected


def test_libraries_and_bots_cannot_be_opened() -> None:
    assert not can_be_opened(run({"kind": "library"}))
    assert not can_be_opened(run({"kind": "bot"}))


def test_usual_arguments_are_written_as_typed() -> None:
    commands = [[], ["add", "TEXT"], ["say", "two words"]]
    assert usual_arguments(run({"kind": "cli", "commands": commands})) == [
        "",
        "add TEXT",
        "say 'two words'",
    ]
    assert usual_arguments(run(None)) == []
