"""A run whose checks did not pass: what happened in plain words, and one press to fix it."""

from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.builders.protocol import can_continue
from toggle_core.gates.model import GateResult, PromiseResult, passed_count, promises_of
from toggle_core.runs.model import Run
from toggle_core.startup import services
from toggle_core.ui.advice import connect_link
from toggle_core.ui.change import request_change
from toggle_core.ui.labels import Standing, standing_of
from toggle_core.ui.text import as_label, visible
from toggle_core.words import MEANINGS, TASK_LIMIT, Outcome, PromiseOutcome, Status

MOST: Final = 3
"""Failures that are told in words; the tab with the checks has them all."""
DETAIL: Final = 600
"""Characters of a check's detail that go into the request."""


def needs_fix(run: Run) -> bool:
    """Whether a run has ended with a project whose checks did not pass."""
    is_done = run.status is Status.COMPLETED and bool(run.files)
    return is_done and standing_of(run) is Standing.NEEDS_YOU


def fix_view(run: Run) -> None:
    """Show what keeps a run from being ready, with the request that fixes it.

    Args:
        run: for which :func:`needs_fix` holds.
    """
    broken = [each for each in promises_of(run.gates) if each.outcome is PromiseOutcome.BROKEN]
    failed = [each for each in run.gates if each.outcome is Outcome.FAILED]
    with st.container(key="fix", gap="small"):
        st.header(_heading(run, broken, failed), anchor=False)
        for each in broken[:MOST]:
            st.markdown(f"“{as_label(each.sentence)}” {as_label(each.why)}")
        for result in _checks(failed)[:MOST]:
            st.markdown(f"**{as_label(MEANINGS[result.gate])}** {as_label(result.summary)}")
        for wish in run.unmet[:MOST]:
            st.markdown(f"Left out: {as_label(wish)}")
        if not can_continue(services().builder):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption("The built-in builder can't repair a project. A chat model can.")
                connect_link()
            return
        typed = f"fix_{run.id.hex}"
        st.session_state.setdefault(typed, _request(broken, failed, run.unmet))
        st.text_area(
            "What should be fixed",
            key=typed,
            height=110,
            max_chars=TASK_LIMIT,
            label_visibility="collapsed",
            persist_state="session",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Fix it",
                key="fix_it",
                type="primary",
                icon=":material/build:",
                on_click=_fix,
                args=(run.id, typed),
            )
            st.caption(f"This creates a new version. v{run.version} stays as it is.")


def _heading(run: Run, broken: list[PromiseResult], failed: list[GateResult]) -> str:
    if len(broken) == 1 and not _checks(failed):
        return "Almost: one thing you asked for doesn't happen yet"
    if run.unmet and not failed:
        return "Almost: something you asked for is left out"
    return f"{passed_count(run.gates)} of {len(run.gates)} checks passed"


def _checks(failed: list[GateResult]) -> list[GateResult]:
    """Those whose words are not already said by a broken promise."""
    return [each for each in failed if each.gate != "promises"]


def _request(broken: list[PromiseResult], failed: list[GateResult], unmet: tuple[str, ...]) -> str:
    """The words of the checks, as a request for a change."""
    lines = [f"Keep this promise: {each.sentence} {each.why}".strip() for each in broken]
    for result in _checks(failed):
        detail = result.detail.strip()[:DETAIL]
        lines.append(f"Fix the check “{result.gate}”: {result.summary}\n{detail}".strip())
    lines += [f"Add what was left out: {wish}" for wish in unmet]
    return visible("\n\n".join(lines))[:TASK_LIMIT]


def _fix(run_id: UUID, typed: str) -> None:
    request_change(run_id, "fix", st.session_state[typed])
