"""The run filter behind lists, counts, exports and saved views, and its SQL."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    and_,
    cast,
    func,
    literal_column,
    not_,
    or_,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from toggle_core.errors import FilterRefused
from toggle_core.storable import UNSTORABLE
from toggle_core.store.search_words import SearchedWord, searched_words
from toggle_core.store.tables import LONGEST_FIRST, SHORTEST_FIRST, STRONGEST_FIRST, RunRow
from toggle_core.words import GATES, REASON_CODES, Evidence, ProgramKind, Stage, Status, Verdict

SEARCHED_WORDS: Final = 10
SEARCH_LIMIT: Final = 200
"""Characters of a search that count."""

UNWANTED: Final = re.compile(r"(?<!\S)-([^\W\d_]\S*)")
"""A word that a task must not have: ``-draft``. Numbers are as they are typed: ``-5``."""

PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs. An empty filter means all of them.

    Attributes:
        status: only this status.
        search: words of the task; each matches the beginning of a word, or, in a script without
            spaces, any part of the text. A minus before a word (``-bakery``) leaves out the tasks
            that have it.
        ids: only these runs.
        verdict: only this verdict.
        builder: only runs of the builder with exactly this name.
        production: only runs with the toggle on, or only those with it off.
        submitted_by: only runs that exactly this person asked for.
        created_from: first day, in UTC.
        created_to: first day that is no longer wanted, in UTC.
        duration_from: seconds that a run was worked on, at least; runs that have not ended are
            left out.
        duration_to: seconds that a run was worked on, less than this.
        project_id: only versions of this project.
        needs_you: only runs that wait for a person, or only the others. It is a person's turn when
            a run has failed, when its checks have not passed, or when its plan is to be reviewed;
            not when it works.
        works: only runs that promises left to be tried by a person alone keep from being ready, or
            only the others.
        evidence: only verdicts that rest on this.
        reason_code: only runs that are not ready for this reason, a word of
            ``words.REASON_CODES``.
        failed_check: only ended runs in which this check failed in at least one attempt, a word of
            ``words.GATES``.
        kind: only runs in which this kind of program was promised.
        strength_from: percent of planned mistakes that the project's tests noticed, at least; runs
            without a proof are left out.

    Raises:
        FilterRefused: values that no run can have; the sentence names the field.
    """

    status: Status | None = None
    search: str = ""
    ids: tuple[UUID, ...] = ()
    verdict: Verdict | None = None
    builder: str | None = None
    production: bool | None = None
    submitted_by: str | None = None
    created_from: date | None = None
    created_to: date | None = None
    duration_from: float | None = None
    duration_to: float | None = None
    needs_you: bool | None = None
    works: bool | None = None
    evidence: Evidence | None = None
    strength_from: int | None = None
    project_id: UUID | None = None
    reason_code: str | None = None
    failed_check: str | None = None
    kind: ProgramKind | None = None

    def __post_init__(self) -> None:
        for name, text in (("builder", self.builder), ("submitted_by", self.submitted_by)):
            if text is not None and UNSTORABLE.search(text):
                raise FilterRefused(field=name, reason="it holds characters that are not text")
        for name, seconds in (
            ("duration_from", self.duration_from),
            ("duration_to", self.duration_to),
        ):
            if seconds is not None and not 0 <= seconds < math.inf:
                raise FilterRefused(field=name, reason="a number of seconds is needed, 0 or more")
        if self.strength_from is not None and not 0 <= self.strength_from <= PERCENT:
            raise FilterRefused(field="strength_from", reason="a percentage is needed, 0 to 100")
        if self.reason_code is not None and self.reason_code not in REASON_CODES:
            raise FilterRefused(
                field="reason_code", reason=f"choose from {', '.join(REASON_CODES)}"
            )
        if self.failed_check is not None and self.failed_check not in GATES:
            raise FilterRefused(field="failed_check", reason=f"choose from {', '.join(GATES)}")
        check_days(self.created_from, self.created_to)
        if (
            self.duration_from is not None
            and self.duration_to is not None
            and self.duration_from >= self.duration_to
        ):
            raise FilterRefused(field="duration_to", reason="it must be more than duration_from")


def check_days(first: date | None, end: date | None) -> None:
    """Make sure that there are days between two dates.

    Args:
        first: the first day.
        end: the day after the last.

    Raises:
        FilterRefused: there are none.
    """
    if end == date.min:
        raise FilterRefused(field="created_to", reason="there is no day before it")
    if first is not None and end is not None and first >= end:
        reason = "it is the first day that is no longer wanted, so it must be after created_from"
        raise FilterRefused(field="created_to", reason=reason)


