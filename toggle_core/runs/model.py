"""The values that commands and reads exchange with pages, API and exports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from toggle_core.gates.model import GateResult
from toggle_core.runs.columns import Cell, Column
from toggle_core.words import EventKind, Stage, Status, Verdict


@dataclass(frozen=True, kw_only=True)
class RunIdentity:
    """The columns whose public names are not those of the table."""

    id: Annotated[UUID, Column(meaning="id of the run", public="task_id")]
    task: Annotated[str, Column(meaning="the description as it was typed", public="description")]


@dataclass(frozen=True, kw_only=True)
class ListedColumns:
    """Columns that lists read as well. Each field is the one declaration of its column.

    A column stands here if the list of runs or the API's list shows it, else in ``RunColumns``.
    Of what is in a checkpoint, lists read the first characters only.
    """

    production: Annotated[bool, Column(meaning="whether the toggle was on")]
    status: Annotated[Status, Column(meaning="processing, completed, failed or cancelled")]
    stage: Annotated[Stage, Column(meaning="stage of the run, for people")]
    verdict: Annotated[
        Verdict | None,
        Column(meaning="draft, production-ready or not-production-ready; empty until completed"),
    ]
    evidence: Annotated[
        int | None,
        Column(
            meaning="what the verdict rests on: 1, the first seven checks; 2, promises and proof,"
            " too; empty where nothing was checked",
            after="version",
        ),
    ]
    promises_count: Annotated[
        int | None,
        Column(
            meaning="promises that were agreed on before the code",
            public="promises",
            after="evidence",
        ),
    ]
    promises_kept: Annotated[
        int | None,
        Column(meaning="how many of them the program kept", after="promises"),
    ]
    promises_untried: Annotated[
        int | None,
        Column(meaning="how many could not be tried", after="promises_kept"),
    ]
    left_out: Annotated[
        int | None,
        Column(
            meaning="wishes of the description that no promise covers",
            after="promises_untried",
        ),
    ]
    proof_strength: Annotated[
        int | None,
        Column(
            meaning="percent of small planned mistakes that the project's tests noticed",
            after="left_out",
        ),
    ]
    works: Annotated[
        bool | None,
        Column(
            meaning="whether promises that could not be tried are all that keeps it from being"
            " production-ready",
            after="proof_strength",
        ),
    ]
    builder: Annotated[
        str, Column(meaning="what planned and coded", cell=Cell("Builder", "minmax(0, 1.2fr)"))
    ]
    submitted_by: Annotated[
        str | None, Column(meaning="who submitted it, where that is known", webhook=False)
    ]
    error: Annotated[str | None, Column(meaning="why it failed")]
    tokens_in: Annotated[int, Column(meaning="tokens that models read")]
    tokens_out: Annotated[int, Column(meaning="tokens that models wrote")]
    created_at: Annotated[datetime, Column(meaning="when it was submitted")]
    started_at: Annotated[datetime | None, Column(meaning="when a worker began")]
    finished_at: Annotated[datetime | None, Column(meaning="when it ended")]
    plan: Annotated[str | None, Column(meaning="the plan, Markdown", checkpoint=True)]
    code: Annotated[
        str | None, Column(meaning="text of the entry file", checkpoint=True, webhook=False)
    ]
    project_id: Annotated[
        UUID,
        Column(
            meaning="id of the project that the run is a version of",
            after="response",
            webhook=False,
        ),
    ]
    project_name: Annotated[
        str,
        Column(
            meaning="name of the project: the beginning of its first description",
            sql="SELECT name FROM projects WHERE projects.id = runs.project_id",
            after="project_id",
            webhook=False,
        ),
    ]
    version: Annotated[
        int,
        Column(
            meaning="version of the project: 1, and one more for each run that came of it",
            cell=Cell("Version", "4rem", prefix="v", blank=1),
            after="project_name",
            webhook=False,
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class RunColumns(ListedColumns):
    """Columns of one run that the API gives. Each field is the one declaration of its column."""

    review: Annotated[bool, Column(meaning="whether a person reviews the plan", after="production")]
    attempt: Annotated[int, Column(meaning="attempts of the coder so far", after="verdict")]
    takeovers: Annotated[
        int, Column(meaning="how often another worker continued the run", after="attempt")
    ]
    priority: Annotated[int, Column(meaning="10 the most urgent, -10 the least", after="takeovers")]
    parent_id: Annotated[
        UUID | None,
        Column(meaning="id of the run it continues or was forked from", after="idempotency_key"),
    ]
    entry: Annotated[str | None, Column(meaning="path of the entry file", checkpoint=True)]
    how_to_run: Annotated[
        str | None,
        Column(
            meaning="the shell line that starts the project, as the gate `start` runs it",
            checkpoint=True,
        ),
    ]
    response: Annotated[
        str | None,
        Column(
            meaning="the closing words, Markdown: what was proved, then, quoted, what the builder"
            " says",
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
            meaning="idempotency key it was submitted with", after="submitted_by", webhook=False
        ),
    ]
    cancel_requested_at: Annotated[
        datetime | None,
        Column(meaning="when its cancellation was requested", after="finished_at", webhook=False),
    ]
    duration: Annotated[
        float | None,
        Column(
            meaning="seconds from start to end",
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
