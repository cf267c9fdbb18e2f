"""Every checkpoint of a run, and the way to start again from one."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.history.checkpoints import PREVIEW_LENGTH, Change, Step
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.asking import ask_for_run, press_of
from toggle_core.ui.login import submitter
from toggle_core.ui.text import as_label, one_line, visible
from toggle_core.ui.times import clock
from toggle_core.ui.zones import viewer_zone
from toggle_core.versions.lineage import fork
from toggle_core.words import PLAN_LIMIT

NODE_WORDS: Final = {
    "planner": "Plan written",
    "reviewer": "Plan reviewed",
    "coder": "Code written",
    "gates": "Code checked",
    "responder": "Summary written",
}

CHANNEL_WORDS: Final = {
    "task": "the task",
    "plan": "the plan",
    "code": "the code",
    "files": "the files",
    "entry": "the file that starts",
    "how_to_run": "how to run it",
    "summary": "the builder's description",
    "unmet": "what is left out",
    "assumptions": "what the builder assumed",
    "objection": "why the repair was given up",
    "test_changes": "why tests were changed",
    "changed": "which files were changed",
    "response": "the answer",
    "gates": "the checks",
    "verdict": "the verdict",
    "attempt": "the attempt",
    "best": "the best attempt so far",
    "base": "the project to change",
}
"""The channels of the graph that mean something to a person; others are left out."""

SHORT: Final = 40

CLEARED: Final = (
    "The steps of this run are cleared away, as it ended long ago. What it made is kept, and Run "
    "again starts it anew."
)


def checkpoints_view(run: Run, steps: Sequence[Step]) -> None:
    """Show every step that was kept, with a way to start again from it.

    Args:
        run: whose steps.
        steps: oldest first.
    """
    if not steps:
        st.caption(CLEARED if run.plan else "Nothing is kept yet: the run has not begun.")
        return
    kept = "Every step is kept" if steps[0].number <= 0 else "The earlier steps are cleared away"
    st.caption(
        f"{kept}. Starting again from one makes a new run that begins there; this run stays as it "
        "is."
    )
    with st.container(key="checkpoints", gap="small"):
        # Runs of earlier versions have their input as a step of its own, before the task's arrival.
        for step in steps[1:] if steps[0].number < 0 else steps:
            _step(run, step)
    if run.plan:
        with st.expander("Start again with another plan", key="another_plan"):
            _another_plan(run, steps[-1])


def name_of(step: Step) -> str:
    """What happened at a step, in words."""
    if step.node is None:
        return "Task received"
    words = NODE_WORDS.get(step.node, step.node)
    return f"{words} (taken over from the earlier run)" if step.forked else words


def _step(run: Run, step: Step) -> None:
    zone = viewer_zone()
    with st.container(key=f"checkpoint_{step.number}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center"):
            at = clock(step.at, zone)
            st.markdown(f"**{as_label(name_of(step))}**  :gray[:small[{at}]]", width="stretch")
            if step.follows is not None:
                st.button(
                    "Start again from here",
                    key=f"fork_{step.number}",
                    icon=":material/fork_right:",
                    type="tertiary",
                    on_click=start_from,
                    args=(run.id, step.checkpoint_id),
                )
        told = [change for change in step.changes if change.channel in CHANNEL_WORDS]
        if told:
            with st.expander(f"Changed: {_in_words(told)}", type="compact"):
                for change in told:
                    _change(change)


def _in_words(changes: Sequence[Change]) -> str:
    return ", ".join(CHANNEL_WORDS[change.channel] for change in changes)


def _change(change: Change) -> None:
    more = f", {change.length:,} characters" if change.length > SHORT else ""
    st.caption(f"{CHANNEL_WORDS[change.channel].capitalize()}{more}")
    cut = "" if change.length <= PREVIEW_LENGTH else " …"
    st.code(one_line(change.preview, PREVIEW_LENGTH) + cut, None, wrap_lines=True)


def _another_plan(run: Run, newest: Step) -> None:
    key = f"fork_plan_{run.id.hex}"
    st.session_state.setdefault(key, visible(run.plan or ""))
    st.text_area("The plan", key=key, height=320, max_chars=PLAN_LIMIT, persist_state="session")
    st.button(
        "Start again with this plan",
        key="fork_with_plan",
        icon=":material/fork_right:",
        on_click=start_from,
        args=(run.id, newest.checkpoint_id, key),
    )


def start_from(run_id: UUID, checkpoint_id: str, plan_key: str | None = None) -> None:
    """Start a run again from a checkpoint, in a callback; the page leads to the new run.

    Args:
        run_id: of the run.
        checkpoint_id: of one of its steps.
        plan_key: of the widget with another plan; None: the plan is as it was.
    """
    opened = services()
    plan: str | None = st.session_state[plan_key] if plan_key else None
    key = press_of(run_id, "fork", checkpoint_id, plan or "")
    ask_for_run(
        lambda: fork(
            opened.database,
            run_id,
            checkpoint_id,
            builder=opened.builder.name,
            intake=opened.intake,
            submitted_by=submitter(),
            plan=plan,
            idempotency_key=key,
        )
    )
