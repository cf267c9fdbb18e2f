"""The values that commands and reads exchange with pages, API and exports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from toggle_core.gates.model import GateResult
from toggle_core.words import EventKind, Stage, Status, Verdict


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as lists show it: never with whole payloads.

    Attributes:
        plan: the first characters of the plan, None before there is one.
        code: the first characters of the entry file, None before there is one.
    """

    id: UUID
    task: str
    production: bool
    status: Status
    stage: Stage
    verdict: Verdict | None
    builder: str
    submitted_by: str | None
    error: str | None
    tokens_in: int
    tokens_out: int
    plan: str | None
    code: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunBrief:
    """A run as cards, links and notifications show it: without plan and code."""

    id: UUID
    task: str
    status: Status
    stage: Stage
    verdict: Verdict | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Run:
    """A run with everything that is known of it.

    Attributes:
        review: whether a person wants to see the plan before any code is written.
        attempt: number of the coder's attempt, 0 before it began.
        takeovers: how often another worker continued it.
        plan: Markdown, None before there is one.
        code: text of the entry file, None before there is one.
        entry: path of the entry file in ``files``.
        files: text of each generated file by its path; empty before there are any.
        how_to_run: one shell line that starts the project; empty where it is not a program.
        response: what the founder reads at the end.
        gates: what the gates said of these files; empty where they were not asked.
        unmet: wishes of the task that the project does not fulfil, in the builder's words.
        assumptions: what the builder decided where the task left it open, in its words.
        objection: why the builder gave the repair up, in its words; None if it did not.
    """

    id: UUID
    task: str
    production: bool
    status: Status
    stage: Stage
    verdict: Verdict | None
    review: bool
    attempt: int
    takeovers: int
    priority: int
    builder: str
    submitted_by: str | None
    parent_id: UUID | None
    error: str | None
    tokens_in: int
    tokens_out: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    plan: str | None
    code: str | None
    entry: str | None
    files: Mapping[str, str]
    how_to_run: str | None
    response: str | None
    gates: tuple[GateResult, ...]
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
