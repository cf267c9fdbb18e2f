"""How many runs there are in each state: exact as far as people read numbers, estimated above."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, and_, false, func, literal, select, tablesample, text, true
from sqlalchemy.orm import aliased

from toggle_core.history.pagination import count_up_to
from toggle_core.history.query import RunFilter, conditions, needs_person
from toggle_core.history.reads import EVERYTHING, EXACT_COUNT
from toggle_core.store.database import Database
from toggle_core.store.tables import RunRow
from toggle_core.words import Status, Verdict

SAMPLE_BYTES: Final = 8 * 1024 * 1024
"""Of the table, some 20,000 runs, read in about 10 ms."""

SIZE: Final = text(
    """
    SELECT pg_relation_size(oid) AS bytes,
           reltuples::float8 / greatest(relpages, 1) * pg_relation_size(oid)
             / current_setting('block_size')::int AS runs
      FROM pg_class WHERE oid = 'runs'::regclass
    """
)
"""How large the table is now, and about how many runs it holds; negative where nobody knows yet."""

CLEARLY: Final = 3
"""Times what is exact: a sample of whole pages may be wrong where like runs lie together."""

EXACT_FOUND: Final = 1_000
"""What is exact where a word is searched. Runs that have a word and a state lie anywhere, each in a
page of its own, and to count 10,000 of them a server reads as many pages: 1 to 3 s in a history of
a million runs."""

FOUND_SAMPLES: Final = 4
"""Times ``SAMPLE_BYTES``: how much is looked at instead."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a run stands.

    Attributes:
        needs_you: whether it waits for a person.
        verdict: of a completed run; None for the others.
        works: whether promises left to be tried by a person alone keep it from being ready.
    """

    status: Status
    needs_you: bool
    verdict: Verdict | None = None
    works: bool = False


STATES: Final = (
    State(Status.PROCESSING, needs_you=False),
    State(Status.PROCESSING, needs_you=True),
    State(Status.COMPLETED, needs_you=False, verdict=Verdict.READY),
    State(Status.COMPLETED, needs_you=False, verdict=Verdict.NOT_READY, works=True),
    State(Status.COMPLETED, needs_you=False, verdict=Verdict.DRAFT),
    State(Status.COMPLETED, needs_you=True, verdict=Verdict.NOT_READY),
    State(Status.FAILED, needs_you=True),
    State(Status.CANCELLED, needs_you=False),
)
"""All there are: what has failed always waits for a person, what was cancelled never does."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of runs.

    Attributes:
        number: how many; rounded to two digits where it is not exact.
        exact: whether they were counted.
    """

    number: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class StateCounts:
    """How many runs a filter has in each state, whichever state it asks for itself.

    Attributes:
        by_state: of each state; every run is in exactly one.
    """

    by_state: Mapping[State, Count]

    def of(
        self,
        status: Status | None = None,
        needs_you: bool | None = None,
        verdict: Verdict | None = None,
        works: bool | None = None,
    ) -> Count:
        """The number for a status, for what waits for a person, and so on, or in all."""
        return _sum(
            [
                count
                for state, count in self.by_state.items()
                if status in {None, state.status}
                and needs_you in {None, state.needs_you}
                and verdict in {None, state.verdict}
                and works in {None, state.works}
            ]
        )


def count_by_state(database: Database, wanted: RunFilter = EVERYTHING) -> StateCounts:
    """How many runs a filter has in each state.

    Where there are many runs a sample is looked at first. What it shows to be far above
    ``EXACT_COUNT``, or ``EXACT_FOUND`` where a word is searched, is not counted; the rest is, in
    one statement, up to ``EXACT_COUNT``.

    Args:
        database: where.
        wanted: which runs; its ``status``, ``needs_you``, ``verdict`` and ``works`` are left aside.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    wanted = replace(wanted, status=None, needs_you=None, verdict=None, works=None)
    with database.begin() as connection:
        size = connection.execute(SIZE).one()
        sample = SAMPLE_BYTES * (FOUND_SAMPLES if wanted.search else 1)
        share = min(1.0, sample / max(size.bytes, 1))
        found, looked_at = _sampled(connection, wanted, share)
        if share == 1:
            counts = {state: Count(found[state]) for state in STATES}
        else:
            times = size.runs / looked_at if size.runs > 0 < looked_at else 1 / share
            expected = {state: found[state] * times for state in STATES}
            counts = _counted(connection, wanted, expected)
    return StateCounts(counts)


def _sampled(
    connection: Connection, wanted: RunFilter, share: float
) -> tuple[dict[State, int], int]:
    """How many runs of a filter are in a part of the table, by state, and how many in all.

    It is always the same part, so that numbers do not change while nothing else does.
    """
    part = tablesample(RunRow.__table__, func.system(share * 100), seed=literal(0))
    runs = aliased(RunRow, part)
    matching = func.count().filter(and_(true(), *conditions(wanted, runs)))
    waits = func.coalesce(needs_person(runs), false()).label("waits")
    works = func.coalesce(runs.works, false()).label("works")
    state = (runs.status, waits, runs.verdict, works)
    numbers = select(*state, matching, func.count()).group_by(*state)
    found, looked_at = dict.fromkeys(STATES, 0), 0
    for status, needs_you, verdict, works_, matches, all_of_it in connection.execute(numbers):
        found[State(Status(status), needs_you, Verdict(verdict) if verdict else None, works_)] = (
            matches
        )
        looked_at += all_of_it
    return found, looked_at


def _counted(
    connection: Connection, wanted: RunFilter, expected: Mapping[State, float]
) -> dict[State, Count]:
    """The numbers of the states, with those that are expected to be far above what is exact."""
    exact_up_to = EXACT_FOUND if wanted.search else EXACT_COUNT
    clear = {state for state, number in expected.items() if number > CLEARLY * exact_up_to}
    asked = [state for state in STATES if state not in clear]
    numbers = [count_up_to(_only(state, wanted), EXACT_COUNT).scalar_subquery() for state in asked]
    found = connection.execute(select(*numbers)).one() if numbers else ()
    counts = {state: Count(_rounded(expected[state]), exact=False) for state in clear}
    for state, number in zip(asked, found, strict=True):
        many = max(expected[state], number)
        exact = number <= EXACT_COUNT
        counts[state] = Count(number if exact else _rounded(many), exact)
    return counts


def _only(state: State, wanted: RunFilter) -> RunFilter:
    """The runs of a filter that are in a state, told so that the indexes are of use."""
    needs_you = state.needs_you if state.status is Status.PROCESSING else None
    works = state.works if state.verdict is Verdict.NOT_READY else None
    return replace(
        wanted, status=state.status, verdict=state.verdict, needs_you=needs_you, works=works
    )


def count_exactly(database: Database, wanted: RunFilter = EVERYTHING) -> int:
    """How many runs a filter has, however long that takes: 0.2 s for a million.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    counted = select(func.count()).select_from(RunRow).where(*conditions(wanted))
    with database.begin() as connection:
        return connection.execute(counted).scalar_one()


def _sum(counts: list[Count]) -> Count:
    number = sum(count.number for count in counts)
    if all(count.exact for count in counts):
        return Count(number)
    return Count(_rounded(number), exact=False)


def _rounded(number: float) -> int:
    """Two digits: more would look as if it were counted."""
    return round(round(number), 1 - int(math.log10(number)))
