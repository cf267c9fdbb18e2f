"""What each attempt of the coder made, and what the gates said of it: written and read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from toggle_core.gates.model import GateResult, Page, promises_from_json, proof_from_json
from toggle_core.runs.lifecycle import hold
from toggle_core.runs.pictures import keep_pictures, record_pictures
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.store.tables import AttemptRow, GateResultRow
from toggle_core.words import GATES, EventKind, Outcome, Stage


@dataclass(frozen=True, slots=True)
class Made:
    """What the coder made in one attempt.

    Attributes:
        attempt: its number, from 1.
        files: text of each file by its path, tidied.
        entry: path of the file to start.
        seconds: for coding and checking.
        tokens_in: tokens that models read for it.
        tokens_out: tokens that models wrote for it.
    """

    attempt: int
    files: Mapping[str, str]
    entry: str
    seconds: float
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt with what the gates said of it.

    Attributes:
        number: from 1.
        made: None while its gates are still running.
        gates: in the order of ``GATES``, those that have spoken.
    """

    number: int
    made: Made | None
    gates: tuple[GateResult, ...]


def record_gate(database: Database, lease: Lease, attempt: int, result: GateResult) -> None:
    """Keep what one gate said, and its pictures; again after a crash, then the newer word counts.

    Raises:
        LeaseLost: another worker has the run.
    """
    values = {
        "outcome": result.outcome.value,
        "seconds": result.seconds,
        "summary": result.summary,
        "detail": result.detail,
        "output": result.output,
        "pages": [list(page) for page in result.pages],
        "promises": [list(promise) for promise in result.promises],
        "proof": None if result.proof is None else list(result.proof),
    }
    row = insert(GateResultRow).values(
        run_id=lease.run_id, attempt=attempt, gate=result.gate, **values
    )
    told = {"gate": result.gate, "outcome": result.outcome.value, "attempt": attempt}
    with database.begin() as connection:
        hold(connection, lease, event=EventKind.GATE, stage=Stage.CHECKING, detail=told)
        connection.execute(
            row.on_conflict_do_update(index_elements=["run_id", "attempt", "gate"], set_=values)
        )
        record_pictures(connection, lease.run_id, attempt, result)


def record_attempt(
    database: Database, lease: Lease, made: Made, *, is_best: bool, is_known: bool
) -> None:
    """Keep what an attempt made, and of all pictures those of the best attempt.

    Args:
        database: where.
        lease: of this worker.
        made: in the attempt.
        is_best: whether the run keeps this attempt, as far as it has come.
        is_known: whether the same project had been checked before, so that no gate ran again.

    Raises:
        LeaseLost: another worker has the run.
    """
    values = {
        "files": json.dumps(dict(made.files), ensure_ascii=False),
        "entry": made.entry,
        "seconds": made.seconds,
        "tokens_in": made.tokens_in,
        "tokens_out": made.tokens_out,
    }
    row = insert(AttemptRow).values(run_id=lease.run_id, attempt=made.attempt, **values)
    with database.begin() as connection:
        hold(connection, lease)
        connection.execute(
            row.on_conflict_do_update(index_elements=["run_id", "attempt"], set_=values)
        )
        keep_pictures(connection, lease.run_id, made.attempt, is_best=is_best, is_known=is_known)


def list_attempts(database: Database, run_id: UUID) -> list[Attempt]:
    """All attempts of a run, the first first.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    made_of = select(AttemptRow.__table__).where(AttemptRow.run_id == run_id)
    said_of = select(GateResultRow.__table__).where(GateResultRow.run_id == run_id)
    with database.begin() as connection:
        rows = connection.execute(made_of).all()
        said = connection.execute(said_of).all()
    made = {
        row.attempt: Made(
            row.attempt,
            json.loads(row.files),
            row.entry,
            row.seconds,
            row.tokens_in,
            row.tokens_out,
        )
        for row in rows
    }
    results: dict[int, list[GateResult]] = {number: [] for number in made}
    for row in sorted(said, key=lambda row: GATES.index(row.gate)):
        results.setdefault(row.attempt, []).append(
            GateResult(
                gate=row.gate,
                outcome=Outcome(row.outcome),
                seconds=row.seconds,
                summary=row.summary,
                detail=row.detail,
                output=row.output,
                pages=tuple(Page(*page) for page in row.pages),
                promises=promises_from_json(row.promises),
                proof=proof_from_json(row.proof),
            )
        )
    return [
        Attempt(number, made.get(number), tuple(gates)) for number, gates in sorted(results.items())
    ]
