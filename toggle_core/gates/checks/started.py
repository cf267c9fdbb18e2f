"""What the harness reports of a program that it started, in the project's terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toggle_core.gates.model import Page


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment that the code reads.

    Attributes:
        name: its name.
        default: what is used without it, None if nothing is.
        direct: it is read from what is the environment by its name.
    """

    name: str
    default: str | None
    direct: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What the code outside of tests needs.

    Attributes:
        variables: of the environment.
        imports: dotted names of imported modules.
        reads_input: something is read from a person who types.
        only_defines: starting the entry file does nothing, because it only defines things.
    """

    variables: tuple[Variable, ...]
    imports: tuple[str, ...]
    reads_input: bool
    only_defines: bool


@dataclass(frozen=True, slots=True)
class Visited:
    """One answer of a server.

    Attributes:
        page: what was asked for, and the beginning of what came back.
        kind: how the page it was found on uses it, as the harness names it: ``front``, ``page``,
            ``part`` or ``form``.
        found_on: path of that page.
        fault: what is wrong with the answer, as the harness names it; empty if nothing is.
        asks_login: it asks for a login in the way that browsers know.
        words: the beginning of its visible text.
        shows: whether there is anything to see.
        tracebacks: those that it shows.
        names: variables of the environment that it names.
    """

    page: Page
    kind: str
    found_on: str
    fault: str
    asks_login: bool
    words: str
    shows: bool
    tracebacks: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseFault:
    """Something that went wrong when the program was used.

    Attributes:
        kind: as the harness names it, see ``use/used``.
        page: path of the page that was used; empty for a command.
        typed: what was typed there, in words; empty where nothing was.
        request: what was sent, or the command, bounded.
        answer: what came back, bounded.
    """

    kind: str
    page: str
    typed: str
    request: str
    answer: str


@dataclass(frozen=True, slots=True)
class Used:
    """What became of a copy of the program that was used.

    Attributes:
        forms: kinds of forms that were sent.
        sent: how often a form was sent.
        commands: how often it was started with arguments.
        faults: what went wrong.
        tracebacks: those that a server printed meanwhile.
    """

    forms: int = 0
    sent: int = 0
    commands: int = 0
    faults: tuple[UseFault, ...] = ()
    tracebacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """What became of a program.

    Attributes:
        exit_code: None if it was still running; negative if a signal ended it.
        listening: every address and port that was listened on.
        given_port: what it was given as ``PORT``.
        port: the port that was visited, None if none was.
        answered: it answered there.
        lasts: it still answered some seconds later.
        visited: the answers, in the order of asking.
        left: links that were not asked for, because there were too many.
        tracebacks: those that it printed.
        changes: files that it made, changed or removed.
        needs: what its code needs.
        output: what it printed.
        used: what became of a copy of it that was used.
    """

    exit_code: int | None
    listening: tuple[tuple[str, int], ...]
    given_port: int
    port: int | None
    answered: bool
    lasts: bool
    visited: tuple[Visited, ...]
    left: int
    tracebacks: tuple[str, ...]
    changes: tuple[str, ...]
    needs: Needs
    output: str
    used: Used = Used()

    @property
    def texts(self) -> tuple[str, ...]:
        """What there is to read: what it printed, and the beginning of each page."""
        return (self.output, *(each.words for each in self.visited))


def read_report(report: Mapping[str, Any], output: str) -> Started:
    """Read what the harness reported.

    Args:
        report: its JSON.
        output: what the program printed.
    """
    return Started(
        exit_code=report["exit_code"],
        listening=tuple((address, port) for address, port in report["listening"]),
        given_port=report["given_port"],
        port=report["port"],
        answered=report["answered"],
        lasts=report["lasts"],
        visited=tuple(map(_visited, report["visited"])),
        left=report["left"],
        tracebacks=tuple(report["tracebacks"]),
        changes=tuple(report["changes"]),
        needs=_needs(report["needs"]),
        output=output,
        used=_used(report["used"]) if report["used"] else Used(),
    )


def _used(told: Mapping[str, Any]) -> Used:
    return Used(
        forms=told["forms"],
        sent=told["sent"],
        commands=told["commands"],
        faults=tuple(UseFault(**each) for each in told["faults"]),
        tracebacks=tuple(told["tracebacks"]),
    )


def _visited(told: Mapping[str, Any]) -> Visited:
    return Visited(
        page=Page(told["path"], told["status"], told["type"], told["body"]),
        kind=told["kind"],
        found_on=told["found_on"],
        fault=told["fault"],
        asks_login=told["asks_login"],
        words=told["words"],
        shows=told["shows"],
        tracebacks=tuple(told["tracebacks"]),
        names=tuple(told["names"]),
    )


def _needs(told: Mapping[str, Any]) -> Needs:
    return Needs(
        variables=tuple(
            Variable(name, found["default"], found["direct"])
            for name, found in told["variables"].items()
        ),
        imports=tuple(told["imports"]),
        reads_input=told["reads_input"],
        only_defines=told["only_defines"],
    )
