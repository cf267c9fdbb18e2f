"""Storage usage and the retention policy, for Settings and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import bindparam, text

from toggle_core.store.database import Database
from toggle_core.store.retention import Policy
from toggle_core.store.sweeping import Sweep, last_sweep

PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "runs": (
            "runs",
            "attempts",
            "gate_results",
            "approvals",
            "origins",
            "run_results",
        ),
        "steps": ("checkpoints", "checkpoint_blobs", "checkpoint_writes"),
        "events": ("run_events",),
        "pictures": ("run_pictures",),
    }
)
"""The tables behind each part of the database; the rest is small."""

SIZES: Final = text(
    """
    SELECT pg_database_size(current_database()) AS whole,
           coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname IN :runs), 0) AS runs,
           coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname IN :steps), 0) AS steps,
           coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname IN :events), 0)
               AS events,
           coalesce(sum(pg_total_relation_size(oid)) FILTER (WHERE relname IN :pictures), 0)
               AS pictures
      FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
    """
).bindparams(*(bindparam(part, tables, expanding=True) for part, tables in PARTS.items()))
"""Asks the file system, reads no row."""

UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")
THOUSAND: Final = 1000
PRECISE_BELOW: Final = 10


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on the disk, with indexes.

    Attributes:
        whole: the database.
        runs: what is shown and exported of runs.
        steps: the checkpoints.
        events: what happened to runs.
        pictures: of the pages of made programs.
    """

    whole: int
    runs: int
    steps: int
    events: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept.

    Attributes:
        sizes: how much room it takes.
        last_sweep: the newest that has ended, None before there was one.
    """

    sizes: Sizes
    last_sweep: Sweep | None


def what_is_kept(database: Database) -> Kept:
    """How much room everything takes, and what the last sweep did.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    with database.begin() as connection:
        row = connection.execute(SIZES).one()
    return Kept(Sizes(*map(int, row)), last_sweep(database))


def in_words(policy: Policy) -> str:
    """How long what is kept, in sentences."""
    history, last = policy.history_days, policy.checkpoints_days
    if last and (not history or last <= history):
        first = f"Every step of a run and its pictures are kept for {_days(last)} after its end"
        return f"{first}; what it made is kept for ever."
    if not history:
        return "Every step of every run is kept for ever."
    first = f"Every step of a run is kept for {_days(history)} after its end"
    if not last:
        return f"{first}, its last step and what it made for ever."
    kept = f"its last step and its pictures for {_days(last)}"
    return f"{first}, {kept}; what it made is kept for ever."


def size_in_words(size: int) -> str:
    """Bytes for people, such as 3.2 MB or 450 kB."""
    amount, unit = float(size), 0
    while amount >= THOUSAND and unit < len(UNITS) - 1:
        amount, unit = amount / THOUSAND, unit + 1
    precise = unit > 0 and amount < PRECISE_BELOW
    return f"{amount:.1f} {UNITS[unit]}" if precise else f"{amount:.0f} {UNITS[unit]}"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days:,} days"
