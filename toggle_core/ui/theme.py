"""What the theme in ``.streamlit/config.toml`` cannot say: a little CSS, on ``st-key-*`` classes.

Colours are mixed from that of the text, so that light and dark need no rules of their own.
"""

from typing import Final

import streamlit as st

from toggle_core.locations import STATIC_FILES
from toggle_core.ui.run_list import LISTS, RunList

LOGO: Final = STATIC_FILES / "logo.svg"

FRAME: Final = """
.stApp, .stApp code { font-variant-ligatures: none; }
/* The first letter of each text says where it begins: Arabic at the right, German at the left. */
.stApp :is(textarea, input, .prose :is(p, li, h1, h2, h3, h4, h5, h6, th, td),
  [data-testid="stMarkdownContainer"] p, [data-testid="stText"]) { unicode-bidi: plaintext; }
.stApp :is(textarea, input, .prose :is(p, li, th, td)) { text-align: start; }
:root { --faint: color-mix(in srgb, currentColor 12%, transparent); }
[data-testid="stMainBlockContainer"] { max-width: 1080px; padding: 4.6rem 1rem 3rem; }
:has(> [data-testid="stHeaderLogo"]) {
  display: flex; align-items: center; gap: 0.6rem; color: inherit; font-weight: 650;
}
:has(> [data-testid="stHeaderLogo"])::after { content: "Production Toggle"; white-space: nowrap; }
[data-testid="stHeaderLogo"] { height: 1.3rem; }
/* A menu that is folded away stands beside the window: what cannot be seen takes no focus. */
[data-testid="stSidebar"][data-collapsed="true"] { visibility: hidden; }
[data-testid="stMain"] h1 { padding-top: 0; }
.st-key-timer { position: absolute; height: 0; overflow: hidden; }
/* What is being refreshed is not faded: a refresh must never look like a fault. */
.st-key-live [data-stale="true"], .st-key-live .stElementContainer {
  opacity: 1 !important; transition: none !important;
}
.st-key-empty { padding: 2.2rem 1rem; }
:is(.st-key-prompt, .st-key-filters) [data-testid="InputInstructions"] { display: none; }
"""

PROMPT: Final = """
.st-key-hero h1 { text-align: center; letter-spacing: -0.022em; padding: 0; }
.st-key-hero p { text-align: center; opacity: 0.7; font-size: 1.02rem; }
.st-key-prompt {
  border-radius: 18px;
  box-shadow: 0 1px 2px rgb(31 36 33 / 5%), 0 12px 32px -12px rgb(31 36 33 / 14%);
}
.st-key-prompt:focus-within {
  border-color: #178577;
  box-shadow: 0 0 0 3px rgb(23 133 119 / 14%), 0 12px 32px -12px rgb(31 36 33 / 14%);
}
.st-key-production label p { font-weight: 600; }
.st-key-review label p { opacity: 0.7; }
.st-key-prompt textarea { font-size: 1.05rem; line-height: 1.5; }
.st-key-prompt [data-testid="stTextAreaRootElement"],
.st-key-prompt [data-testid="stTextAreaRootElement"] * {
  background: transparent !important; border-color: transparent !important;
  box-shadow: none !important;
}
"""

WRITTEN: Final = "span span span:not(:empty)"
"""What a cell holds, where it holds something."""

LIST: Final = """
.st-key-recent, .st-key-history { border: 1px solid var(--faint); border-radius: 12px; }
[class*="st-key-recent_"], [class*="st-key-history_"] {
  display: grid; align-items: center; gap: 0 1rem; padding: 0.6rem 0.9rem; position: relative;
}
[class*="_row_"] { border-top: 1px solid var(--faint); }
[class*="_row_"]:hover { background: color-mix(in srgb, currentColor 4%, transparent); }
[class*="_row_"] [data-testid="stText"], [class*="_head"] [data-testid="stText"] {
  font-size: 0.87rem;
}
:is(.st-key-recent_head, .st-key-history_head), [class*="_row_"] [data-testid="stText"] {
  opacity: 0.72;
}
[class*="_row_"] > * { width: 100% !important; min-width: 0; unicode-bidi: isolate; }
/* The link covers its row or card, so that a click anywhere opens the run. */
[class*="st-key-card_"] { position: relative; }
:is([class*="_row_"], [class*="st-key-card_"]) > .stElementContainer { position: static; }
:is([class*="_row_"], [class*="st-key-card_"]) a[data-testid="stPageLink-NavLink"] {
  padding: 0; background: none; font-weight: 500;
}
:is([class*="_row_"], [class*="st-key-card_"]) a > span { display: block; min-width: 0; }
:is([class*="_row_"], [class*="st-key-card_"]) a p {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext;
}
:is([class*="_row_"], [class*="st-key-card_"]) a::after {
  content: ""; position: absolute; inset: 0; z-index: 1; border-radius: inherit;
}
:is([class*="_row_"], [class*="st-key-card_"]) a:focus-visible::after {
  outline: 2px solid #178577; outline-offset: -2px;
}
/* The box of a row stands beside its columns, so that these are counted without it. */
[class*="_row_"]:has([class*="st-key-pick_"]),
.st-key-history:has([class*="st-key-pick_"]) .st-key-history_head { padding-left: 2.7rem; }
[class*="_row_"] > [class*="st-key-pick_"] {
  position: absolute !important; left: 0.9rem; top: 0; bottom: 0; width: 1.5rem !important;
  display: flex !important; align-items: center; z-index: 2;
}
[class*="st-key-pick_"] label:not(:has(:checked)) > div:first-of-type {
  border-color: color-mix(in srgb, currentColor 50%, transparent) !important;
}
[class*="st-key-card_"]:hover { box-shadow: 0 6px 20px -10px rgb(31 36 33 / 30%); }
"""

