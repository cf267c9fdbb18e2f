"""Carry out the steps of one promise, one after another, until one does not hold."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

from .artefacts import check_relative, read_artefact
from .browser_steps import (
    ABSENCE_SECONDS,
    TRY_SECONDS,
    carry_out,
    expected,
    expects_absence,
    show_page,
)
from .client import Reply
from .expectations import Seen, check_all, fill_in_expect, kept_value
from .expressions import as_number, written
from .outgoing import path_of, request_of
from .program import NotShown, ProgramFailed, RunningServer, Surroundings, run_once
from .records import MOST_CAME_BACK, MOST_SENT, StepBroken, StepRecord
from .templates import fill_in, fill_in_text
from .visitor import Outgoing, Visitor
from .vocabulary import BROWSER_STEPS, HTTP_STEPS, all_kinds, follows_redirects, step_kind

MOST_WAIT = 10.0
"""Seconds that a step may wait, and for which it then tries again."""

_TRY_EVERY = 0.2  # seconds


class Picture(NamedTuple):
    """A picture of the page that is seen last.

    Attributes:
        name: of the picture.
        if_kept: whether it is taken where everything is as expected, too.
    """

    name: str
    if_kept: bool


class Viewed(NamedTuple):
    """What came of another look.

    Attributes:
        why: why it is not as expected, empty if it is.
        crash: how the program crashed, empty if it did not.
    """

    why: str
    crash: str


class Steps:
    """Carries out the steps of one promise on one copy of the project."""

    def __init__(
        self,
        surroundings: Surroundings,
        values: Mapping[str, Any],
        *,
        waits: bool = True,
        picture: Picture | None = None,
    ) -> None:
        """Begin.

        Args:
            surroundings: where the program runs.
            values: of the variables.
            waits: whether to wait where a step says so, and to try again.
            picture: that a browser is to keep of the last page.
        """
        self.records: list[StepRecord] = []
        self.surroundings = surroundings
        self._values = dict(values)
        self._waits = waits
        self._picture = picture
        self._who = ""
        self._server: RunningServer | None = None
        self._visitors: dict[str, Visitor] = {}
        self._last_why = ""
        self._again: tuple[Callable[[], Seen], Seen] | None = None

    def carry_out(
        self,
        steps: Sequence[Mapping[str, Any]],
        after: Callable[[Mapping[str, Any]], None] = lambda _: None,
    ) -> str:
        """Carry out steps, and end the program.

        Args:
            steps: of the promise.
            after: called with each step once it holds.

        Returns:
            Why the promise is broken, empty if all steps hold.
        """
        try:
            why = self._carry_out(steps, after)
            if self._picture is not None and (why or self._picture.if_kept):
                self._take_picture(self._picture.name)
        finally:
            self.stop()
        return why

    def _carry_out(
        self, steps: Sequence[Mapping[str, Any]], after: Callable[[Mapping[str, Any]], None]
    ) -> str:
        try:
            if any(kind in (*HTTP_STEPS, *BROWSER_STEPS) for kind in all_kinds(steps)):
                self._running()
            for step in steps:
                self._one(step)
                after(step)
        except StepBroken as broken:
            return str(broken)
        except ProgramFailed as failed:
            said = f"{failed}\n{failed.printed.strip()[-1_000:]}".strip()
            self.records.append(StepRecord("start the program", "", said, "", held=False))
            return str(failed)
        except ValueError as error:
            self.records.append(StepRecord("prepare the next step", "", str(error), "", held=False))
            return str(error)
        return ""

    def last_view(self) -> tuple[str, Callable[[], Seen]] | None:
        """Return what looks again at what the last step saw, with a name.

        Returns:
            None where that step sent something, and looking again would send it once more.
        """
        if self._again is None:
            return None
        look, seen = self._again
        if seen.reply is None:
            return self.records[-1].step, look
        return (f"GET {seen.reply.path}", look) if seen.reply.method == "GET" else None

    def view(self, name: str, look: Callable[[], Seen], expect: Mapping[str, Any]) -> Viewed:
        """Look once more at what a step saw, as a step of its own.

        Args:
            name: of the step.
            look: as of ``last_view``.
            expect: what the step expects.
        """
        record = StepRecord(name)
        self.records.append(record)
        try:
            seen = look()
        except ProgramFailed as failed:
            record.held = False
            record.came_back = f"{failed}\n{failed.printed.strip()[-1_000:]}".strip()
            return Viewed(str(failed), str(failed))
        except ValueError as error:
            record.held, record.came_back = False, str(error)
            return Viewed(str(error), "")
        try:
            self._judge({"expect": expect}, record, seen)
        except StepBroken as broken:
            return Viewed(str(broken), seen.crash)
        return Viewed("", seen.crash)

    def stop(self) -> None:
        """End the program if it runs as a server."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def transcript(self) -> list[dict[str, Any]]:
        """Return what was done, as JSON values."""
        return [record.as_json() for record in self.records]

    def _running(self) -> RunningServer:
        if self._server is None:
            self._server = RunningServer(self.surroundings)
        return self._server

    def _one(self, step: Mapping[str, Any]) -> None:
        kind = step_kind(step)
        if kind == "restart":
            self._restart()
        elif kind == "wait":
            self._wait(step)
        elif kind == "together":
            self._together(step)
        elif kind in BROWSER_STEPS and self.surroundings.browser is not None:
            self._browse(step)
        elif kind in (*BROWSER_STEPS, "clock"):
            raise StepBroken(f"The step “{kind}” cannot be carried out here.")
        else:
            record = StepRecord(kind)
            self.records.append(record)
            self._judge(step, record, self._observe(step, record))

    def _observe(self, step: Mapping[str, Any], record: StepRecord) -> Seen:
        """Do what a step says, note it in its record, and return what came back."""
        kind = step_kind(step)
        try:
            if kind == "run":
                return self._run(step, record)
            if kind == "file":
                return self._look(step, record)
            return self._visit(kind, step, record)
        except ValueError as error:
            record.held, record.came_back = False, str(error)
            raise StepBroken(str(error)) from error

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

        def again() -> Seen:
            return Seen(ran=run_once(self.surroundings, arguments, text))

        return self._remember(again)

    def _lay(self, name: str, content: str) -> None:
        check_relative(name)
        place = self.surroundings.work / name
        if not place.parent.resolve().is_relative_to(self.surroundings.work.resolve()):
            raise ValueError(f"“{name[:100]}” leads out of the project.")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode())
        except OSError as error:
            raise ValueError(f"The file {name} could not be laid: {error.strerror}.") from error

    def _look(self, step: Mapping[str, Any], record: StepRecord) -> Seen:
        path = fill_in_text(step["file"], self._values)
        record.step = f"file: {path}"
        return self._remember(lambda: Seen(content=read_artefact(self.surroundings.work, path)))

    def _visit(self, kind: str, step: Mapping[str, Any], record: StepRecord) -> Seen:
        visitor, redirects = self._visitor(step), follows_redirects(step)
        server = self._running().server
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
            server = self._running().server
            return Seen(reply=visitor.request(server, again, redirects=redirects))

        self._again = (load if reply.method == "GET" else lambda: seen, seen)
        return seen

    def _visitor(self, step: Mapping[str, Any]) -> Visitor:
        name = str(step.get("as", ""))
        if name not in self._visitors:
            waiting, seconds = self.surroundings.waiting, self.surroundings.step_seconds
            self._visitors[name] = Visitor(waiting, seconds)
        return self._visitors[name]

    def _remember(self, again: Callable[[], Seen]) -> Seen:
        seen = again()
        self._again = (again, seen)
        return seen

    def _judge(self, step: Mapping[str, Any], record: StepRecord, seen: Seen) -> None:
        """Compare with what is expected, and save what the step saves.

        Raises:
            StepBroken: something does not hold.
        """
        expect = step.get("expect", {})
        record.came_back = seen.show(expect)[:MOST_CAME_BACK]
        if seen.fault:
            self._break(record, seen.fault, unanswered=True)
        try:
            checks = check_all(fill_in_expect(expect, self._values), seen) if expect else []
        except ValueError as error:
            self._break(record, str(error))
        record.expected = "; ".join(check.words for check in checks)
        if failed := [check for check in checks if not check.held]:
            self._break(record, record.why(failed))
        for name, how in step.get("save", {}).items():
            try:
                self._values[name] = kept_value(how, seen)
            except ValueError as error:
                self._break(record, str(error))

    def _break(self, record: StepRecord, why: str, *, unanswered: bool = False) -> NoReturn:
        record.held = False
        if self._server is not None:
            why = self._server.fault(unanswered=unanswered) or why
            record.add_printed(self._server.output.strip())
        raise StepBroken(why)

    def _restart(self) -> None:
        self.records.append(StepRecord("restart"))
        was_running = self._server is not None
        self.stop()
        self.surroundings.end_strays()
        self.surroundings.forget()
        if was_running:
            self._running()

    def _wait(self, step: Mapping[str, Any]) -> None:
        seconds = min(float(as_number(fill_in(step["wait"], self._values))), MOST_WAIT)
        record = StepRecord(f"wait: {seconds:g} s")
        self.records.append(record)
        if self._waits:
            time.sleep(max(seconds, 0.0))
        if "expect" not in step:
            return
        if self._again is None:
            self._break(record, "There is nothing that could be looked at again.")
        again, seen = self._again
        self._until_so(step, record, again if self._waits else lambda: seen, MOST_WAIT)

    def _until_so(
        self,
        step: Mapping[str, Any],
        record: StepRecord,
        look: Callable[[], Seen],
        seconds: float,
    ) -> None:
        """Look until what a step expects is so.

        Raises:
            StepBroken: it is not within so many seconds of idleness.
        """
        begun = self.surroundings.waiting.idle_seconds
        while not self._is_so(step, record, look()):
            waited = self.surroundings.waiting.idle_seconds - begun
            if not self._waits or waited > seconds:
                raise StepBroken(self._last_why)
            time.sleep(_TRY_EVERY)

    def _browse(self, step: Mapping[str, Any]) -> None:
        """Carry out a step in the browser, and look until what it expects is to be seen."""
        record = StepRecord(step_kind(step))
        self.records.append(record)
        browser, server = self.surroundings.browser, self._running().server
        assert browser is not None  # noqa: S101  asked before
        self._who = str(step.get("as", ""))
        try:
            visitor = self._visitors.get(self._who)
            show = carry_out(browser, server, step, self._values, record, visitor)

            def look() -> Seen:
                return self._remember(show)

            wanted = expected(step)
            self._until_so(wanted, record, look, TRY_SECONDS)
            if self._waits and expects_absence(wanted):
                self._check_absence(wanted, record, look)
        except (NotShown, ValueError) as error:
            self._break(record, str(error))
        if failed := browser.script_error():
            self._break(record, f"A script of the page failed: {failed}")

    def _check_absence(
        self, step: Mapping[str, Any], record: StepRecord, look: Callable[[], Seen]
    ) -> None:
        """Look again after a while, and once the page waits for nothing more.

        Raises:
            StepBroken: what is not to be there has come.
        """
        begun = self.surroundings.waiting.idle_seconds
        time.sleep(ABSENCE_SECONDS)
        seen = look()
        while seen.screen is not None and seen.screen.is_waiting:
            if self.surroundings.waiting.idle_seconds - begun > MOST_WAIT:
                break
            time.sleep(_TRY_EVERY)
            seen = look()
        self._judge(step, record, seen)

    def _take_picture(self, name: str) -> None:
        """Have the browser keep a picture of the page that was seen last, if there was one."""
        browser = self.surroundings.browser
        if browser is None or self._server is None or self._again is None:
            return
        seen = self._again[1]
        with suppress(NotShown):
            if seen.reply is not None:
                if not seen.reply.is_page or seen.reply.method != "GET":
                    return
                visitor = next(reversed(self._visitors.values()), None)
                if visitor is None:
                    return
                show_page(browser, self._server.server, visitor, seen.reply.path)
                self._who = ""
            if seen.reply is not None or seen.screen is not None:
                browser.take_picture(self._who, name)

    def _is_so(self, step: Mapping[str, Any], record: StepRecord, seen: Seen) -> bool:
        record.held = True
        try:
            self._judge(step, record, seen)
        except StepBroken as broken:
            self._last_why = str(broken)
        return record.held

    def _together(self, step: Mapping[str, Any]) -> None:
        """Carry out steps at the same time; a count of those that succeed may be expected."""
        whole = dict(step.get("expect", {}))
        counts = [whole.pop("count", None)]
        inner = []
        for each in step["together"]:
            expect = dict(each.get("expect", whole))
            counts.append(expect.pop("count", None))
            inner.append({**each, "expect": expect})
            if "as" in each or step_kind(each) in HTTP_STEPS:
                self._visitor(each)
        tried = [_Try(self, each) for each in inner]
        looked_at = self._again
        threads = [threading.Thread(target=each.carry_out, daemon=True) for each in tried]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.records += [each.record for each in tried]
        self._again = looked_at
        wanted = next((count for count in counts if count is not None), None)
        if isinstance(wanted, Mapping):
            wanted = wanted.get("is")
        number = len(tried) if wanted is None else int(as_number(fill_in(wanted, self._values)))
        succeeded = sum(not each.why for each in tried)
        expected = f"{number} of {len(tried)} succeed"
        record = StepRecord("together", "", f"{succeeded} succeeded", expected)
        self.records.append(record)
        if succeeded == number:
            for each in tried:
                each.record.held = True  # also of those that were to fail
        else:
            first = next((each.why for each in tried if each.why), "")
            rest = f" {first}" if succeeded < number else ""
            self._break(record, f"Of {len(tried)} at the same time {succeeded} succeeded.{rest}")


class _Try:
    """One of the steps that are carried out together."""

    def __init__(self, steps: Steps, step: Mapping[str, Any]) -> None:
        self.record = StepRecord(step_kind(step))
        self.why = ""
        self._steps = steps
        self._step = step

    def carry_out(self) -> None:
        try:
            seen = self._steps._observe(self._step, self.record)  # noqa: SLF001  a part of it
            self._steps._judge(self._step, self.record, seen)  # noqa: SLF001  the same
            if not self._step["expect"] and not seen.succeeded:
                self.why = "It failed."
        except (StepBroken, ProgramFailed, ValueError) as error:
            self.why = str(error)
