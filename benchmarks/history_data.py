"""Makes a history of runs for the benchmarks, by SQL, in a database of its own.

A million runs over two years: tasks in words of different frequency, four builders, drafts and
proved runs with one to three attempts, failures and cancellations. Each run has the events a worker
writes, one checkpoint in the shape of LangGraph's (as pruning leaves it), and, with the toggle on,
its attempts and gate results. The newest few are still processing.
"""

import sys
import time
from typing import Final, LiteralString

import psycopg

from toggle_core.store.database import Database

COMMON_WORD: Final = "create"
"""Is in about four of ten tasks."""

RARE_WORD: Final = "zeppelin"
"""Is in one of 50,000 tasks."""

COMMON_CHINESE: Final = "账本"
"""Is in one of ten tasks, in the middle of a sentence without spaces."""

RARE_CHINESE: Final = "热气球"
"""Likewise, in one of 50,000."""

SECONDARY_INDEXES: Final = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
      FROM pg_index
     WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique
"""

LOADED: Final = ["runs", "run_events", "attempts", "gate_results", "checkpoints"]

RUNS: Final[LiteralString] = """
    INSERT INTO runs (id, project_id, task, production, status, stage, attempt, takeovers, lease,
                      builder, submitted_by, error, verdict, tokens_in, tokens_out,
                      created_at, started_at, finished_at,
                      working_seconds, waiting_seconds, review_seconds)
    SELECT id, id,
           concat((ARRAY['Create', 'Create', 'Build', 'Make', 'Write'])[1 + floor(r1 * 5)::int],
                  ' a ', word(w1), ' ',
                  (ARRAY['app', 'page', 'tool', 'game', 'report', 'service', 'list', 'form'])
                    [1 + floor(r2 * 8)::int],
                  ' for ', word(w2), ' and ', word(w3), ', with ', word(w4), ' ', word(w5),
                  CASE WHEN n %% 50000 = 123 THEN ' and a zeppelin' END,
                  CASE WHEN n %% 10 = 7 THEN '、用来管理我们的账本和收据' END,
                  CASE WHEN n %% 50000 = 321 THEN '、还有卖热气球的目录' END),
           production, status, CASE status WHEN 'processing' THEN 'coding' ELSE 'done' END,
           attempt, CASE WHEN r3 < 0.002 THEN 1 ELSE 0 END, 1, builder,
           CASE WHEN r4 < 0.7 THEN 'person' || floor(r4 * 30)::int || '@example.com' END,
           CASE status WHEN 'failed' THEN 'The model did not answer. Try again later.' END,
           CASE WHEN status = 'completed' THEN
             CASE WHEN NOT production THEN 'draft'
                  WHEN r5 < 0.75 THEN 'production-ready' ELSE 'not-production-ready' END END,
           CASE builder WHEN 'blueprints' THEN 0 ELSE (1500 * attempt * exp(r6 * 2))::int END,
           CASE builder WHEN 'blueprints' THEN 0 ELSE (900 * attempt * exp(r7 * 2))::int END,
           created_at, began, ended,
           CASE WHEN ended IS NOT NULL THEN coalesce(extract(epoch FROM ended - began), 0) END,
           CASE WHEN ended IS NOT NULL THEN
             extract(epoch FROM coalesce(began, ended) - created_at) END,
           CASE WHEN ended IS NOT NULL THEN 0 END
      FROM (
        SELECT *, uuidv7(created_at - clock_timestamp()) AS id,
               status = 'cancelled' AND r9 < 0.3 AS queued,
               CASE WHEN NOT production THEN 1 WHEN r5 < 0.6 THEN 1 WHEN r5 < 0.75 THEN 2 ELSE 3 END
                 AS attempt
          FROM (
            SELECT n, random() AS r1, random() AS r2, random() AS r3, random() AS r4,
                   random() AS r5, random() AS r6, random() AS r7, random() AS r8, random() AS r9,
                   (4096 * random() ^ 3)::int AS w1, (4096 * random() ^ 3)::int AS w2,
                   (4096 * random() ^ 3)::int AS w3, (4096 * random() ^ 3)::int AS w4,
                   (4096 * random() ^ 3)::int AS w5, random_normal() AS spread,
                   random() < 0.4 AS production,
                   (ARRAY['blueprints', 'blueprints', 'blueprints', 'blueprints', 'blueprints',
                          'openai:gpt-5-mini', 'openai:gpt-5-mini', 'openai:gpt-5-mini',
                          'anthropic:claude-sonnet-4-5', 'ollama:qwen3:8b'])
                     [1 + floor(random() * 10)::int] AS builder,
                   CASE WHEN n > %(runs)s - 50 THEN 'processing'
                        ELSE (ARRAY['completed', 'failed', 'cancelled'])
                               [width_bucket(random(), ARRAY[0, 0.87, 0.96])] END AS status,
                   day + ((2 * part - 1) ^ 3 * 0.35 + (2 * part - 1) * 0.15 + 0.5)
                     * interval '1 day' AS created_at
              FROM (
                SELECT n, date_trunc('day', at) AS day,
                       extract(epoch FROM at - date_trunc('day', at))::float / 86400 AS part
                  FROM (
                    SELECT n, now() - interval '730 days' * (1 - n::float / %(runs)s) ^ 0.8
                                    - interval '1 minute' AS at
                      FROM generate_series(1, %(runs)s) AS n
                  ) AS moments
              ) AS days
          ) AS facts
      ) AS drawn, LATERAL (
        SELECT CASE WHEN NOT queued THEN created_at + r8 * interval '2 s' END AS began,
               CASE WHEN status <> 'processing' THEN
                 created_at + interval '2 s' + interval '1 s' * exp(spread)
                   * CASE WHEN builder = 'blueprints' THEN 0.3 ELSE 12 END
                   * CASE WHEN production THEN 3 * attempt ELSE 1 END END AS ended
      ) AS lasting
