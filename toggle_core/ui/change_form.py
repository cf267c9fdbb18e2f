"""Forms that make the next version of a project of the built-in builder."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import streamlit as st

from toggle_core.builders.advice import Field, has_form
from toggle_core.errors import FieldRefused
from toggle_core.runs.model import Receipt, Run
from toggle_core.runs.submission import submit
from toggle_core.startup import services
from toggle_core.ui.asking import ask_for_run, press_of
from toggle_core.ui.login import submitter

LONGEST: Final = 60
"""Characters of a text in the form."""

LONGEST_LIST: Final = 400

AUTOMATIC: Final = "Automatic"
"""A choice that is left to the builder."""

MISSING: Final = "Things to fill in"


def change_form(run: Run, fields: Sequence[Field]) -> None:
    """Ask for what can be changed of a project.

    Args:
        run: of the project.
        fields: what can be changed; those that are missing have a form of their own.
    """
    known = tuple(field for field in fields if not field.is_missing)
    if not known:
        return
    with st.container(border=True, key="change", gap="small"):
        st.markdown("**Ask for a change**")
        for field in known:
            _control(run.id, field)
        st.button(
            "Build the next version",
            key="build_version",
            icon=":material/edit:",
            width="stretch",
            on_click=_build,
            args=(run, fields, known),
        )
        st.caption(f"v{run.version} stays as it is.")


def missing_form(run: Run, fields: Sequence[Field]) -> None:
    """Ask for the facts that the project is without, as only the person knows them.

    Args:
        run: of the project.
        fields: of the project, those that are missing among them.
    """
    missing = tuple(field for field in fields if field.is_missing)
    if not missing:
        return
    with st.container(border=True, key="missing", gap="small"):
        st.markdown(f"**{MISSING}**")
        st.caption("Only you know these. They are left out until you add them.")
        for field in missing:
            _control(run.id, field)
        st.button(
            "Save as the next version",
            key="build_filled_in",
            icon=":material/edit_note:",
            width="stretch",
            on_click=_build,
            args=(run, fields, missing),
        )


def _key(run_id: UUID, field: Field) -> str:
    return f"field_{field.name}_{run_id.hex}"


def _control(run_id: UUID, field: Field) -> None:
    key = _key(run_id, field)
    if field.is_list and field.choices:
        chosen = [each for each in field.value.split(", ") if each in field.choices]
        st.pills(field.label, field.choices, selection_mode="multi", default=chosen, key=key)
    elif field.is_list:
        st.text_area(
            field.label,
            field.value,
            key=key,
            height=240 if field.longest else 80,
            max_chars=field.longest or LONGEST_LIST,
            placeholder=field.example or None,
            help=field.hint or "With commas or line breaks between them.",
        )
    elif field.choices:
        index = field.choices.index(field.value) if field.value in field.choices else 0
        st.selectbox(
            field.label, field.choices, index, key=key, format_func=lambda each: each or AUTOMATIC
        )
    else:
        st.text_input(
            field.label,
            field.value,
            key=key,
            max_chars=LONGEST,
            placeholder=field.example or None,
        )


def _typed(run_id: UUID, field: Field) -> str:
    value = st.session_state[_key(run_id, field)]
    return ", ".join(value) if isinstance(value, list) else value or ""


def _build(run: Run, fields: Sequence[Field], asked: Sequence[Field]) -> None:
    """Make the version with what was typed into some fields, the others as they are."""
    values = {field.name: field.value for field in fields}
    typed = {field.name: _typed(run.id, field) for field in asked}
    is_blank = asked[0].is_missing and not any(each.strip() for each in typed.values())
    ask_for_run(lambda: _submit(run, values | typed, is_blank=is_blank))


def _submit(run: Run, values: dict[str, str], *, is_blank: bool) -> Receipt:
    opened = services()
    builder = opened.builder
    if not has_form(builder) or is_blank:
        raise FieldRefused(label=MISSING, reason="fill in at least one of them")
    task = builder.with_fields(run.task, values)
    return submit(
        opened.database,
        task,
        builder=builder.name,
        production=run.production,
        parent_id=run.id,
        idempotency_key=press_of(run.id, "version", task),
        intake=opened.intake,
        submitted_by=submitter(),
    )
