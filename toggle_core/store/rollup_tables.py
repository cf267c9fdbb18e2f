"""The rollup behind insights: for each day what its runs come to, and which days have changed.

A day is that of a run's ``created_at``, in UTC. Triggers of revision 0004 note in
``insight_changes`` each day whose runs change; ``insights.rollup`` counts these days anew. All rows
are apart by builder and by the production toggle, so that insights can be narrowed by both. Those
with an empty ``kind`` are of all runs; those with a kind of program are of its runs alone, which
the others include.
"""

from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from toggle_core.store.base import Base, one_of
from toggle_core.words import Outcome, Stage, Status, Verdict

WHOLE_RUN: Final = "whole"
"""In the place of a stage: from the start of a run to its end."""

INSIGHT_CHANGES: Final = Table(
    "insight_changes",
    Base.metadata,
    Column("day", Date, nullable=False),
    Index("ix_insight_changes_day", "day"),
)
"""Days whose runs have changed since they were counted. Only ever appended, so that those who
finish runs never wait for each other; a day that is counted is taken off."""

ALL_KINDS: Final = ""
"""Rows of the rollup that are of all runs."""


class InsightDayRow(Base):
    """A day that has been counted."""

    __tablename__ = "insight_days"
    __table_args__ = (CheckConstraint("seconds >= 0", name="seconds"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seconds: Mapped[float]
    """How long the counting took: a day that is expensive is counted less often."""


class InsightRunsRow(Base):
    """How many runs of a day are alike, and the tokens of those that have ended."""

    __tablename__ = "insight_runs"
    __table_args__ = (
        one_of("status", Status),
        one_of("verdict", ("", *Verdict)),
        CheckConstraint(
            "runs > 0 AND attempts >= 0 AND tokens_in >= 0 AND tokens_out >= 0", name="counts"
        ),
        CheckConstraint("evidence IN (0, 1, 2)", name="evidence_known"),
        CheckConstraint(
            "promises_kept >= 0 AND promises_broken >= 0 AND promises_untried >= 0",
            name="promises",
        ),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    builder: Mapped[str] = mapped_column(primary_key=True)
    production: Mapped[bool] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="")
    status: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(primary_key=True)
    """Empty where the runs have none."""
    attempts: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of the coder in each of these runs; 0 while they are processing."""
    evidence: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, server_default="0"
    )
    """What their verdicts rest on; 0 where they have none."""
    works: Mapped[bool] = mapped_column(primary_key=True, server_default=false())
    runs: Mapped[int] = mapped_column(BigInteger)
    tokens_in: Mapped[int] = mapped_column(BigInteger)
    tokens_out: Mapped[int] = mapped_column(BigInteger)
    promises_kept: Mapped[int] = mapped_column(BigInteger, server_default="0")
    promises_broken: Mapped[int] = mapped_column(BigInteger, server_default="0")
    promises_untried: Mapped[int] = mapped_column(BigInteger, server_default="0")


class InsightStrengthRow(Base):
    """How many runs of a day have tests of the same strength."""

    __tablename__ = "insight_strengths"
    __table_args__ = (CheckConstraint("strength BETWEEN 0 AND 100 AND runs > 0", name="counts"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    builder: Mapped[str] = mapped_column(primary_key=True, server_default="")
    production: Mapped[bool] = mapped_column(primary_key=True, server_default=false())
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="")
    strength: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """Percent of planned mistakes that the tests noticed."""
    runs: Mapped[int] = mapped_column(BigInteger)


class InsightReasonRow(Base):
    """How many runs of a day were stopped by the same."""

    __tablename__ = "insight_reasons"
    __table_args__ = (CheckConstraint("runs > 0", name="counts"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    builder: Mapped[str] = mapped_column(primary_key=True, server_default="")
    production: Mapped[bool] = mapped_column(primary_key=True, server_default=false())
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="")
    reason: Mapped[str] = mapped_column(primary_key=True)
    """A word of ``words.REASON_CODES``."""
    runs: Mapped[int] = mapped_column(BigInteger)


class InsightHourRow(Base):
    """How many runs were asked for in a quarter of an hour."""

    __tablename__ = "insight_hours"
    __table_args__ = (
        CheckConstraint("hour BETWEEN 0 AND 23 AND runs > 0", name="counts"),
        CheckConstraint("quarter BETWEEN 0 AND 3", name="quarter"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    builder: Mapped[str] = mapped_column(primary_key=True, server_default="")
    production: Mapped[bool] = mapped_column(primary_key=True, server_default=false())
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="")
    hour: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    quarter: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, server_default="0"
    )
    """Of the hour, from 0: zones may be half an hour apart from UTC."""
    runs: Mapped[int] = mapped_column(BigInteger)


class InsightStageRow(Base):
    """How long the ended runs of a day spent in a stage.

    A bucket has no row of its own: reading all days of a million runs would take half as long
    again.
    """

    __tablename__ = "insight_stages"
    __table_args__ = (
        one_of("stage", (*Stage, WHOLE_RUN)),
        CheckConstraint(
            "cardinality(buckets) > 0 AND cardinality(buckets) = cardinality(numbers)"
            " AND 0 < ALL (numbers)",
            name="counts",
        ),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    builder: Mapped[str] = mapped_column(primary_key=True, server_default="")
    production: Mapped[bool] = mapped_column(primary_key=True, server_default=false())
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="")
    stage: Mapped[str] = mapped_column(primary_key=True)
    buckets: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    """Numbers of the buckets of durations, see ``insights.durations``."""
    numbers: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """Of runs in each of these buckets."""


class InsightGateRow(Base):
    """How often a gate came to an outcome, in the ended runs of a day."""

    __tablename__ = "insight_gates"
    __table_args__ = (
        one_of("outcome", Outcome),
        CheckConstraint("results > 0 AND runs BETWEEN 0 AND results", name="counts"),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    builder: Mapped[str] = mapped_column(primary_key=True, server_default="")
    production: Mapped[bool] = mapped_column(primary_key=True, server_default=false())
    kind: Mapped[str] = mapped_column(primary_key=True, server_default="")
    gate: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    results: Mapped[int] = mapped_column(BigInteger)
    runs: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Runs in which the gate came to this outcome in at least one attempt; 0 in days that were
    counted by an earlier version."""
