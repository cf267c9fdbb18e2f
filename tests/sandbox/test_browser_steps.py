"""Steps of promises in a real browser: what a person sees and does is what counts."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sandbox.browsing import document, server, started, tried, why
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.words import Outcome

LIST = document(
    "<label for=t>New card:</label> <input id=t> <button id=b>Add</button>"
    "<label>Colour <select id=c><option>Red<option>Green</select></label>"
    "<label><input type=checkbox id=k> Urgent</label>"
    "<label>Due <input type=date id=d></label>"
    "<label>Notes <textarea id=n></textarea></label>"
    "<label>List <input type=file id=f></label>"
    "<ul id=u></ul><section id=z style='min-height:6em'><h2>Done</h2></section>"
    "<p id=o></p><button disabled>Save</button><a href='/about'>About us</a>"
    "<a href='/about' target=_blank>In a new window</a>"
    "<button onclick=\"if (confirm('Really?')) o.textContent = 'All gone'\">Delete all</button>"
    "<span style='display:none'>Secret words</span>",
    """
    const by = (id) => document.getElementById(id);
    by("b").onclick = () => setTimeout(() => {
      const li = document.createElement("li");
      li.textContent = by("t").value; li.draggable = true;
      li.ondragstart = (e) => e.dataTransfer.setData("text", li.textContent);
      by("u").append(li);
    }, 150);
    by("z").ondragover = (e) => e.preventDefault();
    by("z").ondrop = (e) => { e.preventDefault(); by("z").append(e.dataTransfer.getData("text")); };
    const show = () => {
      const urgent = by("k").checked ? "urgent" : "calm";
      by("o").textContent = [by("c").value, urgent, by("d").value, by("n").value].join("|");
    };
    for (const id of "ckdn") by(id).oninput = by(id).onchange = show;
    by("f").onchange = async () => { by("o").textContent = await by("f").files[0].text(); };
    document.onkeydown = (e) => {
      if (e.target === document.body) by("o").textContent = "key " + e.key;
    };
    """,
)
SITE = server(
    {
        "/": LIST,
        "/about": document("<p>Since 1999.</p><iframe src='/frame'></iframe>"),
        "/frame": document("<p>Inside of a frame.</p>"),
    }
)
ADD = [{"open": "/"}, {"type": {"New card": "${word}"}}, {"click": "Add"}]

KEPT: dict[str, list[dict[str, Any]]] = {
    "added later": [*ADD, {"see": "${word}"}],
    "dragged": [
        *ADD,
        {"drag": {"from": "${word}", "to": "Done"}},
        {"see": "${word}", "expect": {"text": {"in_order": ["${word}", "Done", "${word}"]}}},
    ],
    "option": [{"open": "/"}, {"type": {"Colour": "Green"}}, {"see": "Green|calm"}],
    "checked": [{"open": "/"}, {"type": {"Urgent": "yes"}}, {"see": "Red|urgent"}],
    "clicked box": [{"open": "/"}, {"click": "Urgent"}, {"see": "Red|urgent"}],
    "date": [{"open": "/"}, {"type": {"Due": "2026-05-04"}}, {"see": "2026-05-04"}],
    "area": [{"open": "/"}, {"type": {"notes": "${word}"}}, {"see": "calm||${word}"}],
    "file": [{"open": "/"}, {"type": {"List": "of ${word}"}}, {"see": "of ${word}"}],
    "key": [{"open": "/"}, {"press": "ArrowLeft"}, {"see": "key ArrowLeft"}],
    "link": [{"open": "/"}, {"click": "about us"}, {"see": "Since 1999."}],
    "frame": [{"open": "/about"}, {"see": "Inside of a frame."}],
    "window": [{"open": "/"}, {"click": "In a new window"}, {"see": "Since 1999."}],
    "dialog": [{"open": "/"}, {"click": "Delete all"}, {"see": "All gone"}],
    "not there": [{"open": "/", "expect": {"text": {"not_contains": "${word}"}}}],
    "two people": [
        *({**step, "as": "ana"} for step in ADD),
        {"see": "${word}", "as": "ana"},
        {"open": "/", "as": "ben", "expect": {"text": {"not_contains": "${word}"}}},
    ],
}
BROKEN: dict[str, tuple[list[dict[str, Any]], str]] = {
    "only typed": ([*ADD[:2], {"see": "${word}"}], "was expected, and is not so: text contains"),
    "no such label": ([{"open": "/"}, {"click": "Buy"}], "nothing visible with the label “Buy”"),
    "hidden words": ([{"open": "/"}, {"see": "Secret words"}], "text contains “Secret words”"),
    "disabled": ([{"open": "/"}, {"click": "Save"}], "“Save” is disabled"),
    "no such option": ([{"open": "/"}, {"type": {"Colour": "Blue"}}], "has no option “Blue”"),
    "no such field": ([{"open": "/"}, {"type": {"Surname": "x"}}], "There is no field “Surname”"),
    "no such key": ([{"open": "/"}, {"press": "AnyKey"}], "There is no key “AnyKey”"),
    "part of a word": ([{"open": "/"}, {"click": "Delete al"}], "nothing visible with the label"),
}


def test_a_page_that_leads_on_to_another_host_ends_there(sandbox: Backend) -> None:
    more = """
