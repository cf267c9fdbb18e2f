"""Compare what came back with what a step expects, and save what it saves."""

import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, NoReturn

from .expectations import Seen, check_all, fill_in_expect, kept_value
from .project_copy import ProjectCopy
from .records import MOST_CAME_BACK, StepBroken, StepRecord

MOST_WAIT = 10.0
"""Seconds that a step may wait, and for which it then tries again."""

TRY_EVERY = 0.2
"""Seconds from one look to the next."""


class Judge:
    """Judges the steps of one promise.

    Args:
        copy: of the project.
        values: of the variables, to which those are added that steps save.
        waits: whether to look again where something is not yet as expected.
    """

    def __init__(self, copy: ProjectCopy, values: MutableMapping[str, Any], *, waits: bool) -> None:
        self._copy = copy
        self._values = values
        self._waits = waits

    def judge(self, step: Mapping[str, Any], record: StepRecord, seen: Seen) -> None:
        """Compare with what is expected, and save what the step saves.

        Raises:
            StepBroken: something does not hold.
        """
        expect = step.get("expect", {})
        record.came_back = seen.show(expect)[:MOST_CAME_BACK]
        if seen.fault:
            self.refuse(record, seen.fault, unanswered=True)
        try:
            checks = check_all(fill_in_expect(expect, self._values), seen) if expect else []
        except ValueError as error:
            self.refuse(record, str(error))
        record.expected = "; ".join(check.words for check in checks)
        if failed := [check for check in checks if not check.held]:
            self.refuse(record, record.why(failed))
        for name, how in step.get("save", {}).items():
            try:
                self._values[name] = kept_value(how, seen)
            except ValueError as error:
                self.refuse(record, str(error))

    def until_so(
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
        waiting = self._copy.surroundings.waiting
        begun = waiting.idle_seconds
        while True:
            record.held = True
            try:
                self.judge(step, record, look())
            except StepBroken:
                if not self._waits or waiting.idle_seconds - begun > seconds:
                    raise
                time.sleep(TRY_EVERY)
            else:
                return

    def refuse(self, record: StepRecord, why: str, *, unanswered: bool = False) -> NoReturn:
        """Note that a step does not hold, and why.

        Raises:
            StepBroken: always.
        """
        record.held = False
        raise StepBroken(self._copy.explain(record, why, unanswered=unanswered))