CODE_FONT: Final = 'font-family: "JetBrains Mono", monospace; font-size: 0.78rem;'

RUN: Final = """
.st-key-run_head { flex-wrap: nowrap; }
.st-key-run_head h1 { overflow-wrap: anywhere; unicode-bidi: plaintext; padding: 0; }
.st-key-run_head > :first-child { flex: 1 1 0 !important; min-width: 0; }
.st-key-run_actions { flex-wrap: nowrap; }
.st-key-parent { column-gap: 0.6rem !important; }
.st-key-parent button p { text-align: start; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.st-key-preview_page { padding: 0; overflow: hidden; }
.st-key-preview_page iframe { display: block; }
.st-key-whole_task [data-testid="stText"] { overflow-wrap: anywhere; unicode-bidi: plaintext; }
"""

REVIEW: Final = """
[class*="st-key-reviewed_"] { border-top: 1px solid var(--faint); padding: 0.5rem 0; }
[class*="st-key-reviewed_"] .stHorizontalBlock { flex-wrap: nowrap; }
[class*="st-key-reviewed_"] .stHorizontalBlock > :first-child { flex: 1 1 0; min-width: 0; }
/* As tall as the sentence; three lines where a browser does not know field-sizing. */
[class*="st-key-reviewed_"] textarea {
  field-sizing: content; height: auto; min-height: 0; resize: none;
}
[class*="st-key-reviewed_"] :is(li, del) { font-size: 0.87rem; }
.st-key-add_promise { flex-wrap: nowrap; }
.st-key-add_promise > :first-child { min-width: 0; }
/* Only the icon is seen; the words stay the button's name. */
[class*="st-key-strike_"] p {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
"""

FILES: Final = """
.st-key-file_tree { max-height: 38rem; overflow-y: auto; }
.st-key-file_tree [data-testid="stVerticalBlock"] { gap: 0; }
.st-key-file_tree :is(button, summary) { padding: 0.15rem 0.2rem; min-height: 1.7rem; }
.st-key-file_tree .stButton, .st-key-file_tree .stButton button { width: 100%; }
.st-key-file_tree button > div, .st-key-file_tree button { justify-content: flex-start; }
.st-key-file_tree p { overflow-wrap: anywhere; text-align: left; font-size: 0.87rem; }
.st-key-file_tree [data-testid="stExpanderDetails"] { padding: 0 0 0 0.9rem; }
.st-key-file_shown [data-testid="stCaptionContainer"] p { overflow-wrap: anywhere; }
"""

COMPARED: Final = """
.st-key-compared table { width: 100%; table-layout: fixed; overflow-wrap: anywhere; }
.st-key-compared :is(th, td) { border-width: 0 0 1px; padding: 0.35rem 0.5rem 0.35rem 0; }
"""

PROSE: Final = """
.prose { overflow-wrap: anywhere; line-height: 1.6; }
.prose :is(h1, h2, h3, h4, h5, h6) { font-size: 1.05rem; font-weight: 600; padding: 0.6rem 0 0; }
.prose :is(ol, ul) { margin: 0 0 1rem; padding-inline: 1.6rem 0; }
.prose li { margin: 0.25rem 0; }
.prose code {
  font-family: "JetBrains Mono", monospace; font-size: 0.82rem; padding: 0.1rem 0.3rem;
  border-radius: 6px; background: color-mix(in srgb, currentColor 7%, transparent); color: inherit;
}
.prose pre {
  padding: 0.8rem 1rem; margin: 0 0 1rem; border-radius: 12px; overflow-x: auto;
  background: color-mix(in srgb, currentColor 5%, transparent);
}
.prose pre code { padding: 0; background: none; }
.prose blockquote {
  margin: 0 0 1rem; padding: 0.5rem 0 0.5rem 1rem; overflow: hidden;
  border-left: 3px solid color-mix(in srgb, currentColor 25%, transparent);
}
.prose blockquote :last-child { margin-bottom: 0; }
.prose :is(th, td) { border-bottom: 1px solid var(--faint); padding: 0.3rem 0.8rem 0.3rem 0; }
"""

