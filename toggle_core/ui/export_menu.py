"""The export menu of the history: files of all runs that match, what their columns mean, and
programs that fetch them."""

from urllib.parse import urlencode

import streamlit as st

from toggle_core.exports.columns import COLUMNS, SCHEMA_VERSION
from toggle_core.exports.parts import PARTS
from toggle_core.exports.snippets import Tool, snippet
from toggle_core.history.filter_text import filter_to_text
from toggle_core.ui.address import here
from toggle_core.ui.filters import wanted_runs


@st.fragment
def export_menu() -> None:
    """Links to the whole of what is shown, the data dictionary, and programs to copy."""
    with (
        st.popover("Export", icon=":material/download:", key="export_menu"),
        st.container(key="export"),
    ):
        with_code = st.toggle("Include the code", value=True, key="export_code")
        parameters = filter_to_text(wanted_runs()) | ({} if with_code else {"code": "false"})
        query = urlencode(parameters)
        files = (("CSV", "csv"), ("Parquet", "parquet"))
        for column, (name, ending) in zip(st.columns(len(files)), files, strict=True):
            column.link_button(
                f"Export {name}",
                f"/download/runs.{ending}?{query}",
                key=f"export_{ending}",
                width="stretch",
            )
        st.caption("All runs that match, not only this page.")
        with st.expander(f"What the {len(COLUMNS)} columns mean", key="export_columns"):
            st.markdown(dictionary())
            st.caption(f"Schema {SCHEMA_VERSION}. Parquet files carry this text.")
        with st.expander("Details of the runs", key="export_parts"):
            st.caption("Of all runs that match. Each row has the id of its run.")
            filtered = urlencode(filter_to_text(wanted_runs()))
            for name in PARTS:
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(name.replace("-", " ").capitalize(), width="stretch")
                    for title, ending in files:
                        st.link_button(
                            title,
                            f"/download/exports/{name}.{ending}?{filtered}",
                            key=f"export_{name}_{ending}",
                            type="tertiary",
                        )
        st.segmented_control(
            "Copy as",
            list(Tool),
            key="export_tool",
            default=Tool.PANDAS,
            required=True,
        )
        st.code(
            snippet(st.session_state.export_tool, here(), parameters),
            language=None,
            wrap_lines=True,
        )
        st.caption("The program reads the API key from `TOGGLE_API_KEY`; an open API needs none.")


def dictionary() -> str:
    """The data dictionary of an export as a Markdown table: name, type and meaning."""
    rows = [
        f"| `{name}` | {column.type_word} | {column.meaning} |" for name, column in COLUMNS.items()
    ]
    return "\n".join(["| Column | Type | Meaning |", "|:--|:--|:--|", *rows])
