"""Why a run is not what was wished for, in one line, as SQL over ``runs``."""

from typing import Final

from toggle_core.words import GATES

GATES_BY_WEIGHT: Final = ("promises", *(gate for gate in GATES if gate != "promises"))
"""Of several gates that did not pass, the first of these is told: a broken promise says more to
people than a lint error."""

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
