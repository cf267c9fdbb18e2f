"""The nodes: what each step of a run does. They do I/O only through the builder.

A node may run twice after a crash, so each touches nothing but what it returns. The ``stage`` it
returns is the one that comes next.
"""

import json
from dataclasses import replace
from typing import Any, Protocol

from langgraph.types import interrupt

from toggle_core.builders.protocol import (
    Builder,
    Feedback,
    FindVacuous,
    Plan,
    Project,
    base_from_json,
    can_continue,
    can_promise,
)
from toggle_core.errors import BuildFailed, ContinuationRefused, TokensUsedUp
from toggle_core.gates.model import from_json, verdict
from toggle_core.graph.attempts import Limits, best_of
from toggle_core.graph.changes import changed_files
from toggle_core.graph.cleaning import REMARKS_LIMIT, clean_objection, clean_project
from toggle_core.graph.feedback import feedback_of
from toggle_core.graph.promises import left_out, promises_for, with_steps
from toggle_core.graph.response import respond
from toggle_core.graph.start_command import start_command
from toggle_core.graph.state import NOTHING_CHANGED, AgentState
from toggle_core.storable import clean
from toggle_core.words import ERROR_LIMIT, PLAN_LIMIT, Stage, Status, Verdict


class Node(Protocol):
    """A step of the graph."""

    def __call__(self, state: AgentState) -> AgentState:
        """Return what changes in the state."""


def planner(builder: Builder, limits: Limits, find_vacuous: FindVacuous) -> Node:
    """The node that plans the task, and with the toggle on says what will be checked.

    Args:
        builder: plans and codes.
        limits: how much a run may use, which an earlier try may have used up.
        find_vacuous: names the promises that a program which does nothing would keep.
    """

    def plan(state: AgentState) -> AgentState:
        if limits.out_of_tokens(state):
            raise TokensUsedUp(limit=limits.tokens)
        planned = _plan(builder, state)
        stage = Stage.REVIEWING if state["review"] else Stage.CODING
        text = clean(planned.text, PLAN_LIMIT)
        promised = promises_for(builder, {**state, "plan": text}, find_vacuous)
        return {
            "plan": text,
            "promises": promised.text,
            "stage": stage.value,
            "tokens_in": state["tokens_in"] + planned.tokens_in + promised.tokens_in,
            "tokens_out": state["tokens_out"] + planned.tokens_out + promised.tokens_out,
        }

    return plan


def reviewer(builder: Builder, find_vacuous: FindVacuous) -> Node:
    """The node that waits for a person's yes to the plan, and goes on with what they return.

    The first call interrupts the graph; ``Command(resume={"plan": ..., "promises": ...})`` calls
    it again. Sentences that the person has added get steps, if the builder can write them.

    Args:
        builder: may write steps.
        find_vacuous: names the promises that a program which does nothing would keep.
    """

    def review(state: AgentState) -> AgentState:
        given = interrupt(state["plan"])
        # A worker of an earlier version resumes with the plan alone.
        reviewed = given if isinstance(given, dict) else {"plan": given}
        plan = clean(str(reviewed["plan"]), PLAN_LIMIT)
        promises = reviewed.get("promises") or state["promises"]
        agreed = with_steps(builder, {**state, "plan": plan, "promises": promises}, find_vacuous)
        return {
            "plan": plan,
            "promises": agreed.text,
            "stage": Stage.CODING.value,
            **_used(state, agreed.tokens_in, agreed.tokens_out),
        }

    return review


def coder(builder: Builder, limits: Limits, find_vacuous: FindVacuous) -> Node:
    """The node that writes the project for the plan, or repairs it after a gate failed.

    A run that an earlier version planned has no promises yet: they are made here, by a call that
    sees no code either.

    Args:
        builder: plans and codes.
        limits: how long the coder may go on.
        find_vacuous: names the promises that a program which does nothing would keep.
    """

    def code(state: AgentState) -> AgentState:
        if limits.out_of_tokens(state):
            raise TokensUsedUp(limit=limits.tokens)
        feedback = feedback_of(state)
        late: AgentState = {}
        try:
            late = _promised_late(builder, state, find_vacuous)
            state = {**state, **late}
            project = _project(builder, state, feedback)
        except BuildFailed as error:
            if feedback is None:
                raise
            # What was made before is kept and reported with what the gates said of it.
            reason = clean(str(error), ERROR_LIMIT)
            return {**late, **_stop(state, reason, error.tokens_in, error.tokens_out)}
        if feedback is not None and project.objection:
            return {
                **late,
                **_stop(state, _gave_up(feedback), project.tokens_in, project.tokens_out),
                **_remarks(state, project),
                "objection": project.objection,
            }
        return {
            **late,
            **_made(state, project, feedback),
            **_remarks(state, project),
            "stage": (Stage.CHECKING if state["production"] else Stage.RESPONDING).value,
            "attempt": state["attempt"] + 1,
            **_used(state, project.tokens_in, project.tokens_out),
        }

    return code


