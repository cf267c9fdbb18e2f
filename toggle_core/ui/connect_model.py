"""The first card of Settings: connect a chat model, with a test, and without a restart."""

from typing import Final

import streamlit as st
from pydantic import SecretStr

from toggle_core.access.exposure import may_connect_models
from toggle_core.builders.chat.local_servers import LocalServer, find_local_servers
from toggle_core.builders.chat.providers import PROVIDERS, Provider
from toggle_core.builders.chat.trial import try_connection
from toggle_core.builders.kept_model import KeptModel, forget_model, keep_model
from toggle_core.builders.registry import built_in, kept_settings, model_choice
from toggle_core.errors import ToggleError
from toggle_core.startup import Services
from toggle_core.status.system_status import Vitals
from toggle_core.ui.login import submitter
from toggle_core.ui.text import as_label

OTHER_SERVER: Final = "openai-compatible"
IN_MEMORY: Final = "Until the app stops"
IN_A_FILE: Final = "In a file that only you can read"
LOOK_AGAIN: Final = 10
"""Seconds after which servers on this machine are looked for again."""

NOT_HERE: Final = (
    "A model can't be connected on this page: it is open to other machines and asks nobody to log "
    "in, so anybody could have your tasks sent elsewhere. Set TOGGLE_MODEL in the file `.env` as "
    "below, or configure a login."
)


def connection(opened: Services) -> None:
    """Show a form that connects a model, or why it is not offered here.

    Args:
        opened: the services of this process.
    """
    if not may_connect_models(opened.settings, st.get_option("server.address")):
        st.caption(NOT_HERE)
        _steps(_provider())
        return
    for found in _local_servers(opened.settings.ollama_host):
        _local_server(opened, found)
    provider = _provider()
    kept, in_file = _form(provider)
    if st.button("Test and use", key="connect", type="primary", icon=":material/bolt:"):
        _connect(opened, kept, in_file=in_file)
    st.caption("Sends one short question, which costs a fraction of a cent.")
    _outcome()
    with st.expander("Connect it with the file .env instead"):
        _steps(provider)


def disconnect(opened: Services) -> None:
    """Offer to go back to the built-in builder.

    Args:
        opened: the services of this process; its builder is a chat model.
    """
    if may_connect_models(opened.settings, st.get_option("server.address")):
        st.button(
            "Use the built-in builder",
            key="disconnect",
            icon=":material/link_off:",
            on_click=_disconnect,
            args=(opened,),
        )


def other_workers(opened: Services, vitals: Vitals) -> None:
    """Say how workers in other processes get the model that was connected here.

    Args:
        opened: the services of this process.
        vitals: the workers there are.
    """
    active = opened.active
    others = len(vitals.workers) - (1 if opened.settings.worker_threads else 0)
    if active.choice is active.first or active.choice.chat is None or others <= 0:
        return
    count = "1 other worker keeps" if others == 1 else f"{others} other workers keep"
    st.caption(
        f"{count} the builder it was started with. Put TOGGLE_MODEL={active.choice.chat.model} and "
        "the key into the environment or the file `.env` of each, and start it again.".replace(
            "_", "\\_"
        )
    )


@st.cache_data(ttl=LOOK_AGAIN, show_spinner=False)
def _local_servers(ollama: str | None) -> tuple[LocalServer, ...]:
    return find_local_servers(ollama)


def _local_server(opened: Services, found: LocalServer) -> None:
    key = found.prefix
    count = "1 model" if len(found.models) == 1 else f"{len(found.models)} models"
    with st.container(horizontal=True, vertical_alignment="center", key=f"found_{key}"):
        st.markdown(
            f":green[:material/check_circle:] **{found.title} is running on this computer** with "
            f"{count}. Free, and nothing leaves this machine."
        )
        model = st.selectbox(
            f"Model of {found.title}",
            found.models,
            key=f"local_model_{key}",
            label_visibility="collapsed",
            width=220,
        )
        if st.button("Test and use", key=f"connect_{key}"):
            kept = KeptModel(f"{found.prefix}:{model}", base_url=found.base_url)
            _connect(opened, kept, in_file=True)


def _provider() -> Provider:
    titles = {each.title: each for each in PROVIDERS}
    chosen = st.pills("Provider", list(titles), default=PROVIDERS[1].title, key="provider")
    return titles.get(chosen or "", PROVIDERS[1])


def _form(provider: Provider) -> tuple[KeptModel, bool]:
    """The fields of a provider: what they hold, and whether the key is kept in a file."""
    attempt = st.session_state.setdefault("connections", 0)
    left, right = st.columns(2)
    needs_key = bool(provider.key_variable) or provider.key == OTHER_SERVER
    typed = (
        left.text_input(
            "Key" if provider.key_variable else "Key, if the server needs one",
            key=f"model_key_{provider.key}_{attempt}",
            type="password",
            autocomplete="off",
            max_chars=500,
            placeholder=provider.key_example or None,
        )
        if needs_key
        else ""
    )
    model = right.text_input(
        "Model", provider.model, key=f"model_name_{provider.key}", max_chars=200
    )
    address: str | None = provider.base_url
    if provider.key == OTHER_SERVER:
        address = st.text_input("Address", provider.base_url, key="model_address", max_chars=500)
    keep = st.segmented_control(
        "Keep the key", [IN_MEMORY, IN_A_FILE], default=IN_MEMORY, key="keep_key"
    )
    st.caption("Never in the database, never in a log, never shown again.")
    secret = SecretStr(typed.strip()) if typed and typed.strip() else None
    name = f"{provider.prefix}:{(model or '').strip()}"
    return KeptModel(name, secret, (address or "").strip() or None), keep == IN_A_FILE


def _connect(opened: Services, kept: KeptModel, *, in_file: bool) -> None:
    """Try a model, and use it if it answers. The key leaves the page in any case of success."""
    submitter()
    where = (
        "is kept in a file only its owner can read" if in_file else "is kept until the app stops"
    )
    try:
        chat = kept_settings(opened.settings, kept)
    except ToggleError as error:
        st.session_state.connected = (False, str(error))
        return
    with st.spinner("Asking the model for one word ..."):
        report = try_connection(chat)
    st.session_state.connected = (report.ok, report.sentence)
    if not report.ok:
        return
    folder = opened.settings.embedded_folder
    try:
        keep_model(folder, kept) if in_file else forget_model(folder)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        st.session_state.connected = (False, f"The key could not be written to a file: {reason}.")
        return
    opened.active.use(model_choice(chat, f"It was connected here, and {where}."))
    st.session_state.connections += 1  # A new field for the key: the old one is forgotten.
    st.rerun()


def _outcome() -> None:
    ok, sentence = st.session_state.get("connected", (True, ""))
    if not sentence:
        return
    if ok:
        st.success(f"{as_label(sentence)} It builds new runs now.", icon=":material/check_circle:")
    else:
        st.error(as_label(sentence), icon=":material/error:")


def _disconnect(opened: Services) -> None:
    submitter()
    forget_model(opened.settings.embedded_folder)
    opened.active.use(built_in())
    st.session_state.pop("connected", None)


def _steps(provider: Provider) -> None:
    for number, step in enumerate(provider.steps, start=1):
        with st.container(horizontal=True, key=f"step_{number}", gap="small"):
            st.markdown(f"**{number}**", width=20)
            st.markdown(step)
    st.caption(
        "Keys stay in the file `.env` on this machine, in the environment or in Streamlit's "
        "secrets. They are never stored in the database and never shown."
    )
