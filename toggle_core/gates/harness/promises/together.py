"""Carry out steps at the same time, and count those that succeed."""

import threading
from collections.abc import Mapping
from typing import Any

from .expressions import as_number
from .judging import Judge
from .observing import Observer
from .program import ProgramFailed
from .records import StepBroken, StepRecord
from .templates import fill_in
from .vocabulary import HTTP_STEPS, step_kind


def carry_out_together(
    step: Mapping[str, Any],
    values: Mapping[str, Any],
    observer: Observer,
    judge: Judge,
    records: list[StepRecord],
) -> None:
    """Carry out the steps of ``together``.

    Args:
        step: with the inner steps; a count of those that succeed may be expected.
        values: of the variables.
        observer: does what they say.
        judge: of each.
        records: to which theirs are added, and one of all of them.

    Raises:
        StepBroken: not as many succeeded as was expected.
    """
    inner, number = _parts(step, values)
    tried = [_Try(observer, judge, each) for each in inner]
    for part in inner:
        if "as" in part or step_kind(part) in HTTP_STEPS:
            observer.visitor(str(part.get("as", "")))
    looked_at = observer.again
    threads = [threading.Thread(target=each.carry_out, daemon=True) for each in tried]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records += [each.record for each in tried]
    observer.again = looked_at
    succeeded = sum(not each.why for each in tried)
    wanted = f"{number} of {len(tried)} succeed"
    record = StepRecord("together", "", f"{succeeded} succeeded", wanted)
    records.append(record)
    if succeeded == number:
        for each in tried:
            each.record.held = True  # also of those that were to fail
    else:
        first = next((each.why for each in tried if each.why), "")
        rest = f" {first}" if succeeded < number else ""
        judge.refuse(record, f"Of {len(tried)} at the same time {succeeded} succeeded.{rest}")


def _parts(step: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """Return the inner steps with what each expects, and how many of them are to succeed."""
    whole = dict(step.get("expect", {}))
    counts = [whole.pop("count", None)]
    inner = []
    for each in step["together"]:
        expect = dict(each.get("expect", whole))
        counts.append(expect.pop("count", None))
        inner.append({**each, "expect": expect})
    wanted = next((count for count in counts if count is not None), None)
    if isinstance(wanted, Mapping):
        wanted = wanted.get("is")
    return inner, len(inner) if wanted is None else int(as_number(fill_in(wanted, values)))


class _Try:
    """One of the steps that are carried out together."""

    def __init__(self, observer: Observer, judge: Judge, step: Mapping[str, Any]) -> None:
        self.record = StepRecord(step_kind(step))
        self.why = ""
        self._observer = observer
        self._judge = judge
        self._step = step

    def carry_out(self) -> None:
        try:
            seen = self._observer.observe(self._step, self.record)
            self._judge.judge(self._step, self.record, seen)
            if not self._step["expect"] and not seen.succeeded:
                self.why = "It failed."
        except (StepBroken, ProgramFailed, ValueError) as error:
            self.why = str(error)
