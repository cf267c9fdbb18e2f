"""What is promised of a program, and what became of each promise."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import streamlit as st

from toggle_core.gates.model import Exchange, PromiseResult, promises_of
from toggle_core.gates.promises.examples import with_examples
from toggle_core.gates.promises.model import Promise
from toggle_core.gates.promises.wording import describe_step
from toggle_core.runs.model import Run
from toggle_core.runs.pictures import PictureInfo
from toggle_core.ui.pictures import of_promise, thumbnails
from toggle_core.ui.text import as_label, visible
from toggle_core.words import PromiseOutcome

ICONS: Final = {
    PromiseOutcome.KEPT: ":green[:material/check_circle:]",
    PromiseOutcome.BROKEN: ":red[:material/cancel:]",
    PromiseOutcome.UNTRIED: ":violet[:material/touch_app:]",
}

WORDS: Final = {
    PromiseOutcome.KEPT: "kept",
    PromiseOutcome.BROKEN: "broken",
    PromiseOutcome.UNTRIED: "yours to try",
}

ORDER: Final = (PromiseOutcome.BROKEN, PromiseOutcome.UNTRIED, PromiseOutcome.KEPT)

SAVED: Final = re.compile(r"\$\{([^}]+)\}")
"""A value that an earlier step has saved."""

HOW_TRIED: Final = "Each is tried twice, with different values, on a fresh copy of the program."


def agreed_view(run: Run) -> None:
    """Show what will be checked, beside the plan.

    Args:
        run: whose promises; nothing is shown where it has none.
    """
    if not run.promises:
        return
    st.header("What will be checked", anchor=False)
    st.caption(HOW_TRIED)
    outcomes = {each.id: each.outcome for each in promises_of(run.gates)}
    for number, promise in enumerate(run.promises["promises"]):
        outcome = outcomes.get(promise["id"])
        icon = ICONS[outcome] if outcome else ":gray[:material/check_circle:]"
        with st.container(key=f"agreed_{number}", gap=None):
            _sentence(icon, promise["sentence"], "")
            steps_view(promise)
    left_out_view(run.promises)


def left_out_view(promises: Mapping[str, Any]) -> None:
    """Show the wishes that no promise speaks of, each with the reason.

    Args:
        promises: in the shape of ``docs/promises.md``.
    """
    for number, left in enumerate(promises.get("left_out", ())):
        with st.container(key=f"left_out_{number}", gap=None):
            st.markdown(f":orange[:material/block:] **Left out: {as_label(left['words'])}**")
            st.caption(as_label(left["why"]))


def results_view(
    results: Sequence[PromiseResult], run_id: UUID, pictures: Sequence[PictureInfo] = ()
) -> None:
    """Show what became of promises, the broken ones first, each with what was sent and came back.

    Args:
        results: of one attempt.
        run_id: of its run.
        pictures: of the attempt's program, each shown beside the promise that ends with it.
    """
    for number, result in enumerate(sorted(results, key=lambda each: ORDER.index(each.outcome))):
        with st.container(key=f"promise_{number}", gap=None):
            with st.container(horizontal=True, key=f"promise_head_{number}"):
                with st.container(gap=None):
                    _sentence(ICONS[result.outcome], result.sentence, WORDS[result.outcome])
                    if result.why:
                        st.caption(as_label(result.why))
                thumbnails(run_id, of_promise(pictures, result.id), result.sentence)
            if result.transcript:
                broken = result.outcome is PromiseOutcome.BROKEN
                with st.expander("What was sent, and what came back", broken, type="compact"):
                    for step in result.transcript:
                        _exchange(step)


def counted(results: Sequence[PromiseResult]) -> str:
    """Say how many promises were kept, broken and left to try: ``4 kept, 1 broken``."""
    numbers = {
        outcome: sum(each.outcome is outcome for each in results) for outcome in PromiseOutcome
    }
    return ", ".join(f"{count} {WORDS[each]}" for each, count in numbers.items() if count)


def _sentence(icon: str, sentence: str, fact: str) -> None:
    st.markdown(f"{icon} **{as_label(sentence)}** :gray[:small[{fact}]]")


def steps_view(promise: Mapping[str, Any]) -> None:
    """Show the steps of a promise in words, with example values, to be unfolded.

    Args:
        promise: valid, in the shape of ``docs/promises.md``.
    """
    steps = _with_examples(promise)
    if not steps:
        st.caption("You would try this one yourself: it has no steps.")
        return
    with st.expander(f"How: {len(steps)} steps" if len(steps) > 1 else "How", type="compact"):
        words = (SAVED.sub(r"(\1)", describe_step(step)) for step in steps)
        lines = [f"{number}. {as_label(each)}" for number, each in enumerate(words, 1)]
        st.markdown("\n".join(lines))


def _with_examples(promise: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    steps, before = (tuple(promise.get(name, ())) for name in ("steps", "before"))
    kinds = promise.get("vars", {})
    whole = Promise(promise["id"], promise["sentence"], kinds, steps, before=before)
    return list(with_examples(steps, whole))


def _exchange(step: Exchange) -> None:
    sign = ":green[:material/check:]" if step.held else ":red[:material/close:]"
    st.markdown(f"{sign} **{as_label(step.step)}**")
    parts = {"Sent": step.sent, "Came back": step.came_back, "Expected": step.expected}
    for name, text in parts.items():
        if text and (name != "Expected" or not step.held):
            st.caption(name)
            st.code(visible(text), None, wrap_lines=True)
