"""What became of a program when it was used."""

import random
import string
from dataclasses import asdict, dataclass, field
from typing import Any

from ..promises.records import storable

ERROR, UNSENT, DROPPED, ENDED = "error", "unsent", "dropped", "ended"
TRACEBACK, MARKUP, PLANTED, LOST = "traceback", "markup", "planted", "lost"
RACE, WRITTEN, UNSTEADY = "race", "written", "unsteady"
CRASH, ENDLESS, UNKNOWN, MUTE, SHELL = "crash", "endless", "unknown", "mute", "shell"

_TOKEN_LETTERS = 8
_MOST_CHARACTERS = 400  # of a request or an answer


@dataclass(frozen=True, slots=True)
class UseFault:
    """Something that goes wrong when the program is used.

    Attributes:
        kind: of a site: ``ERROR``: a status of 500 or more; ``UNSENT``: there is no page where a
            form leads; ``DROPPED``: no complete answer; ``ENDED``: the program ended;
            ``TRACEBACK``: shown to the visitor; ``MARKUP``: what a visitor typed becomes part of
            the page; ``PLANTED``: a file from outside the project was answered; ``LOST``: gone
            after a restart; ``RACE``: what many do at once overwrites each other;
            ``WRITTEN``: a file that was sent lies outside the project. Of a command:
            ``UNSTEADY``: other words for the same arguments, without a reason in the code;
            ``CRASH``: a traceback; ``ENDLESS``: it does not end; ``UNKNOWN``: the README has it,
            the program does not; ``MUTE``: it never does anything. Of both: ``SHELL``: a shell
            carries out what was typed.
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

    def as_json(self) -> dict[str, str]:
        """Return the fault as JSON values that can be stored and shown."""
        return {name: storable(text[:_MOST_CHARACTERS]) for name, text in asdict(self).items()}


def letters() -> str:
    """Return letters that stand nowhere by chance."""
    source = random.SystemRandom()
    return "".join(source.choice(string.ascii_lowercase) for _ in range(_TOKEN_LETTERS))


def shell_lure(token: str) -> str:
    """Return a text out of which a shell makes another one.

    Args:
        token: letters to recognise it by.
    """
    return f"$(echo {token}$((40+2)))"


def is_carried_out(text: str, token: str) -> bool:
    """Tell whether a text shows that a shell got the lure."""
    return f"{token}42" in text


@dataclass(slots=True)
class Used:
    """What became of a program that was used.

    Attributes:
        forms: kinds of forms that were sent.
        sent: how often a form was sent.
        commands: how often it was started with arguments.
        faults: what went wrong.
        tracebacks: those that a server printed meanwhile.
        under_way: the command that is tried at the moment, to be blamed if it is the last.
    """

    forms: int = 0
    sent: int = 0
    commands: int = 0
    faults: list[UseFault] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    under_way: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            "forms": self.forms,
            "sent": self.sent,
            "commands": self.commands,
            "faults": [each.as_json() for each in self.faults],
            "tracebacks": self.tracebacks,
            "under_way": self.under_way,
        }
