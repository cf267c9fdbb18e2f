"""Carry out the steps of one promise, one after another, until one does not hold."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .browsing import Browsing
from .expectations import Seen
from .expressions import as_number
from .judging import MOST_WAIT, Judge
from .observing import Observer
from .program import ProgramFailed, Surroundings
from .project_copy import ProjectCopy
from .records import StepBroken, StepRecord
from .templates import fill_in
from .together import carry_out_together
from .vocabulary import BROWSER_STEPS, HTTP_STEPS, all_kinds, step_kind


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
    """Carries out the steps of one promise on one copy of the project.

    Args:
        surroundings: where the program runs.
        values: of the variables.
        waits: whether to wait where a step says so, and to try again.
        picture: that a browser is to keep of the last page.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        values: Mapping[str, Any],
        *,
        waits: bool = True,
        picture: Picture | None = None,
    ) -> None:
        self.records: list[StepRecord] = []
        self._values = dict(values)
        self._waits = waits
        self._picture = picture
        self._copy = ProjectCopy(surroundings)
        self._observer = Observer(self._copy, self._values)
        self._judge = Judge(self._copy, self._values, waits=waits)
        self._browsing: Browsing | None = None

    def move(self, surroundings: Surroundings) -> None:
        """Carry out the next steps somewhere else; the program must not be running."""
        self._copy.surroundings = surroundings

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
            picture, browsing = self._picture, self._in_browser()
            if picture is not None and browsing is not None and (why or picture.if_kept):
                browsing.take_picture(picture.name)
        finally:
            self.stop()
        return why

    def _carry_out(
        self, steps: Sequence[Mapping[str, Any]], after: Callable[[Mapping[str, Any]], None]
    ) -> str:
        try:
            if any(kind in (*HTTP_STEPS, *BROWSER_STEPS) for kind in all_kinds(steps)):
                self._copy.running()
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
        if self._observer.again is None:
            return None
        look, seen = self._observer.again
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
            self._judge.judge({"expect": expect}, record, seen)
        except StepBroken as broken:
            return Viewed(str(broken), seen.crash)
        return Viewed("", seen.crash)

    def stop(self) -> None:
        """End the program if it runs as a server."""
        self._copy.stop()

    def transcript(self) -> list[dict[str, Any]]:
        """Return what was done, as JSON values."""
        return [record.as_json() for record in self.records]

    def _one(self, step: Mapping[str, Any]) -> None:
        kind = step_kind(step)
        if kind == "restart":
            self.records.append(StepRecord("restart"))
            self._copy.restart()
        elif kind == "wait":
            self._wait(step)
        elif kind == "together":
            carry_out_together(step, self._values, self._observer, self._judge, self.records)
        elif kind in BROWSER_STEPS and (browsing := self._in_browser()) is not None:
            browsing.carry_out(step, self._values, self._begin_record(kind))
        elif kind in (*BROWSER_STEPS, "clock"):
            raise StepBroken(f"The step “{kind}” cannot be carried out here.")
        else:
            record = self._begin_record(kind)
            self._judge.judge(step, record, self._observer.observe(step, record))

    def _in_browser(self) -> Browsing | None:
        browser = self._copy.surroundings.browser
        if self._browsing is None and browser is not None:
            self._browsing = Browsing(
                browser, self._copy, self._observer, self._judge, waits=self._waits
            )
        return self._browsing

    def _begin_record(self, name: str) -> StepRecord:
        record = StepRecord(name)
        self.records.append(record)
        return record

    def _wait(self, step: Mapping[str, Any]) -> None:
        seconds = min(float(as_number(fill_in(step["wait"], self._values))), MOST_WAIT)
        record = self._begin_record(f"wait: {seconds:g} s")
        if self._waits:
            time.sleep(max(seconds, 0.0))
        if "expect" not in step:
            return
        if self._observer.again is None:
            self._judge.refuse(record, "There is nothing that could be looked at again.")
        again, seen = self._observer.again
        self._judge.until_so(step, record, again if self._waits else lambda: seen, MOST_WAIT)
