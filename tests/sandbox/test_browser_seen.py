"""What a person would see and reach on ordinary pages counts; what nobody sees does not."""

from typing import Any

import pytest

from tests.sandbox.browsing import document, server, tried, why
from toggle_core.gates.sandbox.backend import Backend

Steps = list[dict[str, Any]]
OUT = "<p id=o></p>"
MODAL = (
    "<style>#m { transform: translateY(-400px); transition: transform .6s }"
    "#m.on { transform: none }</style><button onclick='m.classList.add(\"on\")'>Open</button>"
    "<div id=m><button onclick='o.textContent=\"confirmed\"'>Confirm</button></div>" + OUT
)
COVERED = (
    "<button onclick='m.hidden = false'>Delete</button><div id=m hidden style='position: fixed;"
    "inset: 0; background: #fff'><button onclick='o.textContent = \"deleted\"; m.hidden = true'>"
    "Delete</button></div>" + OUT
)
SHADOW = "document.getElementById('s').attachShadow({mode: 'open'}).innerHTML = '<p>In shadow</p>';"
SWITCH = (
    "<style>.sw input { opacity: 0; width: 0; height: 0 } .sl { display: inline-block; width: 40px;"
    "height: 20px; background: #ccc }</style><label class=sw><input type=checkbox id=k "
    "aria-label='Dark mode' onchange='o.textContent = k.checked ? \"dark on\" : \"\"'>"
    "<span class=sl></span></label>" + OUT
)
UPLOAD = (
    "<label style='border: 1px solid'>Upload CSV<input type=file id=f style='display: none'>"
    "</label>" + OUT
)
READ_FILE = "f.onchange = async () => { o.textContent = 'got ' + await f.files[0].text(); };"
TOAST = (
    "fetch('/wait'); go = () => { t.hidden = false; setTimeout(() => { t.hidden = true; }, 2000); }"
)
LONG_POLL = """
import time


def do_GET(self):
    if self.path == "/wait":
        time.sleep(20)
    return first(self)


first, Handler.do_GET = Handler.do_GET, do_GET
"""
CALCULATOR = "<input id=d value=0><button onclick='d.value = 6 * 7'>Equals</button>"

