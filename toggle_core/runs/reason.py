"""Why a run is not what was wished for, as SQL: in one line, and as a word to filter by."""

from typing import Final, LiteralString

from toggle_core.words import GATES, REASON_CODES

GATES_BY_WEIGHT: Final = tuple(code for code in REASON_CODES if code in GATES)
"""Of several gates that did not pass, the first of these is told."""

_gates = ", ".join(f"'{gate}'" for gate in GATES_BY_WEIGHT)

REASON: Final = f"""
CASE WHEN runs.status = 'failed' THEN runs.error
     WHEN runs.status = 'cancelled' THEN coalesce(
          (SELECT CASE WHEN detail ->> 'decision' = 'reject'
                       THEN concat_ws(' ', 'The plan was rejected.', detail ->> 'reason') END
             FROM run_events
            WHERE run_id = runs.id AND kind IN ('stage', 'error') ORDER BY id DESC LIMIT 1),
          'It was cancelled.')
     WHEN runs.works THEN runs.promises_untried || CASE runs.promises_untried
          WHEN 1 THEN ' promise is' ELSE ' promises are' END || ' to be tried by a person.'
     WHEN runs.verdict = 'not-production-ready' THEN coalesce(
          (SELECT summary FROM gate_results
            WHERE run_id = runs.id AND gate_results.attempt = runs.attempt AND outcome = 'failed'
            ORDER BY array_position(ARRAY[{_gates}], gate) LIMIT 1),
          CASE WHEN runs.left_out > 0 THEN 'Something that was asked for is left out.'
               ELSE 'Not every check was carried out.' END)
     END
"""  # noqa: S608  the names of gates are our own
"""NULL for what is ready, a draft, or still worked on."""

REASON_CODE: Final[LiteralString] = """
    CASE %(status)s::text
    WHEN 'cancelled' THEN
        CASE %(detail)s::jsonb ->> 'decision' WHEN 'reject' THEN 'rejected' ELSE 'cancelled' END
    WHEN 'failed' THEN
        CASE WHEN %(detail)s::jsonb ->> 'kind' IS NULL THEN 'fault'
             WHEN %(detail)s::jsonb ->> 'kind' = 'NoBlueprint' THEN 'not-built'
             WHEN starts_with(%(detail)s::jsonb ->> 'kind', 'Model') THEN 'model'
             WHEN %(detail)s::jsonb ->> 'kind' = 'RunOverdue' THEN 'overdue'
             WHEN %(detail)s::jsonb ->> 'kind' = 'TokensUsedUp' THEN 'tokens-used-up'
             ELSE 'build-failed' END
    WHEN 'completed' THEN
        CASE WHEN %(works)s::boolean THEN 'untried'
             WHEN %(verdict)s::text = 'not-production-ready' THEN coalesce(
                  (SELECT gate FROM gate_results
                    WHERE run_id = runs.id AND outcome = 'failed'
                      AND gate_results.attempt = coalesce(%(attempt)s::integer, runs.attempt)
                    ORDER BY array_position(%(gates)s::text[], gate) LIMIT 1),
                  CASE WHEN %(left_out)s::smallint > 0 THEN 'left-out' ELSE 'unchecked' END)
        END
    END
"""
"""The word of :data:`toggle_core.words.REASON_CODES` for a run that ends, by the parameters of its
end (:mod:`toggle_core.runs.lifecycle`). NULL exactly where ``REASON`` is."""
