"""What the gates said of a run: attempt by attempt, in plain words, with the details at hand."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from toggle_core.gates.model import GateResult, passed_count
from toggle_core.runs.attempts import Attempt
from toggle_core.runs.model import Run
from toggle_core.runs.pictures import PictureInfo
from toggle_core.ui.pictures import BESIDE_CAPTION
from toggle_core.ui.promises import results_view
from toggle_core.ui.proof import proof_view
from toggle_core.ui.text import as_label, visible
from toggle_core.words import GATES, MEANINGS, Outcome, Verdict

ICONS: Final = {
    Outcome.PASSED: ":green[:material/check_circle:]",
    Outcome.FAILED: ":red[:material/cancel:]",
    Outcome.SKIPPED: ":gray[:material/remove_circle:]",
}
WORDS: Final = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "not passed",
    Outcome.SKIPPED: "skipped",
}


def checks_view(
    run: Run, attempts: Sequence[Attempt], pictures: Sequence[PictureInfo] = ()
) -> None:
    """Show every check of the chosen attempt, or say why there are none.

    Args:
        run: whose checks.
        attempts: of the run, the first first.
        pictures: of the program of one attempt, shown with the checks of that.
    """
    if not run.production:
        st.caption("This is a quick draft: nothing was checked. The production toggle was off.")
        return
    if not attempts:
        ended = "The run stopped before anything could be checked."
        st.caption(ended if run.finished_at else "The code is checked as soon as it is written.")
        return
    attempt = _chosen(attempts)
    passed = passed_count(attempt.gates)
    st.markdown(f"**{passed} of {len(GATES)} checks passed**")
    if passed == len(GATES) and run.verdict is Verdict.NOT_READY:
        st.caption("It is not production-ready all the same: **Overview** says why.")
    results = {result.gate: result for result in attempt.gates}
    promised, proof = results.pop("promises", None), results.pop("proof", None)
    if promised:
        st.header("Does it do what you asked?", anchor=False)
        _check(promised)
        shown = [picture for picture in pictures if picture.attempt == attempt.number]
        results_view(promised.promises, run.id, shown)
        if shown:
            st.caption(BESIDE_CAPTION)
        st.header("Is the code sound?", anchor=False)
    for result in results.values():
        _check(result)
    if proof:
        st.header("Would its tests notice if it broke?", anchor=False)
        _check(proof)
        if proof.proof:
            proof_view(proof.proof)
    if not run.finished_at and len(attempt.gates) < len(GATES):
        st.caption("The other checks are still running.")
    _output(attempt.gates)


def _chosen(attempts: Sequence[Attempt]) -> Attempt:
    """The attempt a person wants to see, the newest unless they say so."""
    if len(attempts) == 1:
        return attempts[0]
    number = st.segmented_control(
        "Attempt",
        [attempt.number for attempt in attempts],
        format_func=lambda number: f"Attempt {number}",
        default=attempts[-1].number,
        required=True,
        key="attempt_shown",
        label_visibility="collapsed",
    )
    return next(attempt for attempt in attempts if attempt.number == number)


def _check(result: GateResult) -> None:
    heading = f"{ICONS[result.outcome]} **{as_label(MEANINGS[result.gate])}**"
    facts = f":gray[:small[{result.gate}, {WORDS[result.outcome]}, {result.seconds:.1f} s]]"
    with st.container(key=f"check_{result.gate}", gap=None):
        st.markdown(f"{heading} {facts}")
        if not result.detail:
            st.caption(as_label(result.summary))
            return
        with st.expander(as_label(result.summary), type="compact"):
            st.code(visible(result.detail), None, wrap_lines=True)


def _output(results: Sequence[GateResult]) -> None:
    """What the program itself said when it was started."""
    printed = next((result.output for result in results if result.output.strip()), "")
    if printed:
        st.markdown("**What the program printed**")
        st.code(visible(printed), None, wrap_lines=True)
