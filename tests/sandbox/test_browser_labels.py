"""Fields and switches are found by words that only stand beside them, and by no others."""

from typing import Any

import pytest

from tests.sandbox.browsing import document, server, tried, why
from toggle_core.gates.sandbox.backend import Backend

Steps = list[dict[str, Any]]
OUT = "<p id=o></p>"
SHOW = """
const show = () => {
  const parts = Array.from(document.querySelectorAll("input, select, textarea, [role=switch]"),
    (one) => one.id + "=" + (one.matches("[role]") ? one.ariaChecked
      : one.type === "checkbox" ? one.checked : one.value));
  o.textContent = parts.join(" ");
};
document.oninput = document.onchange = show;
"""
DRAWN = (
    "<style>.sw input { opacity: 0; width: 0; height: 0 } .sl { display: inline-block; width: 40px;"
    "height: 20px; background: #ccc } .row { display: flex; justify-content: space-between }"
    "</style>"
)
SWITCH = "<label class=sw><input type=checkbox id=k><span class=sl></span></label>"
NAMED = SWITCH.replace("id=k", "id=k aria-label='Dark mode'")
ROW = f"{DRAWN}<div class=row><div><div>Dark mode</div><small>Kinder to eyes.</small></div>"

FIELDS: dict[str, tuple[str, Steps]] = {
    "label above": (
        (
            "<form><label>Item name <span>*</span></label><input id=a placeholder='e.g. Milk'>"
            "<label>Price</label><input id=b type=number></form>"
        ),
        [{"type": {"Item name": "${word}", "Price": "7"}}, {"see": "a=${word} b=7"}],
    ),
    "words before": (
        "<div>Budget: <input id=a> Reason <input id=b> (in short)</div>",
        [{"type": {"Reason": "${word}", "Budget": "5"}}, {"see": "a=5 b=${word}"}],
    ),
    "cells": (
        (
            "<table><tr><td>Name<td><input id=a><tr><td>Notes<td><textarea id=b></textarea>"
            "<tr><td>Kind<td><select id=c><option>One<option>Two</select></table>"
        ),
        [
            {"type": {"Name": "${word}", "Notes": "${other}", "Kind": "Two"}},
            {"see": "a=${word} b=${other} c=Two"},
        ],
    ),
    "words above": (
        (
            "<style>.f { display: flex; gap: 20px } .f div { width: 200px }</style><div class=f>"
            "<div><p>From</p><input id=a type=date></div><div><p>To</p><input id=b type=date></div>"
            "</div>"
        ),
        [
            {"type": {"To": "2026-05-04", "From": "2026-05-02"}},
            {"see": "a=2026-05-02 b=2026-05-04"},
        ],
    ),
}
BOXES: dict[str, tuple[str, Steps]] = {
    "switch typed": (
        f"{ROW}{SWITCH}</div>",
        [{"type": {"Dark mode": "on"}}, {"see": "k=true"}],
    ),
    "switch clicked": (f"{ROW}{SWITCH}</div>", [{"click": "Dark mode"}, {"see": "k=true"}]),
    "button as a switch": (
        (
            f"{ROW}<button role=switch id=k aria-checked=false style='width: 40px; height: 20px' "
            "onclick='this.ariaChecked = true; show()'></button></div>"
        ),
        [{"type": {"Dark mode": "on"}}, {"see": "k=true"}],
    ),
    "words after boxes": (
        "<p>Days: <input type=checkbox id=a> Monday <input type=checkbox id=b> Tuesday</p>",
        [{"click": "Monday"}, {"see": "a=true b=false"}],
    ),
    "words before boxes": (
        "<p>Monday <input type=checkbox id=a> Tuesday <input type=checkbox id=b></p>",
        [{"type": {"Tuesday": "yes"}}, {"see": "a=false b=true"}],
    ),
    "item of a list": (
        (
            "<ul><li><input type=checkbox id=a> <span>Milk</span> <button>Delete</button>"
            "<li><input type=checkbox id=b> <span>Bread</span> <button>Delete</button></ul>"
        ),
        [{"click": "Bread"}, {"see": "a=false b=true"}],
    ),
    "named switch beside its words": (
        f"{DRAWN}<span>Dark mode</span>{NAMED}",
        [{"click": "Dark mode"}, {"see": "k=true"}],
    ),
    "words that do something themselves": (
        "<div onclick='o.textContent = \"opened\"'><input type=checkbox id=k><b>Milk</b></div>",
        [{"click": "Milk"}, {"see": "opened"}],
    ),
}
BAD: dict[str, tuple[str, Steps, str]] = {
    "no such words": (
        "<div>Budget <input id=a></div>",
        [{"type": {"Reason": "x"}}],
        "There is no field “Reason”",
    ),
    "words far away": (
        "<p>Reason</p><div style='height: 300px'></div><p>Find <input id=a></p>",
        [{"type": {"Reason": "x"}}],
        "There is no field “Reason”",
    ),
    "words of another field": (
        "<div><label for=a>Name</label> <input id=a disabled> <input id=b></div>",
        [{"type": {"Name": "x"}}],
        "is disabled",
    ),
    "switch that does nothing": (
        f"{ROW}{SWITCH}</div><script>k.onclick = (e) => e.preventDefault();</script>",
        [{"click": "Dark mode"}, {"see": "k=true"}],
        "text contains “k=true”",
    ),
}


def in_fours(names: dict[str, Any]) -> list[tuple[str, ...]]:
    listed = list(names)
    return [tuple(listed[start : start + 4]) for start in range(0, len(listed), 4)]


@pytest.mark.parametrize("names", in_fours(FIELDS | BOXES), ids=" + ".join)
def test_fields_are_found_by_words_beside_them(sandbox: Backend, names: tuple[str, ...]) -> None:
    cases = {f"/{number}": (FIELDS | BOXES)[name] for number, name in enumerate(names)}
    site = server({path: document(body + OUT, SHOW) for path, (body, _) in cases.items()})
    steps = [[{"open": path}, *steps] for path, (_, steps) in cases.items()]
    reasons = dict(zip(names, why(tried(sandbox, site, *steps)).values(), strict=True))
    assert reasons == dict.fromkeys(names, "")


def test_words_that_mean_no_field_are_broken(sandbox: Backend) -> None:
    cases = {f"/{number}": case for number, case in enumerate(BAD.values())}
    site = server({path: document(body + OUT, SHOW) for path, (body, _, _) in cases.items()})
    steps = [[{"open": path}, *steps] for path, (_, steps, _) in cases.items()]
    reasons = why(tried(sandbox, site, *steps)).values()
    for name, reason in zip(BAD, reasons, strict=True):
        assert BAD[name][2] in reason, name
