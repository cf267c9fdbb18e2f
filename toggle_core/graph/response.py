"""What the founder is told at the end of a run, in plain words."""

import json
from collections.abc import Sequence
from typing import Final

from toggle_core.gates.model import GateResult, from_json, passed_count
from toggle_core.graph.state import AgentState
from toggle_core.words import Outcome, Verdict

WHAT_TO_DO: Final = (
    "What you can do: download it as it is, or say the task in other words and submit it again."
)


def respond(state: AgentState) -> str:
    """The closing words of a run, as Markdown.

    Args:
        state: the final one, with the verdict and the files that are kept.
    """
    parts = [state["summary"], _how_to_run(state)]
    if state["verdict"] == Verdict.DRAFT:
        parts.append("This is a quick draft: nothing has been checked.")
    else:
        parts += _what_was_proved(state, from_json(state["gates"]))
    return "\n\n".join(parts)


def _how_to_run(state: AgentState) -> str:
    count = len(json.loads(state["files"]))
    files = "1 file" if count == 1 else f"{count} files"
    return (
        f"The project has {files}. To run it, download it, open a terminal in its folder and type:"
        f"\n\n    {state['how_to_run']}"
    )


def _what_was_proved(state: AgentState, results: Sequence[GateResult]) -> list[str]:
    passed = passed_count(results)
    if state["verdict"] == Verdict.READY:
        again = f" It took {state['attempt']} attempts." if state["attempt"] > 1 else ""
        return [f"It is production-ready: all {passed} checks passed.{again}"]
    open_points = [
        f"- **{result.gate}**: {result.summary}"
        for result in results
        if result.outcome is not Outcome.PASSED
    ]
    return [
        f"It is not production-ready: {passed} of {len(results)} checks passed. What is missing:",
        "\n".join(open_points),
        state["stopped"],
        WHAT_TO_DO,
    ]
