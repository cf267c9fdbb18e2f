"""Our tables, and a view of the checkpointer's. Every invariant is a constraint here.

Those of the rollup, of saved views, of API keys, of pictures, of retention and of webhooks are in
modules of their own, ``rollup_tables`` and so on: all are imported here, so that ``Base`` knows
them all.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    desc,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from toggle_core.store import (
    access_tables,
    app_tables,
    change_tables,
    picture_tables,
    retention_tables,
    rollup_tables,
    view_tables,
    webhook_tables,
)
from toggle_core.store.base import Base, at_most, one_of
from toggle_core.store.search_words import words_in_sql
from toggle_core.words import (
    ERROR_LIMIT,
    NAME_LIMIT,
    PLAN_LIMIT,
    PRIORITY_LIMIT,
    TASK_LIMIT,
    TURN_LIMIT,
    EventKind,
    Outcome,
    ProgramKind,
    Stage,
    Status,
    Verdict,
)

__all__ = [
    "Base",
    "access_tables",
    "app_tables",
    "change_tables",
    "picture_tables",
    "retention_tables",
    "rollup_tables",
    "view_tables",
    "webhook_tables",
]

LONGEST_FIRST: Final = "COALESCE(working_seconds, '-Infinity'::double precision)"
SHORTEST_FIRST: Final = "COALESCE(working_seconds, 'Infinity'::double precision)"
"""Keys of the two orders by the time a run was worked on: one that has not ended comes last."""

STRONGEST_FIRST: Final = "COALESCE(proof_strength, '-1'::smallint)"
WEAKEST_FIRST: Final = "COALESCE(proof_strength, '101'::smallint)"
"""Keys of the two orders by the strength of tests: runs without a proof come last in both."""


class ProjectRow(Base):
    """What a person keeps: a run and the runs that came of it are its versions 1, 2, 3.

    A trigger on ``runs`` (migration 0010) makes the project of a run without a parent, with the
    run's id, and gives each other run the next version of its parent's project.
    """

    __tablename__ = "projects"
    __table_args__ = (
        at_most("name", NAME_LIMIT),
        CheckConstraint("latest_version > 0", name="latest_version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    latest_version: Mapped[int] = mapped_column(server_default="1")
    """Never lowered: the number of a deleted version is not given again."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RunRow(Base):
    """One execution of the graph for one task. Its id is the LangGraph thread and the task id."""

    __tablename__ = "runs"
    __table_args__ = (
        one_of("status", Status),
        one_of("stage", Stage),
        one_of("verdict", Verdict),
        at_most("task", TASK_LIMIT),
        at_most("error", ERROR_LIMIT),
        at_most("builder", NAME_LIMIT),
        at_most("submitted_by", NAME_LIMIT),
        at_most("idempotency_key", NAME_LIMIT),
        at_most("worker", NAME_LIMIT),
        at_most("turn", TURN_LIMIT),
        at_most("reason_code", NAME_LIMIT),
        CheckConstraint(
            f"priority BETWEEN -{PRIORITY_LIMIT} AND {PRIORITY_LIMIT}", name="priority_known"
        ),
        CheckConstraint("strikes >= 0", name="strikes"),
        CheckConstraint(
            "deadline_seconds > 0 AND deadline_seconds < 'Infinity'", name="deadline_seconds"
        ),
        CheckConstraint("deadline_at IS NULL OR worker IS NOT NULL", name="deadline_held"),
        CheckConstraint("task ~ '[^[:space:]]'", name="task_not_blank"),
        CheckConstraint("(status = 'processing') = (finished_at IS NULL)", name="finished_when"),
        CheckConstraint("status <> 'completed' OR verdict IS NOT NULL", name="completed_verdict"),
        CheckConstraint("status = 'completed' OR verdict IS NULL", name="verdict_completed"),
        CheckConstraint("status <> 'failed' OR error IS NOT NULL", name="failed_error"),
        CheckConstraint("(status <> 'processing') = (stage = 'done')", name="stage_done"),
        CheckConstraint(
            "reason_code IS NULL OR status IN ('failed', 'cancelled')"
            " OR verdict IS NOT DISTINCT FROM 'not-production-ready'",
            name="reason_not_ready",
        ),
        one_of("kind", ProgramKind),
        CheckConstraint(
            "failed_checks IS NULL OR status <> 'processing' AND cardinality(failed_checks) > 0",
            name="failed_checks_ended",
        ),
        CheckConstraint(
            "attempt >= 0 AND takeovers >= 0 AND lease >= 0 AND tokens_in >= 0 AND tokens_out >= 0",
            name="counts",
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("evidence IN (1, 2)", name="evidence_known"),
        CheckConstraint(
            "promises_count >= 0 AND promises_kept >= 0 AND promises_untried >= 0 AND left_out >= 0"
            " AND promises_kept + promises_untried <= promises_count",
            name="promises_counts",
        ),
        CheckConstraint("proof_strength BETWEEN 0 AND 100", name="proof_strength_percent"),
        CheckConstraint(
            "working_seconds >= 0 AND waiting_seconds >= 0 AND review_seconds >= 0",
            name="times",
        ),
        UniqueConstraint("idempotency_key"),
        UniqueConstraint("project_id", "version"),
        Index("ix_runs_newest", desc("created_at"), desc("id")),
        Index(
            "ix_runs_status_newest",
            "status",
            desc("created_at"),
            desc("id"),
            postgresql_include=["production", "builder"],
        ),
        Index("ix_runs_active", "created_at", postgresql_where=text("status = 'processing'")),
        Index(
            "ix_runs_finished",
            "finished_at",
            "id",
            postgresql_where=text("finished_at IS NOT NULL"),
        ),
        Index("ix_runs_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index(
            "ix_runs_verdict",
            "verdict",
            desc("created_at"),
            desc("id"),
            postgresql_where=text("verdict IS NOT NULL"),
        ),
        Index("ix_runs_builder", "builder", desc("created_at"), desc("id")),
        Index(
            "ix_runs_submitter",
            "submitted_by",
            desc("created_at"),
            desc("id"),
            postgresql_where=text("submitted_by IS NOT NULL"),
        ),
        Index("ix_runs_longest", text(f"{LONGEST_FIRST} DESC"), desc("id")),
        Index("ix_runs_shortest", text(SHORTEST_FIRST), "id"),
        Index("ix_runs_tokens", desc("tokens"), desc("id")),
        Index("ix_runs_strongest", text(f"{STRONGEST_FIRST} DESC"), desc("id")),
        Index("ix_runs_weakest", text(WEAKEST_FIRST), "id"),
        Index(
            "ix_runs_evidence",
            "evidence",
            desc("created_at"),
            desc("id"),
            postgresql_where=text("evidence IS NOT NULL"),
        ),
        Index(
            "ix_runs_works",
            desc("created_at"),
            desc("id"),
            postgresql_where=text("works IS TRUE"),
        ),
        Index(
            "ix_runs_reason",
            "reason_code",
            desc("created_at"),
            desc("id"),
            postgresql_where=text("reason_code IS NOT NULL"),
        ),
        Index(
            "ix_runs_failed_checks",
            "failed_checks",
            postgresql_using="gin",
            postgresql_where=text("failed_checks IS NOT NULL"),
        ),
        Index(
            "ix_runs_kind",
            "kind",
            desc("created_at"),
            desc("id"),
            postgresql_where=text("kind IS NOT NULL"),
        ),
        Index("ix_runs_words", "words", postgresql_using="gin"),
        Index("ix_runs_changed", "changed", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task: Mapped[str]
    production: Mapped[bool] = mapped_column(server_default=false())
    review: Mapped[bool] = mapped_column(server_default=false())
    """Whether a person wants to see the plan before any code is written."""
    status: Mapped[str] = mapped_column(server_default=Status.PROCESSING.value)
    stage: Mapped[str] = mapped_column(server_default=Stage.QUEUED.value)
    attempt: Mapped[int] = mapped_column(server_default="0")
    takeovers: Mapped[int] = mapped_column(server_default="0")
    lease: Mapped[int] = mapped_column(server_default="0")
    """Raised each time a worker takes the run; a worker with an older number writes nothing."""
    worker: Mapped[str | None]
    """Identity of the process that holds the lease."""
    builder: Mapped[str]
    submitted_by: Mapped[str | None]
    idempotency_key: Mapped[str | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"))
    error: Mapped[str | None]
    verdict: Mapped[str | None]
    tokens_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    tokens_out: Mapped[int] = mapped_column(BigInteger, server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """More urgent runs, those with a higher number, leave the queue first."""
    turn: Mapped[str | None]
    """One of the turns its submitter has: one run at a time is executed in each."""
    strikes: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Workers in a row that died while they held the run, without a step of it being done."""
    deadline_seconds: Mapped[float | None]
    """How long it may be worked on, where that was said for this run."""
    seconds_left: Mapped[float | None]
    """Of the time it may be worked on, at its latest step."""
    deadline_at: Mapped[datetime | None]
    """When that time is up, while a worker holds the run."""
    duration: Mapped[float | None] = mapped_column(
        Computed("EXTRACT(epoch FROM (finished_at - started_at))::double precision", persisted=True)
    )
    """Seconds from start to end."""
    working_seconds: Mapped[float | None]
    """Time in which it was planned, coded, checked, repaired and answered; NULL until it ends, and
    where its events are not known."""
    waiting_seconds: Mapped[float | None]
    """Time in the queue."""
    review_seconds: Mapped[float | None]
    """Time in which its plan waited for a person."""
    tokens: Mapped[int] = mapped_column(
        BigInteger, Computed("tokens_in + tokens_out", persisted=True)
    )
    words: Mapped[str] = mapped_column(TSVECTOR, Computed(words_in_sql("task"), persisted=True))
    """Kept, because to read a task's words anew takes ten times as long as to compare them."""
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    version: Mapped[int] = mapped_column(server_default="1")
    sent_promises: Mapped[dict[str, Any] | None]
    """Promises that came with the task; NULL: the builder makes them."""
    evidence: Mapped[int | None] = mapped_column(SmallInteger)
    """What the verdict rests on. 1: the first seven gates. 2: promises and proof, too."""
    promises_count: Mapped[int | None] = mapped_column(SmallInteger)
    promises_kept: Mapped[int | None] = mapped_column(SmallInteger)
    promises_untried: Mapped[int | None] = mapped_column(SmallInteger)
    left_out: Mapped[int | None] = mapped_column(SmallInteger)
    """Wishes of the task that no promise speaks of."""
    proof_strength: Mapped[int | None] = mapped_column(SmallInteger)
    """Percent of the small planned mistakes that the project's tests notice."""
    works: Mapped[bool | None]
    """Whether promises that could not be tried are all that keeps it from being ready."""
    reason_code: Mapped[str | None]
    """Why it is not ready, a word of ``words.REASON_CODES``; written with its end."""
    failed_checks: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Gates that failed in at least one attempt, in the order of the alphabet; NULL without any,
    and until it ends."""
    kind: Mapped[str | None]
    """What kind of program was promised; NULL until that is known."""
    changed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Number of the transaction that changed it last, by a trigger (migration 0017); 0: not since
    that migration, or since a restore."""


class RunEventRow(Base):
    """What happened to a run, and when. Only ever appended."""

    __tablename__ = "run_events"
    __table_args__ = (
        one_of("kind", EventKind),
        one_of("stage", Stage),
        Index("ix_run_events_run", "run_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    kind: Mapped[str]
    stage: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))


class AttemptRow(Base):
    """What the coder made in one attempt, after tidying, in a run with gates."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint(
            "attempt > 0 AND seconds >= 0 AND tokens_in >= 0 AND tokens_out >= 0", name="counts"
        ),
    )

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(primary_key=True)
    files: Mapped[str]
    """JSON text, path -> content."""
    entry: Mapped[str]
    seconds: Mapped[float]
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class GateResultRow(Base):
    """What one gate said of one attempt."""

    __tablename__ = "gate_results"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint("attempt > 0 AND seconds >= 0", name="counts"),
        CheckConstraint("outcome <> 'skipped' OR summary <> ''", name="skipped_reason"),
    )

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    attempt: Mapped[int] = mapped_column(primary_key=True)
    gate: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    seconds: Mapped[float]
    summary: Mapped[str]
    detail: Mapped[str]
    output: Mapped[str]
    pages: Mapped[list[list[Any]]]
    promises: Mapped[list[list[Any]]] = mapped_column(server_default=text("'[]'::jsonb"))
    """Of the gate ``promises``: what became of each, as ``gates.model.PromiseResult``."""
    proof: Mapped[list[Any] | None]
    """Of the gate ``proof``: what the tests notice, as ``gates.model.Proof``."""
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class ApprovalRow(Base):
    """A person's yes to the plan of a run: given once, never taken back."""

    __tablename__ = "approvals"
    __table_args__ = (at_most("plan", PLAN_LIMIT),)

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    plan: Mapped[str | None]
    """As the person edited it; NULL: as it was."""
    promises: Mapped[dict[str, Any] | None]
    """As the person edited them; NULL: as they were."""
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class OriginRow(Base):
    """What a run begins with that does not begin with its task alone."""

    __tablename__ = "origins"
    __table_args__ = (
        at_most("plan", PLAN_LIMIT),
        CheckConstraint("num_nonnulls(state, as_node, checkpoint_id) IN (0, 3)", name="fork_whole"),
        CheckConstraint("num_nonnulls(base, state) = 1", name="one_kind"),
        CheckConstraint("plan IS NULL OR state IS NOT NULL", name="plan_of_fork"),
    )

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    base: Mapped[str | None]
    """JSON text of the project that is continued."""
    checkpoint_id: Mapped[str | None]
    """Of the parent's checkpoint that is forked."""
    as_node: Mapped[str | None]
    """Node that wrote this checkpoint."""
    state: Mapped[dict[str, Any] | None]
    """Channels of this checkpoint."""
    plan: Mapped[str | None]
    """Takes the place of the checkpoint's plan."""


class WorkerRow(Base):
    """A worker that is alive. Its row is deleted when it stops or falls silent."""

    __tablename__ = "workers"
    __table_args__ = (
        at_most("identity", NAME_LIMIT),
        CheckConstraint("threads > 0", name="threads"),
    )

    identity: Mapped[str] = mapped_column(primary_key=True)
    threads: Mapped[int]
    sandbox_ready: Mapped[bool | None]
    """Whether its gates can run; NULL until it has tried."""
    sandbox: Mapped[str] = mapped_column(server_default="")
    """For people: what confines its gates, or how to get a sandbox."""
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CheckpointerBase(DeclarativeBase):
    """Tables that belong to LangGraph: read here, deleted with their run, never written."""


class CheckpointRow(CheckpointerBase):
    """One checkpoint of a thread. Primitive channels sit in ``checkpoint->'channel_values'``."""

    __tablename__ = "checkpoints"

    thread_id: Mapped[str] = mapped_column(Text, primary_key=True)
    checkpoint_ns: Mapped[str] = mapped_column(Text, primary_key=True)
    checkpoint_id: Mapped[str] = mapped_column(Text, primary_key=True)
    checkpoint: Mapped[dict[str, Any]] = mapped_column(JSONB)
    about: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB)
    """``step`` and ``source``; ``metadata`` is SQLAlchemy's own word."""
