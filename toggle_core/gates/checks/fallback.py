"""What a sandbox without namespaces cannot judge."""

import re
from dataclasses import replace

from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.words import Outcome

_CONCERNED = ("tests", "start")
_NEEDS_MORE = re.compile(
    r"^\s*(?:import|from)\s+(?:socket|socketserver|http\.server|xmlrpc\.server|wsgiref|ssl|"
    r"multiprocessing|concurrent\.futures|asyncio|selectors)\b",
    re.MULTILINE,
)


def unsupported(gate: str, context: Context, judged: Judgement) -> Judgement:
    """Skip a gate that failed where the sandbox may be why.

    Args:
        gate: its name.
        context: the project.
        judged: what the check found.

    Returns:
        The same, or skipped: a failed gate of a project that listens or starts processes, neither
        of which works without namespaces.
    """
    fails = gate in _CONCERNED and judged.outcome is Outcome.FAILED
    if not fails or not any(map(_NEEDS_MORE.search, context.files.values())):
        return judged
    return replace(judged, outcome=Outcome.SKIPPED, summary="Not supported in this sandbox.")
