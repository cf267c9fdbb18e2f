"""A thousand runs as a month brings them: drafts, reviews, repairs, retries, changes, failures.

Each has the events, attempts and gate results that workers write. Some lie at the very edge of a
day, some in the night in which clocks change in Europe, and a few have lost their events.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from toggle_core.store.database import Database
from toggle_core.words import GATES

MODEL = "openai:gpt-5-mini"
BUILDERS = ("blueprints", "blueprints", MODEL, MODEL, "ollama:qwen3", "=1+1")
FIRST = datetime(2026, 3, 16, tzinfo=UTC)
DAYS = 32
FAILURES = ("not-built", "model", "overdue", "tokens-used-up", "build-failed", "fault")
WAITING = ("queued", "reviewing", "done")

RUN = """
    INSERT INTO runs (id, task, production, review, status, stage, attempt, builder, parent_id,
                      error, verdict, tokens_in, tokens_out, created_at, started_at, finished_at,
                      working_seconds, waiting_seconds, review_seconds, evidence, promises_count,
                      promises_kept, promises_untried, left_out, proof_strength, works, reason_code,
                      failed_checks, kind)
    VALUES (%(id)s, %(task)s, %(production)s, %(review)s, %(status)s, %(stage)s, %(attempt)s,
            %(builder)s, %(parent_id)s, %(error)s, %(verdict)s, %(tokens_in)s, %(tokens_out)s,
            %(created_at)s, %(started_at)s, %(finished_at)s, %(working_seconds)s,
            %(waiting_seconds)s, %(review_seconds)s, %(evidence)s, %(promises_count)s,
            %(promises_kept)s, %(promises_untried)s, %(left_out)s, %(proof_strength)s, %(works)s,
            %(reason_code)s, %(failed_checks)s, %(kind)s)
"""

EVENT = "INSERT INTO run_events (run_id, kind, stage, at) VALUES (%s, %s, %s, %s)"

GATE = """
    INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail, output,
                              pages, promises)
    VALUES (%s, %s, %s, %s, 1, 'Why.', '', '', '[]', %s)