def _promised_late(builder: Builder, state: AgentState, find_vacuous: FindVacuous) -> AgentState:
    if state["promises"]:
        return {}
    promised = promises_for(builder, state, find_vacuous)
    if not promised.text:
        return {}
    return {"promises": promised.text, **_used(state, promised.tokens_in, promised.tokens_out)}


def responder(state: AgentState) -> AgentState:
    """The node that tells the founder what there is now. Only gates decide the verdict."""
    kept = best_of(state)
    final: AgentState = {**state, **kept}
    final["how_to_run"] = start_command(final["entry"])
    final["verdict"] = _verdict(final).value
    return {
        **kept,
        "how_to_run": final["how_to_run"],
        "response": respond(final),
        "verdict": final["verdict"],
        "status": Status.COMPLETED.value,
        "stage": Stage.DONE.value,
    }


def _verdict(state: AgentState) -> Verdict:
    """Ready is what passed every gate, leaves no wish out and, as a change, has changed something.

    Nothing that a builder says can make it so.
    """
    if not state["production"]:
        return Verdict.DRAFT
    if state["unmet"] or left_out(state) or state["changed"] == NOTHING_CHANGED:
        return Verdict.NOT_READY
    return verdict(from_json(state["gates"]))


def _made(state: AgentState, project: Project, feedback: Feedback | None) -> AgentState:
    """What an attempt has made. A repair keeps the description that the first attempt gave."""
    base = base_from_json(state["base"])
    described = state["summary"] if feedback else ""
    reasons = {**json.loads(state["test_changes"] or "{}"), **project.test_changes}
    return {
        "code": project.files[project.entry],
        "entry": project.entry,
        "files": _json(dict(project.files)),
        "how_to_run": project.how_to_run,
        "summary": described or project.summary,
        "test_changes": _json(reasons) if reasons else "",
        "changed": _json(changed_files(base.files, project.files)) if base else "",
    }


def _remarks(state: AgentState, project: Project) -> AgentState:
    """What the builder has left out and assumed so far. An attempt that does not mention a wish
    any more has not fulfilled it by that."""
    return {
        "unmet": _added(state["unmet"], project.unmet),
        "assumptions": _added(state["assumptions"], project.assumptions),
    }


def _added(earlier: str, remarks: tuple[str, ...]) -> str:
    every = list(dict.fromkeys([*json.loads(earlier or "[]"), *remarks]))[:REMARKS_LIMIT]
    return _json(every) if every else ""


def _stop(state: AgentState, reason: str, tokens_in: int, tokens_out: int) -> AgentState:
    return {
        "stopped": reason,
        "stage": Stage.RESPONDING.value,
        **_used(state, tokens_in, tokens_out),
    }


def _used(state: AgentState, tokens_in: int, tokens_out: int) -> AgentState:
    return {
        "tokens_in": state["tokens_in"] + tokens_in,
        "tokens_out": state["tokens_out"] + tokens_out,
    }


def _gave_up(feedback: Feedback) -> str:
    names = [f"“{failure.gate}”" for failure in feedback.failures]
    checks = (
        f"check {names[0]} contradicts"
        if len(names) == 1
        else f"checks {', '.join(names[:-1])} and {names[-1]} contradict"
    )
    return f"The builder gave up the repair: it says that the {checks} the task."


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plan(builder: Builder, state: AgentState) -> Plan:
    base = base_from_json(state["base"])
    if base is None:
        return builder.plan(state["task"])
    if not can_continue(builder):
        raise ContinuationRefused(builder=builder.name)
    return builder.plan(state["task"], base=base)


def _project(builder: Builder, state: AgentState, feedback: Feedback | None) -> Project:
    """What the builder has coded, clean. One that cannot be kept has cost its tokens as well.

    A builder that gives a repair up leaves the files as they are; there is nothing to give up the
    first time.
    """
    project = _code(builder, state, feedback)
    if feedback is None:
        project = replace(project, objection="")
    elif clean_objection(project):
        project = replace(project, files=feedback.files, entry=feedback.entry)
    try:
        return clean_project(project)
    except BuildFailed as error:
        error.tokens_in, error.tokens_out = project.tokens_in, project.tokens_out
        raise


def _code(builder: Builder, state: AgentState, feedback: Feedback | None) -> Project:
    base = base_from_json(state["base"])
    given: dict[str, Any] = {}
    if base is not None:
        if not can_continue(builder):
            raise ContinuationRefused(builder=builder.name)
        given["base"] = base
    if state["promises"] and can_promise(builder):
        given["promises"] = json.loads(state["promises"])
    return builder.code(state["task"], state["plan"], feedback, **given)
