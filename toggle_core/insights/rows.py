"""The rows of insights: what goes into a chart or a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from toggle_core.history.query import RunFilter
from toggle_core.words import ProgramKind, Status, Verdict


@dataclass(frozen=True, slots=True)
class Selection:
    """Which runs insights are about.

    Attributes:
        created_from: first day of submission, in UTC; None: from the beginning.
        created_to: the day after the last, in UTC; None: up to today.
        builder: only runs of the builder with exactly this name.
        production: only runs with the toggle on, or only with it off.
        project_id: only versions of this project.
        kind: only runs in which this kind of program was promised.

    Raises:
        FilterRefused: values that no run can have; the sentence names the field.
    """

    created_from: date | None = None
    created_to: date | None = None
    builder: str | None = None
    production: bool | None = None
    project_id: UUID | None = None
    kind: ProgramKind | None = None

    def __post_init__(self) -> None:
        self.as_filter()

    def as_filter(self) -> RunFilter:
        """The filter of the history that leaves the same runs."""
        return RunFilter(
            created_from=self.created_from,
            created_to=self.created_to,
            builder=self.builder,
            production=self.production,
            project_id=self.project_id,
            kind=self.kind,
        )


EVERY_RUN: Final = Selection()


@dataclass(frozen=True, slots=True)
class Price:
    """What a model's tokens cost.

    Attributes:
        tokens_in: price of a million tokens read.
        tokens_out: price of a million tokens written.
    """

    tokens_in: float
    tokens_out: float


MILLION: Final = 1_000_000
"""Tokens that a price is for."""

NO_PRICES: Final[Mapping[str, Price]] = MappingProxyType({})


def model_prices(
    model: str, price_in: float | None, price_out: float | None
) -> Mapping[str, Price]:
    """The prices that the settings know, by the name of the builder.

    Args:
        model: the chat model, which is also its builder's name; empty where there is none.
        price_in: price of a million tokens read; None when not known.
        price_out: price of a million tokens written; None when not known.
    """
    if not model or price_in is None or price_out is None:
        return NO_PRICES
    return {model: Price(price_in, price_out)}


def cost_of(
    builder: str, tokens_in: int, tokens_out: int, prices: Mapping[str, Price]
) -> float | None:
    """What tokens cost, in the currency of the prices; None where their price is not known.

    Args:
        builder: that used them.
        tokens_in: read.
        tokens_out: written. Without any the cost is 0, whatever the price.
        prices: of builders, by their names.
    """
    if tokens_in == tokens_out == 0:
        return 0.0
    price = prices.get(builder)
    if price is None:
        return None
    return float(tokens_in * price.tokens_in + tokens_out * price.tokens_out) / MILLION


@dataclass(frozen=True, slots=True)
class DayRuns:
    """How many runs of a day came to the same end.

    Attributes:
        verdict: None where the runs have none.
        works: whether only promises left for a person to try keep them from being ready.
    """

    day: date
    status: Status
    verdict: Verdict | None
    works: bool
    runs: int


@dataclass(frozen=True, slots=True)
class DaySuccess:
    """How many runs of a day succeeded, of those with the toggle on.

    Attributes:
        ended: completed or failed; what was cancelled or is processing does not count.
        successful: production-ready.
        rate: successful of ended, 0 to 1.
    """

    day: date
    ended: int
    successful: int
    rate: float


@dataclass(frozen=True, slots=True)
class StageDuration:
    """How long ended runs spent in a stage, all of their visits together.

    Attributes:
        stage: a word of :class:`~toggle_core.words.Stage`, or ``whole``: from start to end.
        runs: how many were in it.
        median: seconds.
        p95: seconds; 95 of 100 runs were quicker.
    """

    stage: str
    runs: int
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class GateOutcomes:
    """How often a gate came to which outcome, over all attempts of ended runs.

    Attributes:
        failure_rate: failed of those that were not skipped, 0 to 1.
        failed_runs: runs in which it failed in at least one attempt.
    """

    gate: str
    passed: int
    failed: int
    skipped: int
    failure_rate: float
    failed_runs: int


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many completed runs with the toggle on took so many attempts.

    Attributes:
        ready: those found production-ready.
    """

    attempts: int
    runs: int
    ready: int


@dataclass(frozen=True, slots=True)
class BuilderTokens:
    """What the ended runs of a builder have used.

    Attributes:
        cost: in the currency of the prices; None where a price is not known.
    """

    builder: str
    runs: int
    tokens_in: int
    tokens_out: int
    cost: float | None


@dataclass(frozen=True, slots=True)
class WeekCost:
    """What the ended runs of a model have used in a week.

    Attributes:
        week: its Monday, in UTC.
        builder: the model; builders that use no tokens are left out.
        runs: those that used tokens and those that did not.
        cost: in the currency of the prices; None where a price is not known.
    """

    week: date
    builder: str
    runs: int
    tokens_in: int
    tokens_out: int
    cost: float | None


@dataclass(frozen=True, slots=True)
class BusyHour:
    """How many runs were asked for in an hour of the week.

    Attributes:
        weekday: 0 is Monday.
        hour: 0 to 23.
    """

    weekday: int
    hour: int
    runs: int
