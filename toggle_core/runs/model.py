"""The values that commands and reads exchange with pages, API and exports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from toggle_core.gates.model import GateResult
from toggle_core.runs.columns import Cell, Column
from toggle_core.runs.reason import REASON
from toggle_core.words import EventKind, ProgramKind, Stage, Status, Verdict


@dataclass(frozen=True, kw_only=True)
class RunIdentity:
    """The columns whose public names are not those of the table."""

    id: Annotated[UUID, Column(meaning="Id of the run.", public="task_id")]
    task: Annotated[
        str, Column(meaning="The description of the task, as it was typed.", public="description")
    ]


@dataclass(frozen=True, kw_only=True)
class ListedColumns:
    """Columns that lists read as well. Each field is the one declaration of its column.

    A column stands here if the list of runs or the API's list shows it, else in ``RunColumns``.
    Of what is in a checkpoint, lists read the first characters only.
    """

    production: Annotated[bool, Column(meaning="Whether the production toggle was on.")]
    status: Annotated[Status, Column(meaning="Status: processing, completed, failed or cancelled.")]
    stage: Annotated[
        Stage,
        Column(
            meaning="Stage the run is in: queued, planning, coding and so on; done once it has "
            "ended."
        ),
    ]
    verdict: Annotated[
        Verdict | None,
        Column(
            meaning="Verdict: draft, production-ready or not-production-ready; empty until the "
            "run is completed."
        ),
    ]
    evidence: Annotated[
        int | None,
        Column(
            meaning="What the verdict rests on: 1, the first seven checks; 2, promises and "
            "proof as well; empty where nothing was checked.",
            after="version",
        ),
    ]
    promises_count: Annotated[
        int | None,
        Column(
            meaning="Number of promises that were agreed on before the code was written.",
            public="promises",
            after="evidence",
        ),
    ]
    promises_kept: Annotated[
        int | None,
        Column(meaning="Number of promises that the program kept.", after="promises"),
    ]
    promises_untried: Annotated[
        int | None,
        Column(
            meaning="Number of promises that could not be tried automatically.",
            after="promises_kept",
        ),
    ]
    left_out: Annotated[
        int | None,
        Column(
            meaning="Number of wishes in the description that no promise covers.",
            after="promises_untried",
            cell=Cell("Left out", "4.6rem", blank=0, at_first=False),
        ),
    ]
    proof_strength: Annotated[
        int | None,
        Column(
            meaning="Strength of the tests: percent of planted mistakes that the project's "
            "tests noticed, 0 to 100.",
            after="left_out",
        ),
    ]
    works: Annotated[
        bool | None,
        Column(
            meaning="Whether untried promises are all that keeps the run from being "
            "production-ready.",
            after="proof_strength",
        ),
    ]
    attempt: Annotated[
        int,
        Column(
            meaning="Number of attempts to write the code, repairs included.",
            after="verdict",
            cell=Cell("Attempts", "5rem", blank=0, at_first=False),
        ),
    ]
    builder: Annotated[
        str,
        Column(
            meaning="Name of the builder that planned and wrote the code.",
            cell=Cell("Builder", "minmax(5rem, 1.2fr)", at_first=False),
        ),
    ]
    submitted_by: Annotated[
        str | None,
        Column(
            meaning="Who submitted the task; empty where that is not known.",
            webhook=False,
            cell=Cell("Who", "minmax(5rem, 1fr)", at_first=False),
        ),
    ]
    error: Annotated[
        str | None, Column(meaning="Why the run failed, for people; empty unless it failed.")
    ]
    reason: Annotated[
        str | None,
        Column(
            meaning="Why the run failed, was cancelled or is not production-ready, in one line; "
            "empty where it is ready, a draft, or still in progress.",
            sql=REASON,
            after="review_seconds",
            webhook=False,
        ),
    ]
    reason_code: Annotated[
        str | None,
        Column(
            meaning="The reason in a word: the gate that did not pass, or left-out, unchecked, "
            "not-built, model, overdue, tokens-used-up, build-failed, fault, rejected, cancelled "
            "or untried; empty where `reason` is.",
            after="reason",
            webhook=False,
            cell=Cell("Reason", "minmax(7rem, 1.2fr)", at_first=False),
        ),
    ]
    failed_checks: Annotated[
        str | None,
        Column(
            meaning="Checks that failed in at least one attempt, separated by commas; empty where "
            "none did, and until the run has ended.",
            sql="array_to_string(runs.failed_checks, ',')",
            after="reason_code",
            webhook=False,
            cell=Cell("Failed checks", "minmax(6rem, 1fr)", at_first=False),
        ),
    ]
    kind: Annotated[
        ProgramKind | None,
        Column(
            meaning="What it builds: cli, web, api, library or bot; empty where nothing was "
            "promised.",
            after="failed_checks",
            webhook=False,
            cell=Cell("Kind", "6.4rem", at_first=False),
        ),
    ]
    tokens_in: Annotated[int, Column(meaning="Number of tokens that chat models read.")]
    tokens_out: Annotated[int, Column(meaning="Number of tokens that chat models wrote.")]
    created_at: Annotated[datetime, Column(meaning="When the task was submitted, in UTC.")]
    started_at: Annotated[
        datetime | None,
        Column(meaning="When a worker first began, in UTC; empty while the run is queued."),
    ]
    finished_at: Annotated[
        datetime | None, Column(meaning="When the run ended, in UTC; empty until then.")
    ]
    working_seconds: Annotated[
        float | None,
        Column(
            meaning="Seconds the run was worked on, without queue and review; empty before its "
            "first end.",
            after="works",
        ),
    ]
    waiting_seconds: Annotated[
        float | None,
        Column(
            meaning="Seconds the run waited in the queue; empty before its first end.",
            after="working_seconds",
        ),
    ]
    review_seconds: Annotated[
        float | None,
        Column(
            meaning="Seconds the plan waited for a person; empty before the run's first end.",
            after="waiting_seconds",
        ),
    ]
    plan: Annotated[str | None, Column(meaning="The plan, as Markdown.", checkpoint=True)]
    code: Annotated[
        str | None,
        Column(meaning="Text of the project's entry file.", checkpoint=True, webhook=False),
    ]
    project_id: Annotated[
        UUID,
        Column(
            meaning="Id of the project that the run is a version of.",
            after="response",
            webhook=False,
        ),
    ]
    project_name: Annotated[
        str,
        Column(
            meaning="Name of the project: the beginning of its first description.",
            sql="SELECT name FROM projects WHERE projects.id = runs.project_id",
            after="project_id",
            webhook=False,
        ),
    ]
    version: Annotated[
        int,
        Column(
            meaning="Version of the project that the run made, counted from 1.",
            after="project_name",
            webhook=False,
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class RunColumns(ListedColumns):
    """Columns of one run that the API gives. Each field is the one declaration of its column."""

    review: Annotated[
        bool,
        Column(
            meaning="Whether a person reviews the plan before any code is written.",
            after="production",
        ),
    ]
    takeovers: Annotated[
        int, Column(meaning="Number of times another worker took the run over.", after="attempt")
    ]
    priority: Annotated[
        int,
        Column(meaning="Priority in the queue, from 10 (most urgent) to -10.", after="takeovers"),
    ]
    parent_id: Annotated[
        UUID | None,
        Column(
            meaning="Id of the run it is based on: a change, a fork or a repetition; empty for "
            "a new task.",
            after="idempotency_key",
        ),
    ]
    entry: Annotated[
        str | None, Column(meaning="Path of the entry file inside the project.", checkpoint=True)
    ]
    how_to_run: Annotated[
        str | None,
        Column(
            meaning="Shell command that starts the project, as the gate `start` runs it.",
            checkpoint=True,
        ),
    ]
    response: Annotated[
        str | None,
        Column(
            meaning="The closing words, as Markdown: what was proved, then, quoted, what the "
            "builder says.",
            checkpoint=True,
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class RunSummary(ListedColumns, RunIdentity):
    """A run as lists show it: of plan and code only the first characters."""


@dataclass(frozen=True, slots=True)
class RunBrief:
    """A run as cards, links and notifications show it: without plan and code."""

    id: UUID
    task: str
    status: Status
    stage: Stage
    verdict: Verdict | None
    created_at: datetime
    works: bool | None = None
    promises_untried: int | None = None


@dataclass(frozen=True, kw_only=True)
class Run(RunColumns, RunIdentity):
    """A run with everything that is known of it.

    Fields with a ``Column`` are declared here if they are for exports only.

    Attributes:
        files: text of each generated file by its path; empty before there are any.
        gates: what the gates said of these files; empty where they were not asked.
        promises: what was agreed on before the code, in the shape of ``docs/promises.md``; None
            where nothing was.
        unmet: wishes of the task that the project does not fulfil, in the builder's words.
        assumptions: what the builder decided where the task left it open, in its words.
        objection: why the builder gave the repair up, in its words; None if it did not.
    """

    idempotency_key: Annotated[
        str | None,
        Column(
            meaning="Idempotency key the task was submitted with; empty without one.",
            after="submitted_by",
            webhook=False,
        ),
    ]
    cancel_requested_at: Annotated[
        datetime | None,
        Column(
            meaning="When its cancellation was requested, in UTC; empty where it was not.",
            after="finished_at",
            webhook=False,
        ),
    ]
    duration: Annotated[
        float | None,
        Column(
            meaning="Seconds from start to end, pauses included; empty until the run has ended.",
            public="duration_seconds",
            after="cancel_requested_at",
            webhook=False,
        ),
    ]
    files: Mapping[str, str]
    gates: tuple[GateResult, ...]
    promises: Mapping[str, Any] | None = None
    unmet: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    objection: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a run.

    Attributes:
        id: grows with time within a run.
        detail: facts, such as the worker of a take-over.
    """

    id: int
    at: datetime
    kind: EventKind
    stage: Stage
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person gets for a task: the run's id, and its status at that moment."""

    task_id: UUID
    status: Status


def files_from_json(text: str | None) -> dict[str, str]:
    """The files of a project from the ``files`` channel: JSON text of path -> content."""
    return dict(json.loads(text)) if text else {}


def remarks_from_json(text: str | None) -> tuple[str, ...]:
    """What a builder remarked, from the channels ``unmet`` and ``assumptions``."""
    return tuple(json.loads(text)) if text else ()
