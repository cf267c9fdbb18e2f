"""What came of a run, in a few sentences; and its plan."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import streamlit as st

from toggle_core.builders.advice import Advice
from toggle_core.history.usual_time import usual_seconds
from toggle_core.runs import control
from toggle_core.runs.attempts import Attempt
from toggle_core.runs.model import Event, Run
from toggle_core.runs.submission import submit
from toggle_core.startup import services
from toggle_core.ui.advice import SETTINGS_PAGE, advice_on, refusal_card
from toggle_core.ui.asking import ask, ask_for_run, press_of
from toggle_core.ui.fixing import fix_view, needs_fix
from toggle_core.ui.labels import Standing, standing_of
from toggle_core.ui.login import submitter
from toggle_core.ui.promises import agreed_view
from toggle_core.ui.text import as_html, as_label, visible
from toggle_core.ui.what_happened import cancellation
from toggle_core.ui.working import working_view
from toggle_core.ui.works import works_view
from toggle_core.words import EventKind, Status


def overview(run: Run, events: Sequence[Event] = (), attempts: Sequence[Attempt] = ()) -> None:
    """Show the result, how far the run is, or what went wrong and what to do.

    Args:
        run: as it stands.
        events: of the run, oldest first.
        attempts: of the run, the first first; of the same moment.
    """
    match standing_of(run):
        case Standing.WAITING | Standing.WORKING:
            database = services().database
            usual = usual_seconds(database, run.builder, production=run.production)
            working_view(run, attempts, usual, events)
        case Standing.TO_REVIEW:
            st.info(
                "The plan is written and waits for you. Read it under **Plan**: nothing else is "
                "done until you approve it.",
                icon=":material/rate_review:",
            )
        case Standing.CANCELLED:
            st.info(cancellation(events))
            _again(run)
        case Standing.WORKS:
            works_view(run)
        case _:
            _stopped_view(run, events)
    if run.response and (needs_fix(run) or standing_of(run) is Standing.WORKS):
        with st.expander("The whole report"):
            prose(run.response)
    elif run.response:
        prose(run.response)


def _stopped_view(run: Run, events: Sequence[Event]) -> None:
    """Show what keeps a run from being ready, and what to do."""
    if needs_fix(run):
        fix_view(run)
    elif run.error and _is_trouble_of_the_model(events):
        _model_trouble(run)
    elif refused := refusal_of(run):
        refusal_card(refused, partial(_build_instead, run))
        st.markdown("Your task is saved. You can also try different wording.")
        _again(run)
    elif run.error:
        st.error(as_label(run.error), icon=":material/error:")
        st.markdown("Your task is saved. Try different wording and submit it again.")
        _again(run)


def refusal_of(run: Run) -> Advice | None:
    """What comes close to a task that the builder refuses, where it would refuse it again.

    Args:
        run: any.

    Returns:
        None where repeating could help, or nothing was refused.
    """
    if run.status is not Status.FAILED or run.plan or run.builder != services().builder.name:
        return None
    advice = advice_on(run.task)
    return advice if advice and not advice.builds else None


def _build_instead(run: Run, task: str) -> None:
    """Submit a task that comes close to the one of a refused run."""
    opened = services()
    key = press_of(run.id, "instead", task)
    ask_for_run(
        lambda: submit(
            opened.database,
            task,
            builder=opened.builder.name,
            intake=opened.intake,
            production=run.production,
            idempotency_key=key,
            submitted_by=submitter(),
        )
    )


def _is_trouble_of_the_model(events: Sequence[Event]) -> bool:
    """Whether a run failed because of its chat model, so that repeating may help."""
    last = next((each for each in reversed(events) if each.kind is EventKind.ERROR), None)
    return last is not None and str(last.detail.get("kind", "")).startswith("Model")


def _model_trouble(run: Run) -> None:
    """Say what is wrong with the model, and offer to repeat."""
    st.warning(f"{as_label(run.error or '')} Nothing is lost.", icon=":material/cloud_off:")
    with st.container(horizontal=True, vertical_alignment="center", key="model_trouble"):
        st.button(
            "Try again now",
            key="try_again",
            type="primary",
            icon=":material/replay:",
            on_click=_retry,
            args=(run.id,),
        )
        st.page_link(SETTINGS_PAGE, label="Check the model", icon=":material/tune:", help="")


def _retry(run_id: UUID) -> None:
    ask(lambda: control.retry(services().database, run_id))


def partial_output(text: str | None) -> None:
    """Show the end of what a model is writing, where one is."""
    if text:
        with st.container(height=280, border=True, autoscroll=True, key="growing"):
            prose(text)


def plan_view(run: Run) -> None:
    """Show the plan, or say that there is none."""
    if run.plan:
        prose(run.plan)
        agreed_view(run)
    elif run.finished_at:
        st.caption("There is no plan: the run stopped before it was written.")
    else:
        st.caption("The plan is not written yet.")


def prose(markdown: str) -> None:
    """Show Markdown that others wrote."""
    st.html(f'<div class="prose">{as_html(markdown)}</div>')


def _again(run: Run) -> None:
    if st.button("Edit and try again", key="again", icon=":material/edit_note:"):
        st.session_state.task = visible(run.task)
        st.switch_page("home.py")