INSERTED = (
    "<style>.late::before { content: 'Overdue' } .euro::before { content: '€' }"
    "td::before { content: attr(data-label) ': ' } .new::after { content: 'New'; background: gold;"
    "position: absolute; left: 200px } li + li::before { content: '| ' }"
    ".twice::after { content: attr(data-text); position: absolute; left: 2px }</style>"
    "<p class=late></p><p>Total <b class=euro>42</b></p><table><tr><td data-label=Stock>7</table>"
    "<p class=new style='position: relative'>Coat</p><ul style='display: flex'><li>Home<li>About"
    "</ul><h2 class=twice data-text=Glitch>Glitch</h2>"
)
GOOD: dict[str, tuple[str, str, Steps]] = {
    "capitals by style": (
        "<h2 style='text-transform: uppercase'>Done list</h2>",
        "",
        [{"see": "Done list"}],
    ),
    "parts of a row": (
        "<div style='display: flex'><div>Total:</div><div>42</div></div>",
        "",
        [{"see": "Total: 42"}],
    ),
    "cells": ("<table><tr><td>Ann<td>7</table>", "", [{"see": "Ann 7"}]),
    "words with a space between": (
        "<p><b>Milk</b> <i>x2</i> and&nbsp;more</p>",
        "",
        [{"see": "Milk x2 and more"}],
    ),
    "shadow": ("<div id=s></div>", SHADOW, [{"see": "in shadow"}]),
    "button of old": ("<input type=submit value='Save it'>", "", [{"see": "Save it"}]),
    "display of a calculator": (CALCULATOR, "", [{"click": "Equals"}, {"see": "42"}]),
    "saved value": ("<input value='Saved words'>", "", [{"see": "Saved words"}]),
    "keys while typing": (
        f"<input aria-label=Find id=q onkeyup='o.textContent = q.value.length + \" found\"'>{OUT}",
        "",
        [{"type": {"Find": "abc"}}, {"see": "3 found"}],
    ),
    "editable text": (
        (
            "<div contenteditable aria-label=Note "
            f"oninput='o.textContent = \"n \" + this.textContent'></div>{OUT}"
        ),
        "",
        [{"type": {"Note": "hello"}}, {"see": "n hello"}],
    ),
    "icon with a tip": (
        f"<button title=Delete onclick='o.textContent = \"gone\"'>🗑️</button>{OUT}",
        "",
        [{"click": "Delete"}, {"see": "gone"}],
    ),
    "option with a sign": (
        (
            "<label>Kind <select onchange='o.textContent = value'><option>-"
            f"<option value=f>🍔 Food</select></label>{OUT}"
        ),
        "",
        [{"type": {"Kind": "Food"}}, {"see": "f"}],
    ),
    "hidden box": (SWITCH, "", [{"type": {"Dark mode": "on"}}, {"see": "dark on"}]),
    "hidden field for a file": (
        UPLOAD,
        READ_FILE,
        [{"type": {"Upload CSV": "${word}"}}, {"see": "got ${word}"}],
    ),
    "moving target": (MODAL, "", [{"click": "Open"}, {"click": "Confirm"}, {"see": "confirmed"}]),
    "covered namesake": (
        COVERED,
        "",
        [{"click": "Delete"}, {"click": "Delete"}, {"see": "deleted"}],
    ),
    "words of a dialog": (
        "<button onclick='alert(\"Total is 42\")'>Sum</button>",
        "",
        [{"click": "Sum"}, {"see": "Total is 42"}],
    ),
    "short message beside a long poll": (
        "<button onclick='go()'>Save</button><p id=t hidden>Saved!</p>",
        TOAST,
        [{"click": "Save"}, {"see": "Saved!"}],
    ),
    "clipboard": (
        (
            "<button onclick='navigator.clipboard.writeText(1)"
            f'.then(() => o.textContent = "copied")\'>Copy</button>{OUT}'
        ),
        "",
        [{"click": "Copy"}, {"see": "copied"}],
    ),
    "words of a style sheet": (
        INSERTED,
        "",
        [
            *({"see": words} for words in ("Overdue", "Total €42", "Stock: 7", "Coat New")),
            {"see": "Home About", "expect": {"text": {"count": {"of": "Glitch", "is": 1}}}},
        ],
    ),
    "button of a row under the pointer": (
        "<style>li button { display: none } li:hover button { display: inline }</style><ul><li>"
        "Milk <button onclick='o.textContent = \"gone\"'>Delete</button></ul>" + OUT,
        "",
        [{"click": "Delete"}, {"see": "gone"}],
    ),
    "menu under the pointer": (
        "<style>nav ul { visibility: hidden } nav li:hover ul { visibility: visible }</style><nav>"
        "<ul style='visibility: visible'><li>Account<ul><li><a href='#out'>Log out</a></ul></ul>"
        "</nav>" + OUT,
        "onhashchange = () => { o.textContent = 'Goodbye'; };",
        [{"click": "Log out"}, {"see": "Goodbye"}],
    ),
    "menu that a script opens": (
        "<div><span onmouseenter='m.hidden = false'>Tools</span><div id=m hidden>"
        "<button onclick='o.textContent = \"sorted\"'>Sort</button></div></div>" + OUT,
        "",
        [{"click": "Sort"}, {"see": "sorted"}],
    ),
    "two long waits": ("<p>Here.</p>", "", [{"wait": 10}, {"wait": 10}, {"see": "Here."}]),
}
UNSEEN = {
    "without opacity": "<p style='opacity: 0'>Words</p>",
    "in the colour of the page": "<p style='color: #fff'>Words</p>",
    "of no size": "<p style='font-size: 0'>Words</p>",
    "off the window": "<p style='position: absolute; left: -9999px'>Words</p>",
    "in a folded part": "<div style='height: 0; overflow: hidden'>Words</div>",
    "in closed details": "<details><summary>More</summary>Words</details>",
    "of an option": "<select><option>One<option>Words</select>",
    "as a tip": "<p title=Words>x</p>",
    "of a style sheet": (
        "<style>p::before { content: 'Words' } .a::before { opacity: 0 } .b::before { position:"
        "absolute; left: -400px; width: 90px } .c::before { color: #fff } .d::before { font-size: 0"
        "} .e::before { display: block; height: 0; overflow: hidden } .f::before { display: block;"
        "transform: scale(0) } .g::before { visibility: hidden } .h { display: none }"
        ".i::before { display: block; text-indent: -9999px }</style>"
        + "".join(f"<p class={name}>x</p>" for name in "abcdefghi")
    ),
    "of a placeholder": "<input placeholder=Words>",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_a_person_sees_and_reaches_is_kept(sandbox: Backend, name: str) -> None:
    body, script, steps = GOOD[name]
    site = server({"/": document(body, script), "/wait": ("text/plain", "x")}, LONG_POLL)
    assert why(tried(sandbox, site, [{"open": "/"}, *steps])) == {"first": ""}


def test_what_nobody_sees_is_broken(sandbox: Backend) -> None:
    site = server({f"/{number}": document(body) for number, body in enumerate(UNSEEN.values())})
    for number, name in enumerate(UNSEEN):
        reasons = why(tried(sandbox, site, [{"open": f"/{number}"}, {"see": "Words"}]))
        assert "text contains “Words”" in reasons["first"], name


@pytest.mark.parametrize(
    "script",
    [
        "setTimeout(() => { o.textContent = 'Words'; }, 1000);",
        "fetch('/late').then((a) => a.text()).then((t) => { o.textContent = t; });",
    ],
    ids=["drawn late", "loaded late"],
)
def test_what_comes_late_was_not_away(sandbox: Backend, script: str) -> None:
    late = LONG_POLL.replace("/wait", "/late").replace("20", "3")
    site = server({"/": document(OUT, script), "/late": ("text/plain", "Words")}, late)
    away = [{"open": "/", "expect": {"text": {"not_contains": "Words"}}}]
    assert "does not contain “Words”" in why(tried(sandbox, site, away))["first"]


def test_a_page_that_says_that_it_is_offline_is_broken_all_the_same(sandbox: Backend) -> None:
    body = "<button>Save</button><p>Network is unreachable</p>"
    site = server({"/": document(body)}, "from urllib.parse import quote\n\nprint(quote('x'))")
    reasons = why(tried(sandbox, site, [{"open": "/"}, {"click": "Save"}, {"see": "Saved"}]))
    assert "text contains “Saved”" in reasons["first"]


def test_a_control_that_never_appears_is_broken(sandbox: Backend) -> None:
    body = (
        "<style>li button { display: none }</style><ul><li>Milk <button id=b "
        f"onclick='o.textContent = \"gone\"'>Delete</button></ul>{OUT}"
    )
    steps = [{"open": "/"}, {"click": "Delete"}, {"see": "gone"}]
    reasons = why(tried(sandbox, server({"/": document(body)}), steps))
    assert "There is nothing visible with the label “Delete”" in reasons["first"]
