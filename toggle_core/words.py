"""The words of the product: status, stage, verdict, and the limits of texts.

The database's constraints, the graph, the API and the pages all take them from here.
"""

from enum import IntEnum, StrEnum
from typing import Final, NamedTuple


class Status(StrEnum):
    """What a run is to the machine. A bad verdict is a *completed* run."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """Where a run is, for people to read."""

    QUEUED = "queued"
    PLANNING = "planning"
    REVIEWING = "reviewing"
    CODING = "coding"
    CHECKING = "checking"
    REPAIRING = "repairing"
    RESPONDING = "responding"
    DONE = "done"


class Verdict(StrEnum):
    """What the gates say of a finished run. ``draft``: they were not asked."""

    DRAFT = "draft"
    READY = "production-ready"
    NOT_READY = "not-production-ready"


class Evidence(IntEnum):
    """What a verdict rests on."""

    CHECKS = 1
    """The first seven gates."""
    PROMISES = 2
    """Promises and proof, too."""


class Outcome(StrEnum):
    """How a gate went."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ProgramKind(StrEnum):
    """What kind of program keeps the promises."""

    CLI = "cli"
    WEB = "web"
    API = "api"
    LIBRARY = "library"
    BOT = "bot"


class PromiseOutcome(StrEnum):
    """Whether the running program did what a promise says."""

    KEPT = "kept"
    BROKEN = "broken"
    UNTRIED = "untried"


class Gate(NamedTuple):
    """The declaration of a gate. Its check is the module of this name in ``gates.checks``.

    Attributes:
        name: in the API, in the database and on pages.
        meaning: one plain sentence, what it means that the gate passed.
        after: the gate that has to pass before this one is worth running; empty: none.
        usual_seconds: for a small project, so that the longest can begin first.
    """

    name: str
    meaning: str
    after: str
    usual_seconds: float


GATE_LIST: Final = (
    Gate("files", "All files are there and have safe names.", "", 0.1),
    Gate("syntax", "Python can read every file.", "files", 0.1),
    Gate("lint", "No common mistakes found.", "syntax", 0.1),
    Gate("security", "No known security problems (security scan).", "syntax", 0.4),
    Gate("types", "Types are consistent (type check).", "syntax", 0.5),
    Gate("tests", "The project's own tests run and pass.", "syntax", 1.0),
    Gate("proof", "The tests notice when the program is quietly broken.", "tests", 4.0),
    Gate("start", "The program starts and works.", "syntax", 4.5),
    Gate("promises", "The program does what was promised.", "syntax", 2.0),
)
"""Every gate, in the order they are reported. All are required."""

GATES: Final = tuple(gate.name for gate in GATE_LIST)
"""Names of the gates in that order."""

PICTURE_PATH_LIMIT: Final = 500
"""Characters of the address of a page of which there is a picture."""

PICTURE_HEIGHT_LIMIT: Final = 2_000
"""Pixels of a picture."""

MEANINGS: Final = {gate.name: gate.meaning for gate in GATE_LIST}

REASON_CODES: Final = (
    "promises",
    *(gate for gate in GATES if gate != "promises"),
    "left-out",
    "unchecked",
    "not-built",
    "model",
    "overdue",
    "tokens-used-up",
    "build-failed",
    "fault",
    "rejected",
    "cancelled",
    "untried",
)
"""Why a run is not ready: the gate that did not pass, or one of the other words. Of several gates
the first of these counts: a broken promise says more to people than a lint error. Left out: no
promise covers a wish. Unchecked: a gate was skipped. Not built: no blueprint does it. Fault: one of
the program itself. Untried: promises are left for a person to try."""


class Scope(StrEnum):
    """What a key of the API may do. Each includes those before it."""

    READ = "read"
    SUBMIT = "submit"
    ADMIN = "admin"


class Format(StrEnum):
    """File format of an export; also the file name's extension."""

    CSV = "csv"
    PARQUET = "parquet"


class DeliveryState(StrEnum):
    """Whether a webhook was told of the end of a run."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class EventKind(StrEnum):
    """What happened, in ``run_events``."""

    STAGE = "stage"
    CONTINUED = "continued"
    GATE = "gate"
    TEXT = "text"
    ERROR = "error"


TASK_LIMIT: Final = 10_000
"""Characters of a task."""

PLAN_LIMIT: Final = 50_000
"""Characters of a plan."""

ERROR_LIMIT: Final = 2_000
"""Characters of the sentence a failed run keeps, and of the reason why a plan was rejected."""

NAME_LIMIT: Final = 200
"""Characters of a builder's, a person's or a worker's name, and of an idempotency key."""

TURN_LIMIT: Final = NAME_LIMIT + 20
"""Characters of a submitter's name with the number of a turn."""

PRIORITY_LIMIT: Final = 10
"""The most urgent priority; its negative is the least urgent."""

DEADLINE_LIMIT: Final = 86_400
"""Seconds: the longest time a run may be said to be worked on."""

VIEWS_LIMIT: Final = 50
"""Saved views there may be."""

VIEW_NAME_LIMIT: Final = 80
"""Characters of a saved view's name."""

KEY_NAME_LIMIT: Final = 80
"""Characters of the name of an API's key."""

WEBHOOK_URL_LIMIT: Final = 2_000
"""Characters of a webhook's address."""
