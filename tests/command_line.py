"""The command line in the process of the tests."""

import pytest

from toggle_core.cli import main
from toggle_core.settings import Settings


def run_command(settings: Settings | None, *arguments: str) -> int:
    """Run a command and return its exit code.

    Args:
        settings: of the command; None: those of the process.
        arguments: the command and what follows it.
    """
    with pytest.raises(SystemExit) as ended:
        main(arguments, settings)
    assert isinstance(ended.value.code, int)
    return ended.value.code
