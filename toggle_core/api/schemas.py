"""What goes into the API and comes out of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from toggle_core.gates.model import GateResult, with_names
from toggle_core.runs.attempts import Attempt
from toggle_core.runs.model import ListedColumns, Run, RunColumns, RunSummary
from toggle_core.words import (
    DEADLINE_LIMIT,
    MEANINGS,
    PRIORITY_LIMIT,
    TASK_LIMIT,
    Outcome,
    PromiseOutcome,
    Status,
)


class TaskIn(BaseModel):
    """A task to build."""

    model_config = ConfigDict(extra="forbid", strict=True)

    description: str = Field(
        description=f"What should be built, 1 to {TASK_LIMIT:,} characters.",
        examples=["Create a hello world app"],
    )
    production: bool = Field(
        False,
        description="On: the code is proved before it is called ready. Off: a quick draft.",
    )
    review: bool = Field(
        False,
        description="On: the plan waits for a yes before any code is written; see the stage"
        " `reviewing`.",
    )
    priority: int = Field(
        0,
        ge=-PRIORITY_LIMIT,
        le=PRIORITY_LIMIT,
        description="More urgent tasks, those with a higher number, leave the queue first.",
    )
    deadline_seconds: float | None = Field(
        None,
        ge=1,
        le=DEADLINE_LIMIT,
        description="How long it may be worked on, waiting not counted; null: as long as the"
        " settings say.",
    )
    webhook_url: str | None = Field(
        None,
        description="Address that is told when the task ends, with http:// or https://.",
        examples=["https://example.com/hooks/production-toggle"],
    )
    promises: dict[str, Any] | None = Field(
        None,
        description="What the program will be checked for, with the toggle on; null: the builder"
        " decides. `docs/promises.md` describes the language.",
    )


class TaskAccepted(BaseModel):
    """The receipt."""

    task_id: UUID = Field(description="Ask for the task with this id.")
    status: Status


class ExchangeOut(BaseModel):
    """One step of a promise as it was carried out."""

    step: str
    sent: str = Field(description="What the program was sent.")
    came_back: str = Field(description="What it answered.")
    expected: str = Field(description="What was expected; empty where nothing was.")
    held: bool = Field(description="Whether the answer was as expected.")


class PromiseOut(BaseModel):
    """What became of one promise."""

    id: str
    sentence: str
    outcome: PromiseOutcome
    why: str = Field(description="Why it is broken, or was not tried; empty where it is kept.")
    transcript: list[ExchangeOut]


class SurvivorOut(BaseModel):
    """A small planned mistake that no test noticed."""

    path: str
    line: int
    function: str
    before: str
    after: str
    tests: list[str] = Field(description="Some of the tests that run the line.")


class ProofOut(BaseModel):
    """How many small planned mistakes the project's tests notice."""

    strength: int | None = Field(description="Percent; null where nothing was judged.")
    drawn: int
    noticed: int
    survived: int
    unreached: int = Field(description="In places that no test runs.")
    unjudged: int
    seed: str
    seconds: float = Field(description="Of processor time.")
    survivors: list[SurvivorOut]
    flaky: list[str] = Field(description="Tests that did not pass each time.")
    neutral: int = Field(description="Changes without any effect that were mixed among them.")
    neutral_failed: int


class GateOut(BaseModel):
    """What one gate says."""

    gate: str = Field(examples=["tests"])
    outcome: Outcome
    meaning: str = Field(description="What it means that this gate passes.")
    summary: str = Field(description="One sentence for people.")
    detail: str = Field(description="For engineers.")
    output: str = Field(description="What the program printed; of `start` only.")
    seconds: float
    promises: list[PromiseOut] = Field(description="What became of each; of `promises` only.")
    proof: ProofOut | None = Field(description="What the tests notice; of `proof` only.")


class AttemptOut(BaseModel):
    """One attempt of the coder."""

    attempt: int
    gates: list[GateOut]
    entry: str | None
    files: dict[str, str]
    seconds: float | None = Field(description="For coding and checking.")
    tokens_in: int
    tokens_out: int


class TaskOut(BaseModel, RunColumns):
    """Everything that is known of a task."""

    task_id: UUID
    description: str
    files: dict[str, str] = Field(description="Text of each file by its path.")
    unmet: list[str] = Field(
        description="Wishes of the task that the project does not fulfil, in the builder's words."
        " With any of them the verdict is never `production-ready`."
    )
    assumptions: list[str] = Field(
        description="What the builder decided where the task left it open, in its words."
    )
    objection: str | None = Field(
        description="Why the builder gave a repair up, in its words; null if it did not."
    )
    promises: dict[str, Any] | None = Field(
        description="What was agreed on before the code; null: nothing. What became of each is"
        " among the gates."
    )
    gates: list[GateOut] = Field(description="What the gates said of these files.")
    attempts: list[AttemptOut] = Field(description="Each attempt, with the toggle on.")


class TaskListed(BaseModel, ListedColumns):
    """A task as lists show it: the first 200 characters of plan and code."""

    task_id: UUID
    description: str


class TaskList(BaseModel):
    """A page of tasks, in the order that was asked for."""

    tasks: list[TaskListed]
    previous: str | None = Field(description="Cursor of the page before; null on the first.")
    next: str | None = Field(description="Cursor of the page after; null on the last.")
    deleted: list[UUID] = Field(
        default=[], description="With `changed_since`: tasks that were deleted after the cursor."
    )
    changed_since: str | None = Field(
        None, description="With `changed_since`: cursor for the next request; else null."
    )


class Problem(BaseModel):
    """Why a request was not answered."""

    detail: str = Field(description="A sentence for people.")
    field: str | None = Field(None, description="What in the request was wrong.")


class Health(BaseModel):
    """The process is alive."""

    status: str = "ok"


class Ready(BaseModel):
    """Whether tasks can be accepted and executed."""

    ready: bool
    database: bool = Field(description="Postgres answers.")
    migrations: bool = Field(description="The tables are at the newest revision.")
    queue: bool = Field(description="At least one worker has been heard of lately.")
    sandbox: bool = Field(description="Every worker can prove code; drafts need none.")
    advice: list[str] = Field(description="How to get a sandbox where a worker has none.")


def task_out(run: Run, attempts: Sequence[Attempt]) -> TaskOut:
    """A run in the API's words."""
    return TaskOut.model_validate(
        {
            **vars(run),
            "task_id": run.id,
            "description": run.task,
            "gates": [_gate_out(result) for result in run.gates],
            "attempts": [_attempt_out(attempt) for attempt in attempts],
        }
    )


def task_listed(run: RunSummary) -> TaskListed:
    """A run of a list in the API's words."""
    return TaskListed.model_validate({**vars(run), "task_id": run.id, "description": run.task})


def _gate_out(result: GateResult) -> GateOut:
    return GateOut(
        gate=result.gate,
        outcome=result.outcome,
        meaning=MEANINGS[result.gate],
        summary=result.summary,
        detail=result.detail,
        output=result.output,
        seconds=result.seconds,
        promises=with_names(result.promises),
        proof=with_names(result.proof),
    )


def _attempt_out(attempt: Attempt) -> AttemptOut:
    made = attempt.made
    return AttemptOut(
        attempt=attempt.number,
        gates=[_gate_out(result) for result in attempt.gates],
        entry=made.entry if made else None,
        files=dict(made.files) if made else {},
        seconds=made.seconds if made else None,
        tokens_in=made.tokens_in if made else 0,
        tokens_out=made.tokens_out if made else 0,
    )
