"""What a web program promises, used through the proxy; and which of its forms were sent by that."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.polling import eventually
from tests.sandbox.web_visitor import WebVisitor
from toggle_core.apps.heads import NOT_ANSWERED
from toggle_core.gates.harness.promises.client import Reply
from toggle_core.gates.harness.promises.expectations import (
    Seen,
    check_all,
    fill_in_expect,
    kept_value,
)
from toggle_core.gates.harness.promises.expressions import written
from toggle_core.gates.harness.promises.outgoing import path_of, request_of
from toggle_core.gates.harness.promises.pages import Field, Form
from toggle_core.gates.harness.promises.templates import fill_in, fill_in_text
from toggle_core.gates.harness.promises.values import draw_values
from toggle_core.gates.harness.promises.vocabulary import (
    HTTP_STEPS,
    follows_redirects,
    step_kind,
)

PASSED: Final = ("restart", "wait", "file")
"""Steps beside those of a browser after which it goes on."""

BELIEVABLE: Final = {
    "email": "maria@example.com",
    "number": "3",
    "date": "2026-05-04",
    "month": "2026-05",
    "time": "10:30",
    "datetime-local": "2026-05-04T10:30",
    "url": "https://example.com/a",
    "tel": "01234 567890",
    "color": "#336699",
}
"""What people enter, by the kind of field; elsewhere a few words."""

REFUSALS: Final = frozenset({401, 403, 421})


@dataclass
class Visits:
    """The use of one program.

    Attributes:
        routes: of the program, as its promises list them.
        shown: forms on its pages, with the page of each.
        sent: forms that were sent, and accepted.
        tried: steps that were carried out.
    """

    routes: Sequence[str]
    shown: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    tried: set[tuple[str, ...]] = field(default_factory=set)

    def has_news(self, promise: Mapping[str, Any]) -> bool:
        """Whether a promise sends something that none before it has sent."""
        return bool(set(_sending(_way(promise))) - self.tried)

    def carry_out(
        self,
        promise: Mapping[str, Any],
        visitor_of: Callable[[str], WebVisitor],
        restart: Callable[[], object],
    ) -> None:
        """Do what a promise says, as far as it is done in a browser, and see what it says.

        Args:
            promise: with its steps.
            visitor_of: the visitor of a name.
            restart: lets the program end; it starts again when it is asked.
        """
        way = _way(promise)
        values = draw_values(promise.get("vars", {}), promise["id"])
        for before, step in zip([{"get": "/"}, *way], way, strict=False):
            kind = step_kind(step)
            if kind == "restart":
                restart()
            elif kind in HTTP_STEPS:
                visitor = visitor_of(str(step.get("as", "")))
                reply = self._visit(visitor, kind, step, values)
                if "wait" in before:
                    reply = _awaited(step, values, visitor, reply.path)
                self._judge(f"{promise['id']}: {step}", step, reply, values)
                self.note(visitor)
        self.tried |= set(_sending(way))

    def send_the_rest(self, visitor: WebVisitor) -> None:
        """Fill in, on the pages where they were, the forms that no promise has sent."""
        for name, page in list(self.shown.items()):
            if name in self.sent:
                continue
            forms = visitor.open(page).page().forms
            form = next((each for each in forms if self._name(each, page) == name), None)
            if form is None:
                continue  # it is shown after a promise only, and is missing in what was sent
            entered = dict(_believable(form))
            outgoing, reply = visitor.submit(page, entered, _button(form))
            assert reply.status < httpx.codes.BAD_REQUEST, f"{name}: {reply.status} {reply.text}"
            assert all(text in reply.text for text in entered.values()), f"{name}: {reply.text}"
            self.sent.add(self._shape(outgoing.method, outgoing.path))

    def note(self, visitor: WebVisitor) -> None:
        """Note the forms of the pages that a visitor has seen."""
        for path, page in visitor.pages.items():
            for form in page.forms:
                self.shown.setdefault(self._name(form, path), path)

    def _visit(
        self, visitor: WebVisitor, kind: str, step: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Reply:
        redirects = follows_redirects(step)
        if kind == "submit":
            given = fill_in(step["submit"], values)
            page, button = path_of(step["submit"].get("page", "/"), values), given.get("button", "")
            outgoing, reply = visitor.submit(
                page, given.get("fields", {}), written(button), redirects=redirects
            )
        elif kind == "follow":
            return visitor.follow(fill_in_text(step["follow"], values))
        else:
            outgoing = request_of(kind, step, values)
            reply = visitor.request(outgoing, redirects=redirects, script=kind == "request")
        accepted = reply.status < httpx.codes.BAD_REQUEST
        if accepted and (kind == "submit" or outgoing.method == "POST"):
            self.sent.add(self._shape(outgoing.method, outgoing.path))
        return reply

    def _judge(
        self, name: str, step: Mapping[str, Any], reply: Reply, values: dict[str, Any]
    ) -> None:
        """Compare with what is expected, and save what the step saves."""
        failed = _failed(step, reply, values)
        assert failed == [], f"{name}\n{reply.status} {reply.path}\n{reply.text[:2000]}"
        refused = reply.status in REFUSALS or reply.status >= httpx.codes.INTERNAL_SERVER_ERROR
        assert "status" in step.get("expect", {}) or not refused, (
            f"{name}\n{reply.status} {reply.text[:2000]}"
        )
        for value, how in step.get("save", {}).items():
            values[value] = kept_value(how, Seen(reply=reply))

    def _name(self, form: Form, page: str) -> str:
        return self._shape(form.given.get("method") or "get", form.given.get("action") or page)

    def _shape(self, method: str, path: str) -> str:
        """A form by its method and path; what differs from record to record does not count."""
        asked = f"{method.upper()} {path.partition('?')[0]}"
        for route in self.routes:
            shape = re.split(r"[ ?]", route.partition(" {")[0], maxsplit=2)[:2]
            pattern = re.sub(r"(?<=/)[A-Z]+", "[^/]+", " ".join(shape))
            if re.fullmatch(pattern, asked):
                return " ".join(shape)
        return asked


def _failed(step: Mapping[str, Any], reply: Reply, values: Mapping[str, Any]) -> list[str]:
    """What is not as a step expects, but for the headers that are ours on an app's host."""
    expect = dict(step.get("expect", {}))
    headers = expect.pop("header", {})
    if own := {n: v for n, v in headers.items() if n.lower().encode() not in NOT_ANSWERED}:
        expect["header"] = own
    checks = check_all(fill_in_expect(expect, values), Seen(reply=reply))
    return [each.words for each in checks if not each.held]