CONTRAST: Final = """
[data-testid="stCaptionContainer"] { color: inherit !important; opacity: 0.75; }
.stButton kbd { color: inherit !important; opacity: 1; }
.stExpander summary, .stExpander summary [data-testid="stMarkdownContainer"] {
  color: inherit !important;
}
.stExpander summary { opacity: 0.85; }
.linenumber { color: inherit !important; opacity: 0.75; }
.stButtonGroup button[data-selected="true"] { color: inherit !important; }
.stButtonGroup button[data-selected="true"] p { font-weight: 600; }
.stTabs [role="tab"][aria-selected="true"] {
  color: color-mix(in srgb, #178577 55%, currentColor) !important;
}
/* Highlighted code: the colours of Streamlit, mixed with that of the text. */
.token:is(.comment, .prolog, .doctype, .cdata, .punctuation) { --token: #808495; }
.token:is(.property, .attr-name, .variable) { --token: #00a4d4; }
.token:is(.tag, .selector, .keyword, .function, .class-name) { --token: #1c83e1; }
.token:is(.boolean, .constant, .symbol) { --token: #21c354; }
.token:is(.number, .regex) { --token: #29b09d; }
.token:is(.string, .char, .attr-value) { --token: #09ab3b; }
.token:is(.operator, .entity, .atrule, .decorator) { --token: #ed6f13; }
.token:is(.coord, .unchanged) { color: inherit !important; }
.token.coord { opacity: 0.75; }
.token.inserted { --token: #09ab3b; }
.token.deleted { --token: #ff2b2b; }
.token:is(.inserted, .deleted, .comment, .prolog, .doctype, .cdata, .punctuation, .property,
  .attr-name, .variable, .tag, .selector, .keyword, .function, .class-name, .boolean, .constant,
  .symbol, .number, .regex, .string, .char, .attr-value, .operator, .entity, .atrule, .decorator) {
  color: color-mix(in srgb, var(--token) 50%, currentColor) !important;
}
"""

NARROW: Final = """
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-top: 4rem; }
  .st-key-hero h1, .st-key-run_head h1 { font-size: 1.55rem; }
  .st-key-run_head { flex-wrap: wrap; }
  .st-key-run_head > :first-child { flex: 1 1 100% !important; }
  .st-key-prompt kbd { display: none; }
  .st-key-prompt_actions > :has(.stButton), .st-key-filters > :has(.stTextInput) {
    flex: 1 1 100%; width: 100% !important;
  }
  .st-key-prompt_actions button, .st-key-filters .stTextInput { width: 100% !important; }
  .st-key-filters { gap: 0.5rem; }
  .st-key-sort { max-width: 9.2rem; }
  .st-key-state button { padding: 0 0.6rem; }
  /* Only the icon is seen; the word stays the button's name. */
  :is([class*="st-key-rename_"], [class*="st-key-remove_"]) p {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  }
  .stTabs [role="tablist"] { gap: 0.7rem; }
  /* Columns without a card take no room below the others. */
  :is(.st-key-waiting_place, .st-key-now_place) .stColumn:not(:has(.stElementContainer)) {
    display: none;
  }
  .st-key-file_tree { max-height: 15rem; }
  .st-key-recent, .st-key-history { border: 0; gap: 0.7rem !important; }
  :is(.st-key-recent_head, .st-key-history_head) { display: none; }
  [class*="_row_"] {
    grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.4rem 0.8rem;
    border: 1px solid var(--faint); border-radius: 12px;
  }
  [class*="_row_"] > :nth-child(1 of :not([class*="st-key-pick_"])) { grid-column: 1 / -1; }
  [class*="_row_"] a p {
    white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
    overflow-wrap: anywhere;
  }
}
"""


def columns_css(shown: RunList) -> str:
    """The widths of a list's columns, their fonts, and which of them a narrow screen leaves out."""
    widths = " ".join((shown.task_width, *(column.width for column in shown.columns)))
    rules = [f'[class*="st-key-{shown.key}_"] {{ grid-template-columns: {widths}; }}']
    for number, column in enumerate(shown.columns, start=2):
        cell = (
            f'[class*="st-key-{shown.key}_row_"]'
            f' > :nth-child({number} of :not([class*="st-key-pick_"]))'
        )
        if column.code:
            rules.append(f'{cell} [data-testid="stText"] * {{ {CODE_FONT} }}')
        if not column.narrow:
            rules.append(f"@media (max-width: 640px) {{ {cell} {{ display: none; }} }}")
        if column.below is not None:
            rules.append(
                f"@media (max-width: 640px) {{ {cell} {{ order: 1; }}"
                f" {cell}:not(:has({WRITTEN})) {{ display: none; }}"
                f' {cell} {WRITTEN}::before {{ content: "{column.below}"; }} }}'
            )
    return "\n".join(rules)


def apply_theme() -> None:
    """Add the CSS and the logo to the page."""
    lists = "\n".join(map(columns_css, LISTS))
    parts = (FRAME, PROMPT, LIST, lists, RUN, REVIEW, FILES, COMPARED, PROSE, CONTRAST, NARROW)
    st.html(f"<style>{''.join(parts)}</style>")
    st.logo(str(LOGO), size="large")
