"""Try promises on a program in the sandbox."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toggle_core.gates.checks.context import Context

Results = dict[str, dict[str, Any]]
Try = Callable[[str, Mapping[str, Sequence[Mapping[str, Any]]]], Results]

VARS = {"a": "word", "b": "words:2", "who": "word", "other": "word", "p": "decimal:1.01..99.99"}
VARS |= {"q": "decimal:1.01..9.99", "n": "int:1000..4999"}


def try_steps(context: Context, promises: Mapping[str, Sequence[Mapping[str, Any]]]) -> Results:
    """Try promises given as the steps of each, by its name."""
    listed = [{"id": name, "vars": VARS, "steps": steps} for name, steps in promises.items()]
    return run_trial(context, listed)


def run_trial(
    context: Context,
    promises: Sequence[Mapping[str, Any]],
    *,
    environment: Mapping[str, str] | None = None,
    base: Mapping[str, str] | None = None,
) -> Results:
    """Try promises, and return what the harness reports for each, by its name."""
    options = {
        "promises": list(promises),
        "entry": context.entry,
        "seed": "a fixed seed",
        "start_seconds": 6,
        "step_seconds": 3,
        "processor_seconds": 3,
        "servers": True,
        "environment": dict(environment or {}),
        "base": dict(base or {}),
    }
    done = context.run("promises.trial", 300, options)
    assert done.report is not None, (done.end, done.errors)
    assert done.errors == ""
    return {each["id"]: each for each in done.report["results"]}


def outcomes(results: Results) -> dict[str, str]:
    """Return the outcome of each promise."""
    return {name: result["outcome"] for name, result in results.items()}
