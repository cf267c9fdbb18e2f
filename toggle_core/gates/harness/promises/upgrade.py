"""Start a changed program on the data that the version before it has left behind."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from ..processor import outlive_limit
from ..shield import hide_memory
from ..task import Channel, Task
from .expectations import Seen
from .needs import why_untried
from .records import StepRecord, storable
from .steps import Steps, Viewed
from .trial import PromiseTrial
from .values import draw_values
from .vocabulary import HTTP_STEPS, all_kinds, step_kind

_CHANGED = "start the changed program on what the version before has saved"
_MOST_BYTES = 64 * 1024 * 1024  # of files that are compared by their content


def run(task: Task, channel: Channel) -> None:
    """Report what is lost, promise by promise of the version before.

    ``options``: as of ``trial``, with ``promises`` of the version before, its files as ``base`` and
    its entry as ``base_entry``; ``serves``, whether the program is a server where no promise shows
    it. Without promises both versions are only started.

    The report has ``lost``: ``id``, ``why``, ``crash`` and ``transcript`` each; the promise
    ``under_way``; and ``changed``, whether it is the changed program that runs.
    """
    hide_memory()
    outlive_limit()
    upgrade = _Upgrade(task, channel)
    able = [each for each in task.options["promises"] if upgrade.can_try(each)]
    for promise in able or [{"id": "", "steps": ()}]:
        upgrade.try_promise(promise)
    upgrade.report("", changed=False)


class _View(NamedTuple):
    """What the earlier program shows, and how to look at it again."""

    name: str
    look: Callable[[], Seen]
    expect: Mapping[str, Any]

    def of(self, steps: Steps) -> Viewed:
        return steps.view(self.name, self.look, self.expect)


class _Upgrade:
    """Tries a changed program on the data of the version before."""

    def __init__(self, task: Task, channel: Channel) -> None:
        self._task = task
        self._options = task.options
        self._channel = channel
        self._trial = PromiseTrial(task, task.files)
        self._lost: list[dict[str, Any]] = []

    def can_try(self, promise: Mapping[str, Any]) -> bool:
        """Tell whether a promise can be tried here; only for such the earlier program saves."""
        keys, able = self._trial.surroundings.environment, self._options["servers"]
        try:
            return not why_untried(promise, keys, servers=able)
        except (ValueError, TypeError, AttributeError):
            return False

    def report(self, under_way: str, *, changed: bool) -> None:
        """Report what is known so far."""
        report = {"lost": self._lost, "under_way": under_way, "changed": changed}
        self._channel.report(report)

    def try_promise(self, promise: Mapping[str, Any]) -> None:
        """Have the earlier program keep a promise, and look whether the changed one shows it."""
        self.report(promise["id"], changed=False)
        try:
            values = draw_values(promise.get("vars", {}), f"{self._options['seed']}{promise['id']}")
            steps = Steps(self._trial.base_surroundings, values)
            self._trial.prepare_base()
            views = self._views(steps, promise)
            self.report(promise["id"], changed=True)
            self._look(steps, views, promise, values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return  # promises of an earlier version may have steps that are refused today

    def _views(self, steps: Steps, promise: Mapping[str, Any]) -> list[_View]:
        """Carry the promise out with the earlier program; return what it shows after a restart.

        Where it shows nothing, its start is what there is to be seen.
        """
        found: list[_View] = []
        state = [self._state()]

        def note(step: Mapping[str, Any]) -> None:
            state.append(self._state())
            kind = step_kind(step)
            looks = kind in (*HTTP_STEPS, "file") or (kind == "run" and state[-1] == state[-2])
            if looks and step.get("expect") and (view := steps.last_view()):
                found.append(_View(*view, step["expect"]))

        if steps.carry_out(_steps_of(promise), note):
            found.clear()
            steps.records.clear()
        done = len(steps.records)
        held = [view for view in found if view.of(steps) == ("", "")]
        steps.stop()
        if not held:
            start: Mapping[str, Any] = {"get": "/"} if self._serves(promise) else {"run": []}
            steps.carry_out([start], lambda _: held.extend(_start_of(steps)))
            held = [view for view in held if view.of(steps) == ("", "")]
            steps.stop()
        del steps.records[done:]
        return held

    def _look(
        self,
        steps: Steps,
        views: Sequence[_View],
        promise: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> None:
        """Look at what the changed program makes of the data."""
        self._trial.lay_over()
        steps.move(self._trial.surroundings)
        steps.records.append(StepRecord(_CHANGED))
        for view in views:
            seen = view.of(steps)
            if seen == ("", ""):
                continue
            steps.stop()
            transcript = steps.transcript()
            if self._is_lost(steps, view, seen, promise, values):
                why, crash = storable(seen.why), storable(seen.crash)
                lost = {"id": promise["id"], "why": why, "crash": crash, "transcript": transcript}
                self._lost.append(lost)
            return
        steps.stop()

    def _is_lost(
        self,
        steps: Steps,
        view: _View,
        seen: Viewed,
        promise: Mapping[str, Any],
        values: Mapping[str, Any],
    ) -> bool:
        """Tell whether the data is the reason: without it, all is well with the same steps."""
        self._trial.prepare(self._task.files)
        why = Steps(self._trial.surroundings, values).carry_out(_steps_of(promise))
        if not seen.crash:
            return not why
        again = view.of(steps)
        steps.stop()
        return not again.crash

    def _serves(self, promise: Mapping[str, Any]) -> bool:
        kinds = list(all_kinds(_steps_of(promise)))
        return any(kind in HTTP_STEPS for kind in kinds) or (not kinds and self._options["serves"])

    def _state(self) -> tuple[object, ...]:
        """Return what changes when the program saves something."""
        left, state = _MOST_BYTES, []
        for folder in (self._task.work, self._task.home):
            for path in sorted(folder.rglob("*")):
                if "__pycache__" in path.parts:
                    continue
                with suppress(OSError):
                    size, mark = path.lstat().st_size, path.lstat().st_mtime_ns
                    content = ""
                    if path.is_file() and not path.is_symlink() and size <= left:
                        left, mark = left - size, 0
                        content = hashlib.sha256(path.read_bytes()).hexdigest()
                    state.append((str(path), size, 0 if path.is_dir() else mark, content))
        return tuple(state)


def _steps_of(promise: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*promise.get("before", ()), *promise["steps"]]


def _start_of(steps: Steps) -> list[_View]:
    view = steps.last_view()
    return [_View(*view, {})] if view else []