"""
"""More runs each month than in the month before, and more at noon than at midnight."""

WORD: Final[LiteralString] = """
    CREATE OR REPLACE FUNCTION word(number int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT s[1 + number % 16] || s[1 + number / 16 % 16] || s[1 + number / 256 % 16]
          FROM (VALUES (ARRAY['ba','ce','di','fo','gu','ha','ke','li',
                              'mo','nu','pa','re','si','to','vu','ze'])) AS syllables (s)
    $$
"""

EVENTS: Final[LiteralString] = """
    INSERT INTO run_events (run_id, kind, stage, at)
    SELECT run.id, CASE WHEN step.stage = 'done' AND run.status = 'failed' THEN 'error'
                        ELSE 'stage' END,
           step.stage,
           CASE step.stage
             WHEN 'queued' THEN run.created_at
             WHEN 'done' THEN run.finished_at
             ELSE started_at + coalesce(run.finished_at - started_at, '10 s') * step.share
           END
      FROM runs AS run,
           LATERAL (VALUES ('queued', 0, true), ('planning', 0, true), ('coding', 0.2, true),
                           ('checking', 0.5, production), ('repairing', 0.6, attempt > 1),
                           ('checking', 0.8, attempt > 1), ('responding', 0.97, status <> 'failed'),
                           ('done', 1, true)) AS step (stage, share, happens)
     WHERE step.happens
       AND (run.started_at IS NOT NULL OR step.stage IN ('queued', 'done'))
       AND (run.finished_at IS NOT NULL OR step.stage IN ('queued', 'planning', 'coding'))
     ORDER BY run.created_at, step.share
"""

CODE: Final[LiteralString] = """
    CREATE OR REPLACE FUNCTION code_of(task text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT concat('# ', task, chr(10), 'SEED = "', md5(task), '"', chr(10), chr(10),
                      repeat(left(task, 20) || ' = input("What is it? ")' || chr(10), 10),
                      'def main() -> None:' || chr(10),
                      repeat('    print("a line of the program", SEED)' || chr(10), 10))
    $$
"""
"""About a kilobyte."""

CHECKPOINTS: Final[LiteralString] = """
    INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, checkpoint, metadata)
    SELECT run.id::text, '', made.id, jsonb_build_object(
             'v', 4, 'id', made.id, 'ts', run.finished_at,
             'versions_seen', jsonb_build_object('responder', seen.versions),
             'channel_versions', seen.versions,
             'updated_channels', '["response", "stage", "status", "verdict"]'::jsonb,
             'channel_values', jsonb_build_object(
               'task', run.task, 'production', run.production, 'plan', plan, 'code', code,
               'entry', 'main.py', 'files', jsonb_build_object('main.py', code)::text,
               'how_to_run', 'python main.py', 'summary', 'A program for ' || run.task,
               'response', 'The project has 3 files. To run it, download it.', 'best', '',
               'status', run.status, 'stage', run.stage, 'attempt', run.attempt,
               'verdict', coalesce(run.verdict, ''), 'gates', '', 'failure', '', 'stopped', '',
               'tokens_in', run.tokens_in, 'tokens_out', run.tokens_out)),
           '{"step": 3, "source": "loop", "parents": {}}'
      FROM runs AS run,
           LATERAL (SELECT uuidv7(run.created_at - clock_timestamp())::text) AS made (id),
           LATERAL (SELECT code_of(run.task), concat('# ', run.task, chr(10), chr(10),
             '1. Read what is asked', chr(10), '2. Write it down', chr(10), '3. Test it', chr(10),
             md5(run.task))) AS texts (code, plan),
           (SELECT jsonb_object_agg(name, '0000000000000000000000000000000' || length(name)
                     || '.' || md5(name)) AS versions
              FROM regexp_split_to_table('best code plan task entry files gates stage status'
                     || ' attempt failure stopped summary verdict response tokens_in tokens_out'
                     || ' how_to_run production', ' ') AS name) AS seen
     WHERE run.started_at IS NOT NULL
"""

ATTEMPTS: Final[LiteralString] = """
    INSERT INTO attempts (run_id, attempt, files, entry, seconds, tokens_in, tokens_out, at)
    SELECT id, number, jsonb_build_object('main.py', code_of(task))::text, 'main.py',
           extract(epoch FROM finished_at - started_at) / attempt,
           tokens_in / attempt, tokens_out / attempt, finished_at
      FROM runs, generate_series(1, attempt) AS number
     WHERE production AND status = 'completed'
"""

GATE_RESULTS: Final[LiteralString] = """
    INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail, output,
                              pages, at)
    SELECT id, number, gate, outcome, random(),
           CASE outcome WHEN 'passed' THEN 'Passed.' ELSE 'Two things are wrong.' END,
           '', '', '[]', finished_at
      FROM runs, generate_series(1, attempt) AS number,
           unnest(ARRAY['files', 'syntax', 'lint', 'security', 'types', 'tests', 'start'])
             WITH ORDINALITY AS gates (gate, place),
           LATERAL (SELECT CASE
             WHEN verdict = 'production-ready' AND number = attempt THEN 'passed'
             WHEN place = 1 + get_byte(uuid_send(id), 15) * number %% 7 THEN 'failed'
             WHEN place > 1 + get_byte(uuid_send(id), 15) * number %% 7 AND place > 5 THEN 'skipped'
             ELSE 'passed' END) AS told (outcome)
     WHERE production AND status = 'completed'