def do_GET(self):
    self.send_response(302 if self.path == "/away" else 200)
    self.send_header("Location", "https://example.org/menu")
    self.send_header("Content-Type", "text/html")
    self.end_headers()
    self.wfile.write(b"<!doctype html><title>x</title><a href=/away>Away</a>")


Handler.do_GET = do_GET
"""
    opened = [{"open": "/away", "expect": {"text": {"not_contains": "ERR_NAME"}}}]
    clicked = [{"open": "/"}, {"click": "Away", "expect": {"text": {"not_contains": "ERR_NAME"}}}]
    assert why(tried(sandbox, server({}, more), opened, clicked)) == {"first": "", "second": ""}
    judged = started(sandbox, server({}, more))
    assert judged.outcome is Outcome.PASSED, judged.detail


def in_groups(steps: Mapping[str, Any]) -> list[tuple[str, ...]]:
    names = list(steps)
    return [tuple(names[start : start + 4]) for start in range(0, len(names), 4)]


@pytest.mark.parametrize("names", in_groups(KEPT), ids=" + ".join)
def test_steps_in_a_browser_are_kept_by_a_page_that_does_it(
    sandbox: Backend, names: tuple[str, ...]
) -> None:
    judged = tried(sandbox, SITE, *(KEPT[name] for name in names))
    assert dict(zip(names, why(judged).values(), strict=True)) == dict.fromkeys(names, "")


@pytest.mark.parametrize("names", in_groups(BROKEN), ids=" + ".join)
def test_steps_in_a_browser_are_broken_by_a_page_that_does_not(
    sandbox: Backend, names: tuple[str, ...]
) -> None:
    judged = tried(sandbox, SITE, *(BROKEN[name][0] for name in names))
    assert judged.outcome is Outcome.FAILED
    for name, reason in zip(names, why(judged).values(), strict=True):
        assert BROKEN[name][1] in reason, name


def test_data_and_what_a_browser_keeps_survive_a_restart(sandbox: Backend) -> None:
    page = document(
        "<button onclick='localStorage.n = +(localStorage.n || 0) + 1; show()'>Count</button>"
        "<p id=o></p>",
        "const show = () => { o.textContent = 'counted ' + (localStorage.n || 0); }; show();",
    )
    steps = [{"open": "/"}, {"click": "Count"}, {"click": "Count"}, {"see": "counted 2"}]
    again = [*steps, {"restart": True}, {"open": "/"}, {"see": "counted 2"}]
    fresh = [{"open": "/"}, {"see": "counted 0"}]
    judged = tried(sandbox, server({"/": page}), again, fresh)
    assert why(judged) == {"first": "", "second": ""}


def test_a_script_that_fails_breaks_a_promise_though_the_words_are_there(sandbox: Backend) -> None:
    page = document("<button onclick='o.textContent = 1; gone()'>Go</button><p id=o></p>")
    judged = tried(sandbox, server({"/": page}), [{"open": "/"}, {"click": "Go"}, {"see": "1"}])
    assert (
        "A script of the page failed: ReferenceError: gone is not defined" in why(judged)["first"]
    )


def test_pictures_are_kept_of_the_end_of_each_promise(sandbox: Backend) -> None:
    steps = [{"get": "/about", "expect": {"status": 200}}]
    judged = tried(sandbox, SITE, KEPT["link"], BROKEN["disabled"][0], steps)
    assert [(each.promise, each.path, each.width) for each in judged.pictures] == [
        (name, path, width)
        for name, path in (("first", "/about"), ("second", "/"), ("third", "/about"))
        for width in (390, 1280)
    ]
    assert {each.height for each in judged.pictures} == {800, 844}


def test_cookies_of_a_form_go_along_into_the_browser(sandbox: Backend) -> None:
    more = """
def do_POST(self):
    self.rfile.read(int(self.headers.get("Content-Length") or 0))
    self.send_response(303)
    self.send_header("Set-Cookie", "who=ana; HttpOnly; Path=/")
    self.send_header("Location", "/")
    self.end_headers()


def do_GET(self):
    body = b"<!doctype html><title>x</title><p>nobody"
    if "who=ana" in (self.headers.get("Cookie") or ""):
        body = b"<!doctype html><title>x</title><p>Hello Ana"
    self.send_response(200)
    self.send_header("Content-Type", "text/html")
    self.end_headers()
    self.wfile.write(body)


Handler.do_POST, Handler.do_GET = do_POST, do_GET
"""
    steps = [{"post": "/", "form": {"a": "b"}}, {"open": "/"}, {"see": "Hello Ana"}]
    assert why(tried(sandbox, server({}, more), steps)) == {"first": ""}
