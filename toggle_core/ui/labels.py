"""Labels for the state of a run in founders' words: never ``processing`` or ``completed``."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

from toggle_core.builders.chat.providers import ALIASES, PROVIDERS
from toggle_core.history.sorting import Sort
from toggle_core.words import Evidence, ProgramKind, Stage, Status, Verdict

PREFIXES: Final = frozenset({*ALIASES, *ALIASES.values(), *(each.prefix for each in PROVIDERS)})
"""What stands before the colon in the name of a chat model."""


class HasStanding(Protocol):
    """What is needed of a run to say how it stands."""

    @property
    def status(self) -> Status:
        """What the run is to the machine."""

    @property
    def stage(self) -> Stage:
        """Where the run is."""

    @property
    def verdict(self) -> Verdict | None:
        """What the gates say."""

    @property
    def works(self) -> bool | None:
        """Whether promises that could not be tried are all that keeps it from being ready."""

    @property
    def promises_untried(self) -> int | None:
        """How many these are."""


class HasEvidence(Protocol):
    """What is needed of a run to say what its verdict rests on."""

    @property
    def promises_count(self) -> int | None:
        """Promises that were agreed on."""

    @property
    def promises_kept(self) -> int | None:
        """How many of them were kept."""

    @property
    def proof_strength(self) -> int | None:
        """Percent of the small planned mistakes that the tests notice."""


@dataclass(frozen=True, slots=True)
class Look:
    """A word with the icon and the colour it is shown in.

    Attributes:
        icon: name of a Material symbol.
        colour: a colour of the theme, so that it is readable in light and dark.
        filled: whether the word stands on a ground of that colour.
    """

    word: str
    icon: str
    colour: str
    filled: bool = True


class Standing(Enum):
    """How a run stands, for a person."""

    WAITING = Look("Waiting", "schedule", "gray", filled=False)
    WORKING = Look("Working", "autorenew", "blue")
    TO_REVIEW = Look("Needs you", "rate_review", "orange")
    READY = Look("Ready", "check_circle", "green")
    WORKS = Look("Works", "touch_app", "violet")
    DRAFT = Look("Draft", "draft", "gray")
    NEEDS_YOU = Look("Needs you", "error", "red")
    CANCELLED = Look("Cancelled", "cancel", "gray", filled=False)


JUDGED: Final = {
    Verdict.READY: Standing.READY,
    Verdict.DRAFT: Standing.DRAFT,
    Verdict.NOT_READY: Standing.NEEDS_YOU,
}
"""How a completed run stands. Only what passed every check is ready: a draft was never checked."""

STAGE_WORDS: Final = {
    Stage.QUEUED: "Waiting for a free slot",
    Stage.PLANNING: "Writing the plan",
    Stage.REVIEWING: "Waiting for your review",
    Stage.CODING: "Writing the code",
    Stage.CHECKING: "Checking the code",
    Stage.REPAIRING: "Repairing the code",
    Stage.RESPONDING: "Finishing",
    Stage.DONE: "Done",
}

VERDICT_WORDS: Final = {
    Verdict.DRAFT: "Not checked",
    Verdict.READY: "Production-ready",
    Verdict.NOT_READY: "Not ready",
}
"""What the gates say of a completed run; of a draft they were not asked."""

EVIDENCE_WORDS: Final = {
    Evidence.PROMISES: "Promises and proof",
    Evidence.CHECKS: "The first seven checks",
}
"""What a verdict rests on."""

KIND_WORDS: Final = {
    ProgramKind.CLI: "Command line",
    ProgramKind.WEB: "Web app or page",
    ProgramKind.API: "API",
    ProgramKind.LIBRARY: "Library",
    ProgramKind.BOT: "Bot",
}
"""What a run builds."""

REASON_WORDS: Final = {
    "promises": "A promise is broken",
    "tests": "Its own tests fail",
    "proof": "Tests notice too little",
    "start": "It does not start",
    "types": "Type errors",
    "security": "Security problems",
    "lint": "Lint errors",
    "syntax": "Syntax errors",
    "files": "Files missing or unsafe",
    "left-out": "Something is left out",
    "unchecked": "Not every check was possible",
    "not-built": "The built-in builder cannot",
    "model": "Trouble with the chat model",
    "overdue": "Time limit reached",
    "tokens-used-up": "Token limit reached",
    "build-failed": "It could not be built",
    "fault": "An unexpected error",
    "rejected": "The plan was rejected",
    "cancelled": "Cancelled",
    "untried": "Promises are yours to try",
}
"""Why a run is not ready."""

SORT_WORDS: Final = {
    Sort.NEWEST: "Newest first",
    Sort.OLDEST: "Oldest first",
    Sort.LONGEST: "Longest first",
    Sort.SHORTEST: "Shortest first",
    Sort.MOST_TOKENS: "Most tokens first",
    Sort.FEWEST_TOKENS: "Fewest tokens first",
    Sort.STRONGEST: "Strongest tests first",
    Sort.WEAKEST: "Weakest tests first",
}

PROGRESS: Final = {
    Stage.QUEUED: 0.04,
    Stage.PLANNING: 0.2,
    Stage.REVIEWING: 0.35,
    Stage.CODING: 0.5,
    Stage.CHECKING: 0.7,
    Stage.REPAIRING: 0.8,
    Stage.RESPONDING: 0.9,
    Stage.DONE: 1.0,
}
"""How much of the way lies behind a run, from 0 to 1. It only ever grows, but for repairs."""


def standing_of(run: HasStanding) -> Standing:
    """How a run stands.

    One whose plan waits for a review, and a finished one whose checks did not pass, need a person.
    One that works keeps every promise that could be tried, and is not ready: some could not.
    """
    match run.status, run.stage, run.verdict:
        case Status.PROCESSING, Stage.QUEUED, _:
            return Standing.WAITING
        case Status.PROCESSING, Stage.REVIEWING, _:
            return Standing.TO_REVIEW
        case Status.PROCESSING, _, _:
            return Standing.WORKING
        case Status.CANCELLED, _, _:
            return Standing.CANCELLED
        case Status.COMPLETED, _, Verdict() as verdict:
            return Standing.WORKS if run.works else JUDGED[verdict]
        case _:
            return Standing.NEEDS_YOU


def verdict_word(run: HasStanding) -> str:
    """What the gates say of a run; empty until it is completed."""
    if standing_of(run) is Standing.WORKS:
        return f"{run.promises_untried} to try yourself"
    return VERDICT_WORDS[run.verdict] if run.verdict else ""


def standing_word(run: HasStanding) -> str:
    """How a run stands, in a word or two: ``Ready``, ``Works: 2 to try yourself``."""
    standing = standing_of(run)
    left = f": {run.promises_untried} to try yourself" if standing is Standing.WORKS else ""
    return f"{standing.value.word}{left}"


def progress_of(run: HasStanding) -> float:
    """How much of the way lies behind a run, from 0 to 1.

    A run that waits for a slot again keeps what it has: its plan, where it has one.

    Args:
        run: in any stage.
    """
    behind = PROGRESS[run.stage]
    if run.stage is Stage.QUEUED and getattr(run, "plan", None):
        return PROGRESS[Stage.REVIEWING]
    if run.stage is Stage.CHECKING and (getattr(run, "attempt", None) or 1) > 1:
        return PROGRESS[Stage.REPAIRING]
    return behind


def is_moving(run: HasStanding) -> bool:
    """Whether a run changes by itself: it is processing, and waits for no person."""
    return run.status is Status.PROCESSING and run.stage is not Stage.REVIEWING


def evidence_line(run: HasEvidence) -> str:
    """What a verdict rests on: ``4 of 4 promises kept · tests notice 89 %``; empty without."""
    parts = []
    if run.promises_count and run.promises_kept is not None:
        parts.append(f"{run.promises_kept} of {run.promises_count} promises kept")
    if run.proof_strength is not None:
        parts.append(f"tests notice {run.proof_strength} %")
    return " · ".join(parts)


def builder_name(name: str) -> str:
    """What people call a builder; a chat model by its name, without where it comes from.

    Args:
        name: as settings, API and exports write it.
    """
    if name == "blueprints":
        return "Built-in builder"
    prefix, _, model = name.partition(":")
    return model if model and prefix in PREFIXES else name


def count_in_words(count: int, *, exact_up_to: int) -> str:
    """How many runs there are, where counting stops at a limit.

    Args:
        count: as counted, at most ``exact_up_to`` + 1.
        exact_up_to: the limit.
    """
    if count > exact_up_to:
        return f"More than {exact_up_to:,} runs"
    return "1 run" if count == 1 else f"{count:,} runs"
