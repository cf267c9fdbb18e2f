"""Sort orders of a list of runs, each with a key for pagination."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Float, Integer, asc, desc, literal_column
from sqlalchemy.sql.elements import UnaryExpression

from toggle_core.store.tables import (
    LONGEST_FIRST,
    SHORTEST_FIRST,
    STRONGEST_FIRST,
    WEAKEST_FIRST,
    RunRow,
)

Key = datetime | float | int
"""What runs are ordered by, before their ids."""


MOST_TOKENS: Final = 2**63
"""Postgres's ``bigint`` ends below."""

NO_STRENGTH: Final = (-1, 101)
"""Keys of a run without a proof, strongest first and weakest first."""


class Sort(StrEnum):
    """An order of runs."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"
    MOST_TOKENS = "most-tokens"
    FEWEST_TOKENS = "fewest-tokens"
    STRONGEST = "strongest"
    WEAKEST = "weakest"


@dataclass(frozen=True, slots=True)
class Order:
    """How an order is said in SQL. Runs with the same key follow each other by their ids.

    Attributes:
        key: an expression that is never NULL and that an index has.
        descending: whether the greatest key comes first.
        read: a key from its text.
    """

    key: ColumnElement[Any]
    descending: bool
    read: Callable[[str], Key]

    def falls(self, *, upwards: bool) -> bool:
        """Whether keys fall when the list is read downwards, or upwards."""
        return self.descending is not upwards

    def by(self, key: Any, run_id: Any, *, upwards: bool) -> tuple[UnaryExpression[Any], ...]:
        """What to order by.

        Args:
            key: a column that holds the key.
            run_id: a column that holds the id.
            upwards: whether to begin at the end.
        """
        turn = desc if self.falls(upwards=upwards) else asc
        return turn(key), turn(run_id)


def read_moment(text: str) -> datetime:
    """A time with its zone from ISO 8601.

    Raises:
        ValueError: it is none, or its zone is missing.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def read_seconds(text: str) -> float:
    """A duration, infinite where a run has none.

    Raises:
        ValueError: it is no number.
    """
    seconds = float(text)
    if seconds != seconds:  # noqa: PLR0124  only "nan" is not itself
        raise ValueError(text)
    return seconds


def read_tokens(text: str) -> int:
    """A number of tokens that Postgres can hold.

    Raises:
        ValueError: it is none.
    """
    tokens = int(text)
    if not 0 <= tokens < MOST_TOKENS:
        raise ValueError(text)
    return tokens


def read_strength(text: str) -> int:
    """A percentage, or the number beyond it that stands for a run without a proof.

    Raises:
        ValueError: it is neither.
    """
    strength = int(text)
    if not NO_STRENGTH[0] <= strength <= NO_STRENGTH[1]:
        raise ValueError(text)
    return strength


_date: Final[ColumnElement[Any]] = RunRow.__table__.c.created_at
_tokens: Final[ColumnElement[Any]] = RunRow.__table__.c.tokens

ORDERS: Final[Mapping[Sort, Order]] = MappingProxyType(
    {
        Sort.NEWEST: Order(_date, descending=True, read=read_moment),
        Sort.OLDEST: Order(_date, descending=False, read=read_moment),
        Sort.LONGEST: Order(
            literal_column(LONGEST_FIRST, Float), descending=True, read=read_seconds
        ),
        Sort.SHORTEST: Order(
            literal_column(SHORTEST_FIRST, Float), descending=False, read=read_seconds
        ),
        Sort.MOST_TOKENS: Order(_tokens, descending=True, read=read_tokens),
        Sort.FEWEST_TOKENS: Order(_tokens, descending=False, read=read_tokens),
        Sort.STRONGEST: Order(
            literal_column(STRONGEST_FIRST, Integer), descending=True, read=read_strength
        ),
        Sort.WEAKEST: Order(
            literal_column(WEAKEST_FIRST, Integer), descending=False, read=read_strength
        ),
    }
)
"""Runs that have not ended, or have no proof, come last in both orders by it."""
