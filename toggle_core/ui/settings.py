"""The parts of the Settings page."""

import streamlit as st

from toggle_core.gates.settings import GateSettings
from toggle_core.settings import Settings
from toggle_core.status.readiness import Readiness
from toggle_core.status.storage_usage import size_in_words
from toggle_core.ui.text import as_label
from toggle_core.ui.times import duration
from toggle_core.words import GATES, MEANINGS


def checks(found: Readiness) -> None:
    """Show whether the checks can run, and what they are.

    Args:
        found: what the workers say of their sandbox.
    """
    st.header("Checks", anchor=False)
    for sentence in dict.fromkeys(worker.sandbox for worker in found.workers if worker.sandbox):
        icon = ":green[:material/shield:]" if found.sandbox else ":orange[:material/shield:]"
        st.markdown(f"{icon} {as_label(sentence)}")
    with st.expander(f"The {len(GATES)} checks of the production toggle"):
        for gate in GATES:
            st.markdown(f"**{gate}** {as_label(MEANINGS[gate])}")


def limits(settings: Settings, gates: GateSettings) -> None:
    """Show what bounds a run.

    Args:
        settings: of the process.
        gates: what the checks are given.
    """
    st.header("Limits of a run", anchor=False)
    tokens = settings.max_tokens_per_run
    bound = f"{tokens:,} tokens" if tokens else "no limit of tokens"
    st.markdown(
        f"With the toggle on, the code is written at most **{settings.max_attempts} times**, and a "
        f"run has **{bound}**. Change it with TOGGLE\\_MAX\\_ATTEMPTS and "
        "TOGGLE\\_MAX\\_TOKENS\\_PER\\_RUN in the file `.env`."
    )
    st.markdown(
        f"The tests may use **{duration(gates.tests_seconds)}** of processor time, starting the "
        f"program **{duration(gates.start_seconds)}**; a busy machine does not shorten that. A "
        f"check that does nothing for {duration(gates.idle_seconds)} is stopped. Each has "
        f"**{size_in_words(gates.memory_bytes)}** of memory and {gates.processes} processes."
    )
