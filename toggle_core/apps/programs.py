"""Which runs have a program that can be opened in a browser, and how it is started."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

from toggle_core.apps.session import PORT, Program
from toggle_core.errors import NothingToOpen
from toggle_core.gates.promises.model import Kind
from toggle_core.projects.web_programs import is_web_program
from toggle_core.runs.model import Run
from toggle_core.runs.preview import preview_of

IN_A_TERMINAL: Final = frozenset({Kind.CLI.value, None})
NAME_LENGTH: Final = 60


def command_of(run: Run) -> list[str] | None:
    """Arguments of the interpreter that start a run's web program; None where it has none.

    Args:
        run: finished or not.
    """
    if not run.files or run.finished_at is None:
        return None
    interface = _interface(run)
    seen = preview_of(run)
    is_server = is_web_program(run.promises, run.files) or seen.fetched
    entry = _entry(run)
    if is_server and entry:
        return [entry]
    if interface.get("kind") is None and seen.pages:
        folder = seen.pages[0].path.strip("/").rpartition("/")[0] or "."
        served = ["--bind", "127.0.0.1", "--directory", folder, str(PORT)]
        return ["-m", "http.server", *served]
    return None


def is_for_terminal(run: Run) -> bool:
    """Whether a run has a command-line program, to be tried in a terminal.

    Args:
        run: finished or not.
    """
    is_command_line = _interface(run).get("kind") in IN_A_TERMINAL and bool(_entry(run))
    return is_command_line and run.finished_at is not None and command_of(run) is None


def can_be_opened(run: Run) -> bool:
    """Whether a run has a program that can be used in a browser, in a terminal if need be."""
    return command_of(run) is not None or is_for_terminal(run)


def usual_arguments(run: Run) -> list[str]:
    """What the program is usually called with, as typed; words in capitals stand for values.

    Args:
        run: with a command-line program.

    Returns:
        Empty where its interface is not known.
    """
    commands: Sequence[Sequence[str]] = _interface(run).get("commands") or []
    return [shlex.join(str(word) for word in command) for command in commands]


def program_of(run: Run, saved: bytes | None) -> Program:
    """The web program of a run, to be started.

    Args:
        run: whose program.
        saved: what it stored earlier, packed.

    Raises:
        NothingToOpen: it has none.
    """
    command = command_of(run)
    if command is None:
        raise NothingToOpen
    return Program(run.files, command, saved)


def terminal_program_of(
    run: Run, saved: bytes | None, arguments: Sequence[str], terminal: int
) -> Program:
    """The command-line program of a run, to be started.

    Args:
        run: for a terminal.
        saved: what it stored earlier, packed.
        arguments: of the program.
        terminal: descriptor of the program's side of a pseudo-terminal.
    """
    return Program(run.files, [_entry(run), *arguments], saved, terminal)


def _interface(run: Run) -> Mapping[str, Any]:
    return (run.promises or {}).get("interface") or {}


def _entry(run: Run) -> str:
    """The Python file that starts a run's program; empty without one."""
    entry = run.entry or ""
    return entry if entry.endswith(".py") and entry in (run.files or {}) else ""