"""


def fill(database: Database, number: int = 1_000) -> None:
    """Insert so many, the same each time."""
    random = Random(20261130)
    runs: list[dict[str, Any]] = []
    events: list[tuple[Any, ...]] = []
    gates: list[tuple[Any, ...]] = []
    for index in range(number):
        run = _run(random, index, runs)
        if random.random() < 0.97:
            events += _events(random, run)
        if run["production"] and run["stage"] not in {"queued", "planning"}:
            gates += _gates(random, run)
        runs.append(run)
    with psycopg.connect(database.conninfo) as connection, connection.cursor() as cursor:
        cursor.executemany(RUN, runs)
        cursor.executemany(EVENT, events)
        cursor.executemany(GATE, gates)


def _created(random: Random, index: int) -> datetime:
    day = FIRST + timedelta(days=random.randrange(DAYS))
    match index % 20:
        case 0:
            return day
        case 1:
            return day + timedelta(days=1) - timedelta(microseconds=1)
        case 2:
            return datetime(2026, 3, 29, random.randrange(4), 30, tzinfo=UTC)
    return day + timedelta(microseconds=random.randrange(86_400_000_000))


def _run(random: Random, index: int, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    production = random.random() < 0.6
    status = random.choices(
        ("completed", "failed", "cancelled", "processing"), (60, 15, 15, 10), k=1
    )[0]
    builder = random.choice(BUILDERS)
    created_at = _created(random, index)
    uses_tokens = builder != "blueprints" and random.random() < 0.9
    parent = random.choice(earlier)["id"] if earlier and random.random() < 0.3 else None
    run: dict[str, Any] = {
        "id": UUID(int=random.getrandbits(128)),
        "task": f"Create a page number {index}",
        "production": production,
        "review": random.random() < 0.2,
        "status": status,
        "stage": "done"
        if status != "processing"
        else random.choice(("queued", "reviewing", "coding", "checking")),
        "attempt": random.randint(1, 3) if production else 1,
        "builder": builder,
        "parent_id": parent,
        "error": "It failed." if status == "failed" else None,
        "verdict": None,
        "tokens_in": random.randrange(2_000_000) if uses_tokens else 0,
        "tokens_out": random.randrange(500_000) if uses_tokens else 0,
        "created_at": created_at,
        "started_at": created_at,
        "finished_at": created_at + timedelta(hours=1) if status != "processing" else None,
        **dict.fromkeys(("working_seconds", "waiting_seconds", "review_seconds")),
        **dict.fromkeys(("evidence", "promises_count", "promises_kept", "promises_untried")),
        **dict.fromkeys(("left_out", "proof_strength", "works")),
        **dict.fromkeys(("reason_code", "failed_checks")),
        "kind": random.choice((None, "web", "web", "cli", "api")) if production else None,
    }
    return run | _ending(random, run)


def _ending(random: Random, run: dict[str, Any]) -> dict[str, Any]:
    """What a run came to."""
    if run["status"] == "failed":
        return {"reason_code": random.choice(FAILURES)}
    if run["status"] == "cancelled":
        return {"reason_code": random.choice(("rejected", "cancelled", "cancelled"))}
    if run["status"] == "processing":
        return {}
    if not run["production"]:
        return {"verdict": "draft"}
    way = random.choice(("ready", "ready", "untried", "broken", "left-out", "old", "unchecked"))
    verdict = {"verdict": "production-ready" if way == "ready" else "not-production-ready"}
    if way in {"old", "unchecked"}:
        reason = random.choice(("tests", "lint", "types")) if way == "old" else "unchecked"
        return verdict | {"evidence": 1, "reason_code": reason}
    promises = random.randint(3, 7)
    untried = random.randint(1, 2) if way == "untried" else 0
    broken = random.randint(1, 2) if way == "broken" else 0
    codes = {"untried": "untried", "broken": "promises", "left-out": "left-out"}
    return verdict | {
        "evidence": 2,
        "promises_count": promises,
        "promises_kept": promises - untried - broken,
        "promises_untried": untried,
        "left_out": 2 if way == "left-out" else 0,
        "proof_strength": random.randint(0, 100) if random.random() < 0.9 else None,
        "works": way == "untried",
        "reason_code": codes.get(way),
    }


def _stages(random: Random, run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The kinds and stages of a run's events, until it ended or as far as it is."""
    once = ["queued", "planning"]
    if run["review"]:
        once += ["reviewing", "queued"]
    once += ["coding"]
    if run["production"]:
        once += ["checking", *["repairing", "checking"] * (run["attempt"] - 1)]
    once += ["responding"]
    if run["status"] == "processing":
        yield from (("stage", stage) for stage in once[: random.randint(1, len(once))])
        return
    for again in range(
        random.choice((1, 1, 1, 2, 3)) if run["status"] != "completed" else 1, 0, -1
    ):
        for stage in once[: random.randint(1, len(once))] if again > 1 else once:
            yield "stage", stage
            if random.random() < 0.1:
                yield "gate", stage
            if random.random() < 0.05:
                yield "continued", stage
        failed = run["status"] == "failed"
        yield ("error" if failed else "stage"), "done"


def _events(random: Random, run: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The events of a run; its times are set from them, as its end does."""
    at = run["created_at"]
    found = []
    spent = dict.fromkeys(("working_seconds", "waiting_seconds", "review_seconds"), 0.0)
    told: tuple[str, datetime] | None = None
    for kind, stage in _stages(random, run):
        found.append((run["id"], kind, stage, at))
        if kind != "gate":
            if told and told[0] != "done":
                name = {"queued": "waiting_seconds", "reviewing": "review_seconds"}.get(
                    told[0], "working_seconds"
                )
                spent[name] += (at - told[1]).total_seconds()
            told = (stage, at)
        at += timedelta(microseconds=int(random.expovariate(1 / 20) * 1_000_000))
    if run["status"] != "processing":
        run |= spent
    return found


def _gates(random: Random, run: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = []
    for attempt in range(1, run["attempt"] + 1):
        for gate in GATES:
            outcome = random.choices(("passed", "failed", "skipped"), (80, 12, 8), k=1)[0]
            found.append((run["id"], attempt, gate, outcome, json.dumps([])))
    failed = sorted({gate for _, _, gate, outcome, _ in found if outcome == "failed"})
    if failed and run["status"] != "processing":
        run["failed_checks"] = failed
    return found