def begin_of(day: date) -> datetime:
    """The moment a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def conditions(wanted: RunFilter, runs: type[RunRow] = RunRow) -> list[ColumnElement[bool]]:
    """The filter as SQL; every value is a bound parameter.

    Args:
        wanted: which runs.
        runs: where from, in place of the table.
    """
    # Only a completed run has a verdict: to ask for both would keep its index from being enough.
    implied = wanted.verdict is not None and wanted.status is Status.COMPLETED
    equal = (
        (runs.status, None if implied else wanted.status),
        (runs.verdict, wanted.verdict),
        (runs.builder, wanted.builder),
        (runs.production, wanted.production),
        (runs.submitted_by, wanted.submitted_by),
        (runs.project_id, wanted.project_id),
        (runs.evidence, wanted.evidence),
        (runs.reason_code, wanted.reason_code),
        (runs.kind, wanted.kind),
    )
    clauses: list[ColumnElement[bool]] = [
        column == value for column, value in equal if value is not None
    ]
    if wanted.ids:
        clauses.append(runs.id.in_(wanted.ids))
    if wanted.created_from is not None:
        clauses.append(runs.created_at >= begin_of(wanted.created_from))
    if wanted.created_to is not None:
        clauses.append(runs.created_at < begin_of(wanted.created_to))
    clauses += _lasting(wanted)
    if wanted.failed_check is not None:
        clauses.append(runs.failed_checks.contains([wanted.failed_check]))
    if wanted.needs_you is not None:
        clauses.append(
            needs_person(runs) if wanted.needs_you else needs_person(runs).is_not(true())
        )
    if wanted.works is not None:
        clauses.append(runs.works.is_(true()) if wanted.works else runs.works.is_not(true()))
    if wanted.strength_from is not None:
        clauses.append(literal_column(STRONGEST_FIRST, Integer) >= wanted.strength_from)
    if wanted.search.strip():
        # Last, because Postgres takes words for as cheap to compare as a status.
        clauses.append(_search(wanted.search, runs))
    return clauses


def needs_person(runs: type[RunRow] = RunRow) -> ColumnElement[bool]:
    """Whether a run waits for a person; NULL means no.

    Each of the three has an index, so that the few such runs among many are found by them.

    Args:
        runs: where from, in place of the table.
    """
    return or_(
        runs.status == Status.FAILED,
        and_(runs.verdict == Verdict.NOT_READY, runs.works.is_not(true())),
        and_(runs.status == Status.PROCESSING, runs.stage == Stage.REVIEWING),
    )


def _lasting(wanted: RunFilter) -> list[ColumnElement[bool]]:
    """Bounds of the time worked on, as its two indexes are made: a run without one is in none."""
    clauses: list[ColumnElement[bool]] = []
    if wanted.duration_from is not None:
        clauses.append(literal_column(LONGEST_FIRST, Float) >= wanted.duration_from)
    if wanted.duration_to is not None:
        clauses.append(literal_column(SHORTEST_FIRST, Float) < wanted.duration_to)
    return clauses


def _search(text: str, runs: type[RunRow]) -> ColumnElement[bool]:
    """The words of the text are in the task, those with a minus in front of them are not."""
    text = UNSTORABLE.sub(" ", text)[:SEARCH_LIMIT]
    unwanted = UNWANTED.findall(text)
    wanted = UNWANTED.sub(" ", text)
    clauses = [not_(_words(word, runs)) for word in unwanted]
    if wanted.strip() or not unwanted:
        clauses.insert(0, _words(wanted, runs))
    return and_(*clauses)


def _words(text: str, runs: type[RunRow]) -> ColumnElement[bool]:
    """Every word of the text begins a word of the task (GIN index ``ix_runs_words``).

    In a script without spaces the task has the word anywhere. Its pairs of characters may stand
    in the task apart from each other, so a longer one is looked for in the tasks that have all.
    """
    words = list(searched_words(text))[:SEARCHED_WORDS]
    if not words:
        return runs.task.contains(text.strip(), autoescape=True)
    # Lower case is the database's to make, as it is for the words of the tasks.
    query = cast(func.lower(" & ".join(map(_as_tsquery, words))), TSQUERY)
    task = func.lower(func.normalize(runs.task, literal_column("NFKC")))
    return and_(
        runs.words.bool_op("@@")(query),
        *(func.strpos(task, func.lower(word.text)) > 0 for word in words if not word.is_exact),
    )


def _as_tsquery(word: SearchedWord) -> str:
    """The word in the syntax of ``tsquery``; it holds neither quotes nor backslashes."""
    return " & ".join(f"'{part}'{':*' if word.is_prefix else ''}" for part in word.parts)
