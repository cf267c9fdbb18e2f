"""What a sandbox without namespaces cannot judge."""

import re
from dataclasses import replace

from toggle_core.gates.checks.context import Context, Judgement
from toggle_core.gates.model import PromiseResult
from toggle_core.words import Outcome, PromiseOutcome

_CONCERNED = ("tests", "proof", "start", "promises")
_WHY = "Not supported in this sandbox."
_NEEDS_MORE = re.compile(
    r"^\s*(?:import|from)\s+(?:socket|socketserver|http\.server|xmlrpc\.server|wsgiref|ssl|"
    r"multiprocessing|concurrent\.futures|asyncio|selectors)\b",
    re.MULTILINE,
)
_SERVES = re.compile(
    r"^\s*(?:import|from)\s+(?:socketserver|http\.server|xmlrpc\.server|wsgiref)\b", re.MULTILINE
)


def unsupported(gate: str, context: Context, judged: Judgement) -> Judgement:
    """Skip a gate whose outcome the sandbox itself may explain.

    Args:
        gate: its name.
        context: the project.
        judged: what the check found.

    Returns:
        The same, or skipped: a failed gate of a project that listens or starts processes, neither
        of which works without namespaces; and a server that started well, since it cannot have
        served.
    """
    fails = gate in _CONCERNED and judged.outcome is Outcome.FAILED
    passes = gate == "start" and judged.outcome is Outcome.PASSED
    explained = (fails and _imports(_NEEDS_MORE, context)) or (
        passes and _imports(_SERVES, context)
    )
    if not explained:
        return judged
    promises = tuple(map(_untried, judged.promises))
    return replace(judged, outcome=Outcome.SKIPPED, summary=_WHY, promises=promises)


def _untried(promise: PromiseResult) -> PromiseResult:
    if promise.outcome is not PromiseOutcome.BROKEN:
        return promise
    return promise._replace(outcome=PromiseOutcome.UNTRIED, why=_WHY)


def _imports(modules: re.Pattern[str], context: Context) -> bool:
    return any(modules.search(text) for name, text in context.files.items() if name.endswith(".py"))
