"""The two jobs of the gate ``proof``, side by side: to break the program, to repeat its tests.

Each waits for a slot of its own, like any other job.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, broken, unusual_end
from toggle_core.gates.sandbox.job import Finished

_TOOLS = ("pytest",)
_MOST_DRAWN = 60
_BUDGET_SECONDS = 12.0
_REPEAT_SECONDS = 3.0
_RUNS = 8  # that each may take as long as one may; the traced one counts for several


def try_out(context: Context) -> Judgement | Mapping[str, Any]:
    """Break the program, and repeat its tests meanwhile.

    Returns:
        What both jobs reported, as one; a judgement where one did not come to its own end.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="proof") as pool:
        repeating = pool.submit(copy_context().run, _repeat, context)
        breaking = _run(context, "proof.trial")
        with context.clock.standing_still():
            repeated = repeating.result()
    for done in (breaking, repeated):
        if judged := unusual_end(done, "Breaking the program and running its tests"):
            return judged
        if done.report is None:
            return broken("The trial of the tests", done)
    return join(breaking.report or {}, repeated.report or {})


def join(broken_report: Mapping[str, Any], repeated: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reports of both jobs as one.

    Args:
        broken_report: of the job that breaks the program.
        repeated: of the job that repeats its tests.
    """
    sums = ("runs", "trouble", "seconds", "tampered")
    flaky = sorted({*broken_report["flaky"], *repeated["flaky"]})
    return {
        **broken_report,
        **{name: broken_report[name] + repeated[name] for name in sums},
        "flaky": flaky,
        "dated": repeated["dated"],
        "neutral_failed": [
            one for one in broken_report["neutral_failed"] if one["test"] not in flaky
        ],
    }


def _repeat(context: Context) -> Finished:
    with context.clock.another_thread():
        return _run(context, "proof.repeats")


def _run(context: Context, program: str) -> Finished:
    seconds = context.settings.tests_seconds
    options = {
        "entry": context.entry,
        "seconds": seconds,
        "most": _MOST_DRAWN,
        "budget": _BUDGET_SECONDS,
        "repeat_seconds": _REPEAT_SECONDS,
    }
    return context.run(program, seconds * _RUNS + _BUDGET_SECONDS, options, tools=_TOOLS)
