"""The state of the graph. Channels are flat primitives, so that SQL can read checkpoints."""

import functools
from collections.abc import Callable
from typing import Any, Final, TypedDict, TypeVar, cast

from toggle_core.words import Stage, Status

NOTHING_CHANGED: Final = "[]"
"""The channel ``changed`` of a change that has changed nothing."""

AnyNode = TypeVar("AnyNode", bound=Callable[..., Any])


class AgentState(TypedDict, total=False):
    """One run as the checkpointer keeps it.

    Attributes:
        task: what was asked for.
        production: whether the gates must prove the code.
        review: whether a person wants to see the plan before any code is written.
        base: JSON text, the project that is continued; empty where the run starts from scratch.
        promises: JSON text, what was agreed on before the code (see ``gates.promises``); empty
            where nothing was.
        plan: Markdown.
        code: text of the entry file.
        entry: path of the entry file in ``files``.
        files: JSON text, path -> content.
        how_to_run: one shell line, as the gate ``start`` runs it; empty without a program.
        summary: one or two sentences of the builder's, from its first answer: what was built.
        unmet: JSON text, wishes of the task that are not fulfilled, of all attempts.
        assumptions: JSON text, what the builder decided where the task left it open.
        objection: why the builder gave the repair up, in its words; empty if it did not.
        test_changes: JSON text, test -> the builder's reason to remove or change it.
        tests_seen: JSON text, tests that must not be lost (see ``graph.earlier_tests``).
        changed: JSON text, paths of the files that differ from ``base``; empty without a base.
        response: what the founder reads at the end.
        status: a word of :class:`~toggle_core.words.Status`.
        stage: a word of :class:`~toggle_core.words.Stage`: what comes next, or ``done``.
        attempt: number of the coder's newest attempt, 0 before the first.
        verdict: a word of :class:`~toggle_core.words.Verdict`, empty until there is one.
        gates: JSON text, what the gates said of the files; empty where they were not asked.
        best: JSON text, the best attempt so far (see ``graph.attempts``).
        checked: mark of what the gates checked last, empty before.
        failure: mark of the newest attempt's failures and code, empty without a failure.
        stopped: why there is no further attempt, a sentence; empty while there may be one.
        tokens_in: tokens read by models so far.
        tokens_out: tokens written by models so far.
    """

    task: str
    production: bool
    review: bool
    base: str
    promises: str
    plan: str
    code: str
    entry: str
    files: str
    how_to_run: str
    summary: str
    unmet: str
    assumptions: str
    objection: str
    test_changes: str
    tests_seen: str
    changed: str
    response: str
    status: str
    stage: str
    attempt: int
    verdict: str
    gates: str
    best: str
    checked: str
    failure: str
    stopped: str
    tokens_in: int
    tokens_out: int


def first_state(
    task: str, *, production: bool, review: bool = False, base: str = "", promises: str = ""
) -> AgentState:
    """The input of a new thread."""
    return {
        "task": task,
        "production": production,
        "review": review,
        "base": base,
        "promises": promises,
        "plan": "",
        "code": "",
        "entry": "",
        "files": "",
        "how_to_run": "",
        "summary": "",
        "unmet": "",
        "assumptions": "",
        "objection": "",
        "test_changes": "",
        "tests_seen": "",
        "changed": "",
        "response": "",
        "status": Status.PROCESSING.value,
        "stage": Stage.PLANNING.value,
        "attempt": 0,
        "verdict": "",
        "gates": "",
        "best": "",
        "checked": "",
        "failure": "",
        "stopped": "",
        "tokens_in": 0,
        "tokens_out": 0,
    }


def whole(state: AgentState) -> AgentState:
    """The state with every channel: a thread that began before a channel existed lacks it."""
    return {**first_state("", production=False), **state}


def of_whole_state(node: AnyNode) -> AnyNode:
    """The node, given every channel whenever its thread began."""

    @functools.wraps(node)
    def run(state: AgentState, **told: Any) -> Any:
        return node(whole(state), **told)

    return cast(AnyNode, run)