def _awaited(
    step: Mapping[str, Any], values: Mapping[str, Any], visitor: WebVisitor, path: str
) -> Reply:
    """What a page shows once it is as a step expects."""

    def found() -> Reply | None:
        reply = visitor.open(path)
        return None if _failed(step, reply, values) else reply

    seen = eventually(found, pause=0.2)
    assert seen is not None
    return seen


def _way(promise: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The steps up to the first that no browser does, such as a start with arguments."""
    steps: Sequence[Mapping[str, Any]] = promise["steps"]
    usable = (*HTTP_STEPS, *PASSED)
    end = next((at for at, step in enumerate(steps) if step_kind(step) not in usable), len(steps))
    return steps[:end]


def _sending(steps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for step in steps:
        if "submit" in step:
            given = step["submit"]
            yield "submit", given.get("page", "/"), given.get("button", ""), *given["fields"]
        elif "post" in step:
            yield "post", step["post"]
        elif "request" in step:
            yield step["request"]["method"], step["request"]["path"]


def _believable(form: Form) -> Iterator[tuple[str, str]]:
    for each in form.fields:
        if each.kind in {"hidden", "checkbox", "radio", "select", "file"} or each.value:
            continue
        yield each.name, _entered(each)


def _entered(each: Field) -> str:
    numeric = each.given.get("inputmode") in {"decimal", "numeric"}
    return BELIEVABLE.get("number" if numeric else each.kind, "Green tea")


def _button(form: Form) -> str:
    return form.buttons[0].labels[0] if form.buttons and form.buttons[0].labels else ""
