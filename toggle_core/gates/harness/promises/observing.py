"""Do what plain steps say, without a browser, and see what comes back."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from .artefacts import check_relative, read_artefact
from .client import Reply
from .expectations import Seen
from .expressions import written
from .outgoing import path_of, request_of
from .program import run_once
from .project_copy import ProjectCopy
from .records import MOST_SENT, StepBroken, StepRecord
from .templates import fill_in, fill_in_text
from .visitor import Outgoing, Visitor
from .vocabulary import follows_redirects, step_kind


class Observer:
    """Uses the program, and remembers how to look again at what came back last.

    Args:
        copy: of the project.
        values: of the variables; those that steps save are added to them by others.

    Attributes:
        visitors: by name, everybody who has used the server, with their cookies.
        again: what looks again at what was seen last, and what that was; None before.
    """

    def __init__(self, copy: ProjectCopy, values: Mapping[str, Any]) -> None:
        self.visitors: dict[str, Visitor] = {}
        self.again: tuple[Callable[[], Seen], Seen] | None = None
        self._copy = copy
        self._values = values

    def observe(self, step: Mapping[str, Any], record: StepRecord) -> Seen:
        """Do what a step says, note it in its record, and return what came back.

        Raises:
            StepBroken: it cannot be done.
            ProgramFailed: the program does not start.
        """
        kind = step_kind(step)
        try:
            if kind == "run":
                return self._run(step, record)
            if kind == "file":
                return self._read(step, record)
            return self._visit(kind, step, record)
        except ValueError as error:
            record.held, record.came_back = False, str(error)
            raise StepBroken(str(error)) from error

    def remember(self, look: Callable[[], Seen]) -> Seen:
        """Look at something, and remember how; return what was seen."""
        seen = look()
        self.again = (look, seen)
        return seen

    def visitor(self, name: str) -> Visitor:
        """Return somebody who uses the server, by name; the empty name is the first of them."""
        if name not in self.visitors:
            surroundings = self._copy.surroundings
            self.visitors[name] = Visitor(surroundings.waiting, surroundings.step_seconds)
        return self.visitors[name]

    def _run(self, step: Mapping[str, Any], record: StepRecord) -> Seen:
        arguments = [written(fill_in(each, self._values)) for each in step["run"]]
        record.step = f"run: {', '.join(arguments)}" if arguments else "run"
        typed = step.get("stdin")
        text = None if typed is None else fill_in_text(typed, self._values)
        for name, content in step.get("files", {}).items():
            self._lay(fill_in_text(name, self._values), fill_in_text(content, self._values))
        record.sent = " ".join(arguments)[:MOST_SENT] + (f"\ntyped: {text}" if text else "")
        record.sent = record.sent[:MOST_SENT]
        if arguments and arguments[0].startswith("@"):
            check_relative(arguments[0][1:])
        return self.remember(lambda: Seen(ran=run_once(self._copy.surroundings, arguments, text)))

    def _lay(self, name: str, content: str) -> None:
        check_relative(name)
        work = self._copy.surroundings.work
        place = work / name
        if not place.parent.resolve().is_relative_to(work.resolve()):
            raise ValueError(f"“{name[:100]}” leads out of the project.")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode())
        except OSError as error:
            raise ValueError(f"The file {name} could not be laid: {error.strerror}.") from error

    def _read(self, step: Mapping[str, Any], record: StepRecord) -> Seen:
        path = fill_in_text(step["file"], self._values)
        record.step = f"file: {path}"
        work = self._copy.surroundings.work
        return self.remember(lambda: Seen(content=read_artefact(work, path)))

    def _visit(self, kind: str, step: Mapping[str, Any], record: StepRecord) -> Seen:
        visitor, redirects = self.visitor(str(step.get("as", ""))), follows_redirects(step)
        server = self._copy.running().server
        if kind == "submit":
            given = fill_in(step["submit"], self._values)
            page = path_of(step["submit"].get("page", "/"), self._values)
            fields, button = given.get("fields", {}), written(given.get("button", ""))
            record.step = f"submit: {page}" + (f" “{button}”" if button else "")
            record.sent = json.dumps(fields, ensure_ascii=False, default=str)[:MOST_SENT]
            reply, sent = visitor.submit(server, page, fields, button, redirects=redirects)
            record.sent = sent[:MOST_SENT]
            return self._look_again(visitor, reply)
        if kind == "follow":
            words = fill_in_text(step["follow"], self._values)
            record.step = f"follow: {words}"
            return self._look_again(visitor, visitor.follow(server, words))
        outgoing = request_of(kind, step, self._values)
        record.step = f"{outgoing.method} {outgoing.path}"
        record.sent = (outgoing.body or b"").decode("utf-8", "replace")[:MOST_SENT]
        reply = visitor.request(server, outgoing, redirects=redirects)
        same = outgoing if outgoing.method == "GET" else None
        return self._look_again(visitor, reply, same, redirects=redirects)

    def _look_again(
        self,
        visitor: Visitor,
        reply: Reply,
        same: Outgoing | None = None,
        *,
        redirects: bool = True,
    ) -> Seen:
        """Remember how to look again at what came back: the page is loaded anew if it can be."""
        seen = Seen(reply=reply)
        again = same or Outgoing("GET", reply.path)

        def load() -> Seen:
            server = self._copy.running().server
            return Seen(reply=visitor.request(server, again, redirects=redirects))

        self.again = (load if reply.method == "GET" else lambda: seen, seen)
        return seen
