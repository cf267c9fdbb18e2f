"""How many small planned mistakes the tests of a project noticed."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from toggle_core.gates.model import Proof, Survivor
from toggle_core.ui.text import as_label, visible

FIRST: Final = 2
"""Mistakes that are shown without asking for more."""


def proof_view(proof: Proof) -> None:
    """Show the strength of the tests, and the mistakes that they missed.

    Args:
        proof: of one attempt.
    """
    judged = proof.noticed + proof.survived + proof.unreached
    if not judged:
        return
    st.progress(
        proof.noticed / judged,
        text=f"{proof.noticed} noticed, {proof.survived} missed,"
        f" {proof.unreached} in code that no test runs",
    )
    missed_view(proof.survivors)


def missed_view(survivors: Sequence[Survivor]) -> None:
    """Show the mistakes that tests missed, the first ones at once.

    Args:
        survivors: that no test noticed, or none reached.
    """
    _missed(survivors[:FIRST])
    if others := survivors[FIRST:]:
        with st.expander(f"{len(others)} more that were missed", type="compact"):
            _missed(others)


def _missed(survivors: Sequence[Survivor]) -> None:
    for survivor in survivors:
        st.markdown(
            f"**{as_label(survivor.function)}** :gray[:small[{as_label(survivor.path)},"
            f" line {survivor.line}]]"
        )
        st.code(visible(f"- {survivor.before}\n+ {survivor.after}"), "diff", wrap_lines=True)
        st.caption(_ran(survivor))


def _ran(survivor: Survivor) -> str:
    if not survivor.tests:
        return "No test runs this line."
    if len(survivor.tests) == 1:
        return "1 test runs this line, and it still passed."
    return f"{len(survivor.tests)} tests run this line, and all still passed."
