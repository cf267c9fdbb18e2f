"""A run while it is worked on: how far it is, its promises and checks, plan and files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from toggle_core.gates.model import GateResult, PromiseResult, promises_of
from toggle_core.runs.attempts import Attempt
from toggle_core.runs.model import Event, Run
from toggle_core.runs.preview import preview_of
from toggle_core.ui import checks, promises
from toggle_core.ui.progress import heading_of, progress_bar
from toggle_core.ui.project_faces import still_of
from toggle_core.ui.steps import seconds_of, steps_of
from toggle_core.ui.text import as_html, as_label, one_line
from toggle_core.ui.timeline import timeline
from toggle_core.ui.times import duration
from toggle_core.words import GATES, MEANINGS, Outcome, PromiseOutcome, Stage

MOST_FILES: Final = 8
"""Files that are listed; the tab with the code has them all."""

PATH_LENGTH: Final = 60
LOOK_PIXELS: Final = 600
"""Height at which a page is drawn, which is shown at half its size (``theme.AT_WORK``)."""

PENDING: Final = ":gray[:material/radio_button_unchecked:]"
RUNNING: Final = ":blue[:material/progress_activity:]"


def working_view(
    run: Run, attempts: Sequence[Attempt], usual: float | None, events: Sequence[Event] = ()
) -> None:
    """Show what a run has come to so far, and what is still to come, in two columns.

    Args:
        run: that is waiting or worked on.
        attempts: of the run, the first first.
        usual: seconds that such runs usually take; None where that is not known.
        events: of the run, oldest first.
    """
    results = attempts[-1].gates if attempts else ()
    gates = {each.gate: each for each in results}
    with st.container(border=True, key="at_work", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", key="at_work_head"):
            st.markdown(f"**{heading_of(run, len(gates))}**", width="stretch")
            st.markdown(_elapsed(run, usual), width="content")
        progress_bar(run, len(gates), seconds_of(events))
    asked, made = st.columns(2, gap="medium")
    with asked:
        if run.promises:
            _promises(run.promises["promises"], promises_of(results))
        if run.plan:
            with st.container(border=True, key="at_work_plan"):
                _title("Plan", "")
                st.html(f'<div class="prose">{as_html(run.plan)}</div>')
        timeline(steps_of(run, events))
    with made:
        if run.production:
            _checks(run, gates)
        _first_look(replace(run, gates=results))
        if run.files:
            _files(run.files)
    st.caption("You can leave and come back: this page keeps up by itself.")


def _elapsed(run: Run, usual: float | None) -> str:
    begun = run.started_at or run.created_at
    elapsed = duration(max(1.0, (datetime.now(UTC) - begun).total_seconds()))
    if usual is None:
        return f"**{elapsed}** :gray[:small[so far]]"
    return f"**{elapsed}** :gray[:small[usually about {duration(max(1.0, usual))}]]"


def _title(title: str, fact: str) -> None:
    st.markdown(f"**{title}**  :gray[:small[{fact}]]" if fact else f"**{title}**")


def _promises(agreed: Sequence[Mapping[str, str]], results: Sequence[PromiseResult]) -> None:
    outcomes = {each.id: each.outcome for each in results}
    kept = sum(each is PromiseOutcome.KEPT for each in outcomes.values())
    with st.container(border=True, key="at_work_promises", gap=None):
        _title("Promises", f"{kept} of {len(agreed)} kept so far")
        for promise in agreed:
            outcome = outcomes.get(promise["id"])
            sentence = as_label(promise["sentence"])
            if outcome is None:
                st.markdown(f"{PENDING} :gray[{sentence}]")
            else:
                fact = promises.WORDS[outcome]
                st.markdown(f"{promises.ICONS[outcome]} {sentence} :gray[:small[{fact}]]")


def _checks(run: Run, gates: Mapping[str, GateResult]) -> None:
    passed = sum(each.outcome is Outcome.PASSED for each in gates.values())
    is_checking = run.stage is Stage.CHECKING
    with st.container(border=True, key="at_work_checks", gap=None):
        _title("Checks", f"{passed} of {len(GATES)} passed so far")
        for name in GATES:
            meaning = as_label(MEANINGS[name])
            result = gates.get(name)
            if result is not None:
                icon = checks.ICONS[result.outcome]
                st.markdown(f"{icon} {meaning} :gray[:small[{name}, {result.seconds:.1f} s]]")
            else:
                icon = RUNNING if is_checking else PENDING
                st.markdown(f"{icon} :gray[{meaning}] :gray[:small[{name}]]")


def _first_look(run: Run) -> None:
    """Show the first page as the program answered with it, scaled down."""
    page = still_of(preview_of(run))
    if page:
        with st.container(border=True, key="at_work_look", gap="small"):
            _title("First look", "")
            with st.container(key="look_page", gap=None):
                st.iframe(page, height=LOOK_PIXELS, tab_index=-1, alt="What was built")


def _files(files: Mapping[str, str]) -> None:
    lines = {path: len(text.splitlines()) for path, text in files.items()}
    with st.container(border=True, key="at_work_files", gap=None):
        _title("Files", f"{len(files)} written, {sum(lines.values()):,} lines")
        for path in list(files)[:MOST_FILES]:
            name = as_label(one_line(path, PATH_LENGTH))
            count = "1 line" if lines[path] == 1 else f"{lines[path]:,} lines"
            st.markdown(f":material/description: {name} :gray[:small[{count}]]")
        if (others := len(files) - MOST_FILES) > 0:
            st.markdown(f":material/more_horiz: :gray[{others} more, under Code]")