"""

REASONS: Final[LiteralString] = """
    UPDATE runs SET reason_code = CASE status
           WHEN 'cancelled' THEN 'cancelled'
           WHEN 'failed' THEN (ARRAY['model', 'model', 'not-built', 'overdue', 'fault'])
                                [1 + get_byte(uuid_send(id), 14) %% 5]
           ELSE coalesce((SELECT gate FROM gate_results
                           WHERE run_id = id AND gate_results.attempt = runs.attempt
                             AND outcome = 'failed' LIMIT 1), 'unchecked') END
     WHERE status IN ('failed', 'cancelled') OR verdict = 'not-production-ready'
"""

CHECKS_AND_KINDS: Final[LiteralString] = """
    UPDATE runs SET failed_checks = failed.gates,
           kind = CASE WHEN production
                       THEN (ARRAY['web', 'web', 'web', 'web', 'cli', 'cli', 'api', 'bot', NULL])
                              [1 + get_byte(uuid_send(id), 13) %% 9] END
      FROM (SELECT id AS run, array_agg(DISTINCT gate ORDER BY gate)
                                FILTER (WHERE outcome = 'failed') AS gates
              FROM runs LEFT JOIN gate_results ON run_id = id
             WHERE production GROUP BY id) AS failed
     WHERE id = run
"""

EMPTY: Final[LiteralString] = """
    TRUNCATE projects, runs, checkpoints, insight_changes, insight_days, insight_runs,
             insight_hours, insight_stages, insight_gates, insight_strengths, insight_reasons
             CASCADE
"""

PROJECTS: Final[LiteralString] = """
    INSERT INTO projects (id, name, created_at) SELECT id, project_name(task), created_at FROM runs
"""
"""As the trigger does, which is off while runs are loaded."""

NOTE_DAYS: Final[LiteralString] = """
    INSERT INTO insight_changes SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM runs
"""
"""As the triggers do, which are off while runs are loaded."""

STEPS: Final[dict[str, LiteralString]] = {
    "runs": RUNS,
    "projects": PROJECTS,
    "events": EVENTS,
    "checkpoints": CHECKPOINTS,
    "attempts": ATTEMPTS,
    "gate results": GATE_RESULTS,
    "reasons": REASONS,
    "checks and kinds": CHECKS_AND_KINDS,
}


def ensure_runs(database: Database, runs: int) -> None:
    """Fill the database, unless it already holds this many runs. A million take some 8 minutes.

    Args:
        database: migrated; what it holds is deleted where the number is another.
        runs: how many.
    """
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        found = connection.execute("SELECT count(*) FROM runs").fetchone()
        if found == (runs,):
            return
        with connection.transaction():
            _load(connection, runs)
        _timed(connection, "vacuum", "VACUUM ANALYZE", runs)


def _load(connection: psycopg.Connection, runs: int) -> None:
    """Load without secondary indexes and triggers, which are faster made at the end."""
    indexes = connection.execute(SECONDARY_INDEXES, (LOADED,)).fetchall()
    connection.execute(EMPTY)
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
    connection.execute("SELECT setseed(0.42)")
    connection.execute(WORD)
    connection.execute(CODE)
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}".encode())
    for name, statement in STEPS.items():
        _timed(connection, name, statement, runs)
    for name, definition in indexes:
        _timed(connection, name, definition.replace("%", "%%"), runs)
    connection.execute(NOTE_DAYS)


def _timed(connection: psycopg.Connection, name: str, statement: str, runs: int) -> None:
    began = time.perf_counter()
    connection.execute(statement.encode(), {"runs": runs})
    sys.stderr.write(f"  {name}: {time.perf_counter() - began:.1f} s\n")
