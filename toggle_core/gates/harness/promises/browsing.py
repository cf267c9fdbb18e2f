"""Carry out browser steps until the page shows what they expect, and keep pictures of it."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .browser_steps import (
    ABSENCE_SECONDS,
    TRY_SECONDS,
    carry_out,
    expected,
    expects_absence,
    show_page,
)
from .expectations import Seen
from .judging import MOST_WAIT, TRY_EVERY, Judge
from .observing import Observer
from .program import Browser, NotShown
from .project_copy import ProjectCopy
from .records import StepRecord


class Browsing:
    """Everybody who uses one copy of the project in the browser.

    Args:
        browser: which one.
        copy: of the project.
        observer: the same people without a browser.
        judge: of their steps.
        waits: whether what is to be there, or not, is waited for.
    """

    def __init__(
        self,
        browser: Browser,
        copy: ProjectCopy,
        observer: Observer,
        judge: Judge,
        *,
        waits: bool,
    ) -> None:
        self._browser = browser
        self._copy = copy
        self._observer = observer
        self._judge = judge
        self._waits = waits
        self._who = ""

    def carry_out(
        self, step: Mapping[str, Any], values: Mapping[str, Any], record: StepRecord
    ) -> None:
        """Carry out a step, and look until what it expects is to be seen.

        Args:
            step: one of the browser steps.
            values: of the variables.
            record: of the step.

        Raises:
            StepBroken: it does not hold.
            ProgramFailed: the program does not start.
        """
        server = self._copy.running().server
        self._who = str(step.get("as", ""))
        try:
            visitor = self._observer.visitors.get(self._who)
            show = carry_out(self._browser, server, step, values, record, visitor)

            def look() -> Seen:
                return self._observer.remember(show)

            wanted = expected(step)
            self._judge.until_so(wanted, record, look, TRY_SECONDS)
            if self._waits and expects_absence(wanted):
                self._check_absence(wanted, record, look)
        except (NotShown, ValueError) as error:
            self._judge.refuse(record, str(error))
        if failed := self._browser.script_error():
            self._judge.refuse(record, f"A script of the page failed: {failed}")

    def take_picture(self, name: str) -> None:
        """Have the browser keep a picture of the page that was seen last, if there was one."""
        if not self._copy.is_running or self._observer.again is None:
            return
        seen = self._observer.again[1]
        with suppress(NotShown):
            if seen.reply is not None:
                if not seen.reply.is_page or seen.reply.method != "GET":
                    return
                visitor = next(reversed(self._observer.visitors.values()), None)
                if visitor is None:
                    return
                server = self._copy.running().server
                show_page(self._browser, server, visitor, seen.reply.path)
                self._who = ""
            if seen.reply is not None or seen.screen is not None:
                self._browser.take_picture(self._who, name)

    def _check_absence(
        self, step: Mapping[str, Any], record: StepRecord, look: Callable[[], Seen]
    ) -> None:
        """Look again after a while, and once the page waits for nothing more.

        Raises:
            StepBroken: what is not to be there has come.
        """
        waiting = self._copy.surroundings.waiting
        begun = waiting.idle_seconds
        time.sleep(ABSENCE_SECONDS)
        seen = look()
        while seen.screen is not None and seen.screen.is_waiting:
            if waiting.idle_seconds - begun > MOST_WAIT:
                break
            time.sleep(TRY_EVERY)
            seen = look()
        self._judge.judge(step, record, seen)
