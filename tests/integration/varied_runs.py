"""Runs that differ in everything a filter or an order looks at, many of them alike in part."""

from typing import Any, LiteralString

from tests.integration.sql import ask, tell
from toggle_core.store.database import Database

SOME = 120

VARIED: LiteralString = """
    INSERT INTO runs (id, task, production, status, stage, attempt, builder, submitted_by, error,
                      verdict, tokens_in, tokens_out, created_at, started_at, finished_at,
                      evidence, promises_count, promises_kept, promises_untried, left_out,
                      proof_strength, works, working_seconds, reason_code,
                      failed_checks, kind)
    SELECT gen_random_uuid(),
           concat('Create a ', (ARRAY['game', 'page', 'report', 'list'])[1 + n %% 4],
                  ' number ', n),
           n %% 3 = 0, status, CASE WHEN status <> 'processing' THEN 'done'
                WHEN n %% 2 = 0 THEN 'reviewing' ELSE 'coding' END,
           1 + n %% 3, (ARRAY['blueprints', 'openai:gpt-5-mini'])[1 + n %% 2],
           (ARRAY['Ada', 'Grace', NULL])[1 + n %% 3],
           CASE status WHEN 'failed' THEN 'It failed.' END,
           verdict,
           n %% 5 * 100, n %% 4 * 10, at,
           CASE WHEN n %% 11 > 0 THEN at + interval '1 s' END,
           CASE WHEN status <> 'processing' THEN at + interval '1 s' * (1 + n %% 9 * 2.5) END,
           evidence,
           CASE evidence WHEN 2 THEN 4 END,
           CASE evidence WHEN 2 THEN CASE verdict WHEN 'production-ready' THEN 4 ELSE 3 END END,
           CASE evidence WHEN 2 THEN CASE WHEN works THEN 1 ELSE 0 END END,
           CASE evidence WHEN 2 THEN 0 END,
           CASE evidence WHEN 2 THEN n %% 7 * 16 END,
           CASE evidence WHEN 2 THEN works END,
           CASE WHEN n %% 11 > 0 AND status <> 'processing' THEN n %% 9 * 2.5 END,
           CASE status WHEN 'failed' THEN (ARRAY['model', 'not-built'])[1 + n %% 2]
                WHEN 'cancelled' THEN 'cancelled'
                WHEN 'completed' THEN
                  CASE WHEN works THEN 'untried'
                       WHEN verdict = 'not-production-ready'
                       THEN (ARRAY['tests', 'lint', 'left-out'])[1 + n %% 3] END END,
           CASE WHEN n %% 3 = 0 AND status <> 'processing' THEN
                CASE n %% 4 WHEN 0 THEN ARRAY['lint', 'tests'] WHEN 1 THEN ARRAY['lint'] END END,
           CASE WHEN n %% 3 = 0 THEN (ARRAY['web', 'cli', 'api', NULL])[1 + n %% 4] END
      FROM (SELECT *, CASE WHEN n %% 3 = 0 AND verdict IS NOT NULL THEN 1 + n %% 4 / 2 END
                      AS evidence,
                   n %% 3 = 0 AND n %% 4 = 3 AND n %% 5 = 0 AS works
              FROM (SELECT *, CASE WHEN status = 'completed' THEN
                       CASE WHEN n %% 3 > 0 THEN 'draft' WHEN n %% 2 = 0 THEN 'production-ready'
                            ELSE 'not-production-ready' END END AS verdict
      FROM (SELECT n, timestamptz '2026-01-30 20:00Z' + make_interval(hours => n / 3) AS at,
                   (ARRAY['completed', 'completed', 'failed', 'cancelled', 'processing'])
                     [1 + n %% 5] AS status
              FROM generate_series(1, %(some)s) AS n) AS drawn) AS judged) AS proved
"""


def fill(database: Database, some: int = SOME) -> list[dict[str, Any]]:
    """Insert so many. Returns the rows as they are in the database, newest first."""
    tell(database, VARIED, some=some)
    return ask(database, "SELECT * FROM runs ORDER BY created_at DESC, id DESC")
