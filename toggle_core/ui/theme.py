"""What the theme in ``.streamlit/config.toml`` cannot say: a little CSS, on ``st-key-*`` classes.

Colours are mixed from that of the text, so that light and dark need no rules of their own.
"""

from typing import Final

import streamlit as st

from toggle_core.locations import STATIC_FILES
from toggle_core.ui.history_columns import HISTORY
from toggle_core.ui.run_list import RECENT, RunList

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
/* The button of the folded menu says what it is. */
[data-testid="stExpandSidebarButton"] {
  width: auto; height: auto; padding: 0.3rem 0.75rem; border-radius: 10px;
  border: 1px solid rgb(128 128 128 / 30%); color: inherit;
}
[data-testid="stExpandSidebarButton"] > span { display: none; }
[data-testid="stExpandSidebarButton"]::after { content: "Menu"; font-size: 0.87rem; }
[data-testid="stTopNavLink"]:focus-visible { outline: 2px solid #178577; outline-offset: 1px; }
[data-testid="stMain"] h1 { padding-top: 0; }
.st-key-timer { position: absolute; height: 0; overflow: hidden; }
/* What is being refreshed is not faded: a refresh must never look like a fault. */
.st-key-live [data-stale="true"], .st-key-live .stElementContainer {
  opacity: 1 !important; transition: none !important;
}
/* At the bottom, where a notification covers no button of a page's head. */
body > [data-testid="stToastContainer"] { top: auto; bottom: 0.75rem; }
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
.st-key-production .stCheckbox label p { font-weight: 600; }
.st-key-review label p { opacity: 0.7; }
.st-key-prompt textarea { font-size: 1.05rem; line-height: 1.5; }
.st-key-prompt [data-testid="stTextAreaRootElement"],
.st-key-prompt [data-testid="stTextAreaRootElement"] * {
  background: transparent !important; border-color: transparent !important;
  box-shadow: none !important;
}
"""

ADVICE: Final = """
.st-key-hint { padding: 0 0.6rem; }
.st-key-hint p, .st-key-refusal p { overflow-wrap: anywhere; unicode-bidi: plaintext; }
.st-key-hint button {
  border-radius: 999px; min-height: 2.1rem; padding: 0.1rem 0.85rem; font-size: 0.87rem;
}
.st-key-refusal {
  padding: 1.5rem; border-radius: 14px;
  background: color-mix(in srgb, currentColor 5%, transparent);
}
.st-key-refusal h2 { font-size: 1.25rem; padding: 0; }
[class*="st-key-option_"] { background: color-mix(in srgb, Canvas 70%, transparent); }
.st-key-want_exactly { border-top: 1px solid var(--faint); padding-top: 1rem; }
.st-key-want_exactly > :first-child { flex: 1 1 14rem; }
:is(.st-key-hint, .st-key-want_exactly) a[data-testid="stPageLink-NavLink"] {
  border: 1px solid var(--faint); border-radius: 10px; white-space: nowrap;
}
.st-key-hint a[data-testid="stPageLink-NavLink"] { border-radius: 999px; padding: 0.15rem 0.85rem; }
"""

WRITTEN: Final = "span span span:not(:empty)"
"""What a cell holds, where it holds something."""

LIST: Final = """
.st-key-recent, .st-key-history { border: 1px solid var(--faint); border-radius: 12px; }
[class*="st-key-recent_"], [class*="st-key-history_"] {
  display: grid; align-items: center; gap: 0 1rem; padding: 0.6rem 0.9rem; position: relative;
}
[class*="_row_"] { border-top: 1px solid var(--faint); }
.st-key-history_head button { min-height: 0; padding: 0; gap: 0.2rem; }
.st-key-history_head button p { font-size: 0.87rem; font-weight: 400; opacity: 0.8; }
.st-key-history_head button [data-testid="stIconMaterial"] { font-size: 1rem; opacity: 0.6; }
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
/* A state without a ground has letters of the size of the others. */
[class*="_row_"] [data-testid="stMarkdown"] .stMarkdownColoredText { font-size: 0.875em; }
/* Of a long name the end is cut off, and not the version behind it. */
[class*="_row_"] a p:has(> em) { display: flex; gap: 0.35rem; }
[class*="_row_"] a em {
  font-style: normal; overflow: hidden; text-overflow: ellipsis; unicode-bidi: plaintext;
}
[class*="_row_"] a em + * { flex: none; }
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

PROJECTS: Final = """
/* A page is drawn three times as large as its picture (project_faces.ENLARGED). */
[class*="st-key-picture_"] {
  flex: none; height: 150px; max-height: 150px; min-height: 0; overflow: hidden;
  border-radius: 8px; border: 1px solid var(--faint);
}
[class*="st-key-picture_"] iframe {
  width: 300% !important; max-width: none; border: 0; background: #fff; pointer-events: none;
  transform: scale(0.33334); transform-origin: 0 0;
}
[class*="st-key-picture_"] :is(.initial, .printed) {
  height: 150px; margin: 0; background: color-mix(in srgb, #178577 12%, transparent);
}
[class*="st-key-picture_"] .initial {
  display: grid; place-items: center; font-size: 2.6rem; font-weight: 650;
  color: color-mix(in srgb, #178577 60%, currentColor);
}
[class*="st-key-picture_"] .printed {
  padding: 0.7rem 0.9rem; overflow: hidden; border: 0; border-radius: 0; line-height: 1.5;
  font-family: "JetBrains Mono", monospace; font-size: 0.68rem; color: inherit;
}
[class*="st-key-named_"] { flex-wrap: nowrap; }
[class*="st-key-named_"] > :first-child { flex: 1 1 0; min-width: 0; }
[class*="st-key-named_"] > :first-child p {
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext;
}
[class*="st-key-named_"] { column-gap: 0.6rem; }
[class*="st-key-card_"] [class*="st-key-ways_"] a[data-testid="stPageLink-NavLink"] {
  min-height: 2.5rem; padding: 0.25rem 0.75rem; border: 1px solid rgb(128 128 128 / 25%);
  border-radius: 10px; justify-content: center;
}
/* The link of a card covers it; the button beside it lies above. */
[class*="st-key-ways_"] .stElementContainer { position: static; }
[class*="st-key-ways_"] .stElementContainer:has(.stLinkButton) { position: relative; z-index: 2; }
"""

PICTURES: Final = """
.shots { display: flex; gap: 0.7rem; align-items: flex-start; }
.shot {
  display: block; min-width: 0; overflow: hidden; position: relative; background: #fff;
  border: 1px solid var(--faint); border-radius: 10px;
}
.shot:hover { box-shadow: 0 6px 20px -10px rgb(31 36 33 / 30%); }
.shot:focus-visible { outline: 2px solid #178577; outline-offset: 1px; }
.shot img { display: block; width: 100%; height: auto; }
/* A computer's window is 1280 by 800, a phone's 390 by 800: both are as tall beside each other. */
.shot.wide { flex: 1280 1 0; aspect-ratio: 16 / 10; }
.shot.narrow { flex: 390 1 0; aspect-ratio: 39 / 80; }
.ends {
  display: grid; gap: 1.2rem 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr));
}
.ends figure { margin: 0; }
.ends figcaption { margin-top: 0.45rem; font-size: 0.87rem; overflow-wrap: anywhere; }
.shots.small { gap: 0.4rem; }
.shots.small .shot { flex: none; height: 5rem; border-radius: 6px; }
[class*="st-key-promise_head_"] { flex-wrap: nowrap; }
[class*="st-key-promise_head_"] > :first-child { flex: 1 1 0; min-width: 0; }
img.front_image { display: block; width: 100%; height: auto; }
/* In a row of the list: at its left, over the room that the name leaves. */
.st-key-history [class*="_row_"] > .stElementContainer:has(.front_image) {
  position: absolute; left: 0.9rem; top: 50%; transform: translateY(-50%);
  width: 2.9rem !important; height: 1.8rem; overflow: hidden; border-radius: 4px;
  border: 1px solid var(--faint); background: #fff;
}
.st-key-history [class*="_row_"]:has([class*="st-key-pick_"])
  > .stElementContainer:has(.front_image) { left: 2.7rem; }
.st-key-history:has(.front_image)
  > * > :is([class*="_row_"], .st-key-history_head)
  > :nth-child(1 of :not([class*="st-key-pick_"])) { padding-left: 3.6rem; }
.st-key-receipt > .stElementContainer:has(.front_image) {
  flex: none; width: 5.6rem !important; height: 3.5rem; overflow: hidden; border-radius: 6px;
  border: 1px solid var(--faint); background: #fff;
}
"""

FIX: Final = """
:is(.st-key-fix, .st-key-works) {
  padding: 1.3rem 1.4rem; border-radius: 14px;
  background: color-mix(in srgb, var(--side) 12%, transparent);
}
.st-key-fix { --side: #C05621; }
.st-key-works { --side: #7C5CBF; }
:is(.st-key-fix, .st-key-works) h2 {
  padding: 0 0 0.3rem; color: color-mix(in srgb, var(--side) 60%, currentColor);
}
:is(.st-key-fix, .st-key-works) p { overflow-wrap: anywhere; }
"""

SETTINGS: Final = """
.stVerticalBlock.st-key-builder { padding: 1.4rem 1.5rem; border-radius: 14px; }
:is(.st-key-health, .st-key-checks, .st-key-limits, .st-key-keeping) {
  padding: 1.4rem 1.5rem; border-radius: 14px;
}
:is(.stVerticalBlock.st-key-builder, .st-key-health, .st-key-checks, .st-key-limits,
  .st-key-keeping, [class*="st-key-insight_"]) h2 { padding: 0 0 0.3rem; font-size: 1.15rem; }
[class*="st-key-insight_"] { border-radius: 14px; }
.st-key-builder_head { flex-wrap: nowrap; }
.st-key-builder_head > :first-child { flex: 1 1 0; min-width: 0; }
[class*="st-key-found_"] {
  padding: 0.7rem 1rem; border-radius: 12px;
  background: color-mix(in srgb, #2F855A 13%, transparent);
}
[class*="st-key-found_"] > :first-child { flex: 1 1 14rem; }
"""

CODE_FONT: Final = 'font-family: "JetBrains Mono", monospace; font-size: 0.78rem;'

RUN: Final = """
.st-key-run_head { flex-wrap: nowrap; }
.st-key-run_head h1 { overflow-wrap: anywhere; unicode-bidi: plaintext; padding: 0; }
.st-key-run_head > :first-child { flex: 1 1 0 !important; min-width: 0; }
.st-key-run_name { column-gap: 0.9rem !important; row-gap: 0.3rem !important; }
.st-key-run_actions { flex-wrap: nowrap; }
:is(.st-key-change, .st-key-missing) { padding: 1.1rem 1.2rem; border-radius: 14px; }
:is(.st-key-change, .st-key-missing) [data-testid="InputInstructions"] { display: none; }
.st-key-parent { column-gap: 0.6rem !important; }
.st-key-parent button p { text-align: start; overflow-wrap: anywhere; unicode-bidi: plaintext; }
:is(.st-key-preview_page, .st-key-app_frame) { padding: 0; overflow: hidden; }
:is(.st-key-preview_page, .st-key-app_frame) iframe { display: block; }
.st-key-app_frame { background: #fff; }
.st-key-whole_task [data-testid="stText"] { overflow-wrap: anywhere; unicode-bidi: plaintext; }
"""

AT_WORK: Final = """
[class*="st-key-at_work"] { border-radius: 14px; }
.st-key-at_work { box-shadow: 0 6px 20px -10px rgb(31 36 33 / 22%); }
.st-key-at_work_head { column-gap: 1rem; }
.st-key-at_work_head > :first-child { flex: 1 1 14rem; }
.stages { display: flex; gap: 5px; }
.stage { flex-basis: 0; min-width: 0; }
.stage .way {
  display: block; height: 7px; border-radius: 4px; overflow: hidden; background: var(--faint);
}
.stage .way span { display: block; height: 100%; border-radius: 4px; background: #178577; }
.stage_title {
  display: block; margin-top: 0.5rem; font-size: 0.82rem; opacity: 0.75; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap;
}
.stage.now .stage_title { opacity: 1; font-weight: 600; }
.st-key-look_page {
  flex: none; height: 300px; max-height: 300px; overflow: hidden; border-radius: 8px;
  border: 1px solid var(--faint);
}
.st-key-look_page iframe {
  width: 200% !important; max-width: none; border: 0; pointer-events: none;
  transform: scale(0.5); transform-origin: 0 0;
}
:is(.st-key-at_work_promises, .st-key-at_work_checks, .st-key-at_work_files) p {
  display: grid; grid-template-columns: 1.5rem minmax(0, 1fr) auto; gap: 0 0.5rem;
  padding: 0.45rem 0; overflow-wrap: anywhere;
}
/* Its title has no icon. */
:is(.st-key-at_work_promises, .st-key-at_work_checks, .st-key-at_work_files) > :first-child p {
  grid-template-columns: minmax(0, 1fr) auto; align-items: baseline;
}
:is(.st-key-at_work_promises, .st-key-at_work_checks, .st-key-at_work_files)
  > :not(:first-child) { border-top: 1px solid var(--faint); }
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
.st-key-compared :is(th, td) {
  border-width: 0 0 1px; padding: 0.35rem 0.5rem 0.35rem 0; vertical-align: top;
}
"""

EXPORT: Final = """
.st-key-export { width: min(34rem, 82vw); }
.st-key-export table { width: 100%; overflow-wrap: anywhere; }
.st-key-export :is(th, td) {
  border-width: 0 0 1px; padding: 0.35rem 0.6rem 0.35rem 0; vertical-align: top; font-size: 0.87rem;
}
.st-key-export td:nth-child(2) { min-width: 4.2rem; }
.st-key-export td code { white-space: nowrap; }
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
  .st-key-run_head, .st-key-run_actions { flex-wrap: wrap; }
  .st-key-run_head > :first-child { flex: 1 1 100% !important; }
  .st-key-prompt kbd { display: none; }
  .st-key-prompt_actions > :has(.stButton) { flex: 1 1 100%; width: 100% !important; }
  .st-key-prompt_actions button, .st-key-filters .stTextInput { width: 100% !important; }
  .st-key-filters { flex-wrap: nowrap; }
  .st-key-filters > :has(.stTextInput) { flex: 1 1 auto; width: auto !important; min-width: 0; }
  .st-key-filters { gap: 0.5rem; }
  :is(.st-key-views_menu, .st-key-columns_menu, .st-key-size) { display: none; }
  .st-key-state button { padding: 0 0.6rem; }
  /* Only the icon is seen; the word stays the button's name. */
  :is([class*="st-key-rename_"], [class*="st-key-remove_"]) p {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  }
  .stTabs [role="tablist"] { gap: 0.7rem; }
  /* Columns without a card take no room below the others. */
  :is(.st-key-waiting_place, .st-key-now_place, .st-key-projects_place)
    .stColumn:not(:has(.stElementContainer)) {
    display: none;
  }
  .stage_title span { display: none; }
  /* A row of choices that breaks has no shape of its own: each is rounded. */
  .st-key-keep_key [data-testid="stButtonGroup"] button {
    border-radius: 8px; margin: 0 2px 2px 0; border-width: 1px;
  }
  /* The tabs of the list are pushed aside instead. */
  .st-key-state [role="radiogroup"] {
    flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; padding: 2px;
  }
  .st-key-state [role="radiogroup"] > * { flex: none; }
  .st-key-file_tree { max-height: 15rem; }
  .shots.front { flex-direction: column; align-items: center; }
  .shots.front .wide { flex: none; width: 100%; }
  .shots.front .narrow { flex: none; width: 65%; }
  .st-key-history [class*="_row_"] > .stElementContainer:has(.front_image) {
    top: 0.55rem; transform: none;
  }
  [class*="st-key-promise_head_"] { flex-wrap: wrap; }
  [class*="st-key-promise_head_"] > :first-child { flex: 1 1 100%; }
  .st-key-figures [data-testid="stHorizontalBlock"] { flex-direction: row; gap: 0.7rem; }
  .st-key-figures .stColumn { flex: 1 1 40%; min-width: 40%; }
  .st-key-figures [data-testid="stMetricValue"] { font-size: 1.2rem; }
  .st-key-export :is(th, td):nth-child(2) { display: none; }
  .st-key-recent, .st-key-history { border: 0; gap: 0.7rem !important; }
  :is(.st-key-recent_head, .st-key-history_head) { display: none; }
  [class*="_row_"] {
    grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.4rem 0.8rem;
    border: 1px solid var(--faint); border-radius: 12px;
  }
  [class*="_row_"] > :nth-child(1 of :not([class*="st-key-pick_"])) { grid-column: 1 / -1; }
  /* The project with its state, a line on what happened, and the figures beside the time. */
  [class*="st-key-history_row_"] { grid-template-columns: minmax(0, 1fr) auto auto; }
  [class*="st-key-history_row_"] > :nth-child(1 of :not([class*="st-key-pick_"])) {
    grid-column: 1 / -2;
  }
  [class*="st-key-history_row_"] > :is(:has([data-testid="stMarkdown"]),
    :nth-last-child(1 of :not(:has(.front_image)))) {
    grid-column: -2 / -1; order: 0; justify-self: end; width: auto !important;
  }
  [class*="st-key-history_row_"] > :nth-last-child(1 of :not(:has(.front_image))) { order: 2; }
  [class*="_row_"] a :is(p, em) {
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
        if column.whole_row:
            rules.append(f"@media (max-width: 640px) {{ {cell} {{ grid-column: 1 / -1; }} }}")
        if not column.narrow:
            rules.append(f"@media (max-width: 640px) {{ {cell} {{ display: none; }} }}")
        if column.below is not None:
            rules.append(
                f"@media (max-width: 640px) {{ {cell} {{ order: 1; }}"
                f" {cell}:not(:has({WRITTEN})) {{ display: none; }}"
                f' {cell} {WRITTEN}::before {{ content: "{column.below}"; }} }}'
            )
    return "\n".join(rules)


STYLE: Final = "".join(
    (
        FRAME,
        PROMPT,
        ADVICE,
        LIST,
        "\n".join(map(columns_css, (RECENT, HISTORY))),
        PROJECTS,
        PICTURES,
        RUN,
        AT_WORK,
        REVIEW,
        FILES,
        COMPARED,
        EXPORT,
        FIX,
        SETTINGS,
        PROSE,
        CONTRAST,
        NARROW,
    )
)
"""All of it. The pages that are served have it from the first byte on, see ``ui.document``."""


def apply_theme(*, is_styled: bool) -> None:
    """Add the logo to the page, and the style where it lacks that.

    Args:
        is_styled: whether the page was served with the style.
    """
    if not is_styled:
        st.html(f"<style>{STYLE}</style>")
    st.logo(str(LOGO), size="large")
