"""Try each promise twice, with different values, each time on a fresh copy of the project."""

import os
import random
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..clean import empty_temporary_folders, end_all_others, start_afresh
from ..launch import write_files
from ..listening import addresses_by_port
from ..patience import Patience
from ..processor import children_seconds, limited_children, outlive_limit
from ..shield import hide_memory
from ..task import Channel, Task
from .needs import why_untried
from .program import Surroundings
from .records import storable
from .steps import Picture, Steps
from .values import draw_values

if TYPE_CHECKING:
    from ..browser.session import BrowserSession

KEPT, BROKEN, UNTRIED = "kept", "broken", "untried"

_TRIALS = 2
_PORTS = range(20_000, 32_000)  # below those that the kernel gives to clients
_EVER = 1e9  # idle seconds: each step has its own limit
_MOST_WHY = 300  # characters


def run(task: Task, channel: Channel) -> None:
    """Report the outcome of each promise, as far as they are tried.

    ``options``: ``promises``, a list as the language has it; ``entry``, the file to start;
    ``seed`` of the values; ``start_seconds`` and ``step_seconds`` of idleness until the program
    listens, and for each step; ``processor_seconds`` for each trial of a promise; ``servers``,
    whether this sandbox can run servers; ``environment``, what is set for the program besides;
    ``base`` and ``base_entry``, the files and the entry of the version that a change begins with;
    ``browser``, descriptor of the socket to a browser in another sandbox; absent: there is none.
    """
    hide_memory()
    outlive_limit()
    browser = open_browser(task)
    trial = PromiseTrial(task, task.files, browser)
    results: list[dict[str, Any]] = []
    for promise in task.options["promises"]:
        channel.report({"results": results, "under_way": promise["id"]})
        results.append(trial.try_promise(promise))
        if browser is not None:
            browser.forget()
        if browser is not None and browser.is_gone:
            break  # the others get a new one
    channel.report({"results": results, "under_way": ""})


class PromiseTrial:
    """All trials of promises on one project.

    Args:
        task: the job, with options as of ``run``.
        files: the project.
        browser: for steps in a browser.
    """

    def __init__(
        self, task: Task, files: Mapping[str, str], browser: "BrowserSession | None" = None
    ) -> None:
        self._task = task
        self._files = files
        self._options = task.options
        self._source = random.SystemRandom()
        self._used = 0.0
        waiting = Patience(_EVER)
        self._browser = browser
        self.surroundings = Surroundings(
            work=task.work,
            entry=self._options["entry"],
            waiting=waiting,
            browser=self._browser,
            environment={**os.environ, **self._options.get("environment", {})},
            start_seconds=self._options["start_seconds"],
            step_seconds=self._options["step_seconds"],
            new_port=lambda: self._source.choice(_PORTS),
            listening=lambda _port: addresses_by_port(),
            end_strays=end_all_others,
            forget=partial(empty_temporary_folders, task),
            bounded=lambda: limited_children(self._seconds_left()),
        )

    @property
    def base_surroundings(self) -> Surroundings:
        """Where the version runs that a change begins with."""
        return replace(
            self.surroundings, entry=self._options.get("base_entry") or self._options["entry"]
        )

    def try_promise(self, promise: Mapping[str, Any]) -> dict[str, Any]:
        """Try one promise as often as it takes; return its outcome as JSON values."""
        transcript: list[dict[str, Any]] = []
        try:
            able = self._options["servers"]
            keys, browser = self.surroundings.environment, self._browser is not None
            if why := why_untried(promise, keys, servers=able, browser=browser):
                return _result(promise, UNTRIED, why, [])
            earlier: dict[str, Any] | None = None
            for number in range(_TRIALS):
                seed = f"{self._options['seed']} {promise['id']} {number}"
                earlier = draw_values(promise.get("vars", {}), seed, others=earlier)
                picture = Picture(promise["id"], if_kept=number == _TRIALS - 1)
                why, transcript = self.try_once(promise, earlier, picture=picture)
                if why:
                    return _result(promise, BROKEN, why, transcript)
        except Exception as error:  # the edge of a promise: the others are still to be tried
            why = f"Its steps cannot be carried out ({type(error).__name__}: {error})."
            return _result(promise, UNTRIED, why[:_MOST_WHY], transcript)
        return _result(promise, KEPT, "", transcript)

    def try_once(
        self,
        promise: Mapping[str, Any],
        values: Mapping[str, Any],
        *,
        waits: bool = True,
        picture: Picture | None = None,
    ) -> tuple[str, list[dict[str, Any]]]:
        """Carry out a promise's steps once; return why it is broken, and the transcript."""
        self.prepare(self._files)
        if self._browser is not None:
            self._browser.forget()
            self._browser.waiting = self.surroundings.waiting if waits else None
        steps = Steps(self.surroundings, values, waits=waits, picture=picture)
        why = ""
        if before := promise.get("before"):
            self.prepare_base()
            steps.move(self.base_surroundings)
            why = steps.carry_out(before)
            self.lay_over()
            steps.move(self.surroundings)
        why = why or steps.carry_out(promise["steps"])
        return why, steps.transcript()

    def prepare(self, files: Mapping[str, str]) -> None:
        """Begin in a sandbox in which nothing is left, with a copy of a project."""
        start_afresh(self._task, files, os.getpid())
        self._used = children_seconds()

    def prepare_base(self) -> None:
        """Begin with a copy of the version that a change begins with; without one, of this one."""
        self.prepare(self._options.get("base") or self._files)

    def lay_over(self) -> None:
        """Put the new version in the place of the one it comes from, and keep all other files.

        What the earlier program has written into its own files is data, too.
        """
        base, work = self._options.get("base") or {}, self._task.work
        written = {name for name, text in base.items() if _is_data(work / name, text)}
        for name in base.keys() - written:
            with suppress(OSError):
                (work / name).unlink(missing_ok=True)
        for folder in list(work.rglob("__pycache__")):
            shutil.rmtree(folder, ignore_errors=True)
        write_files(work, {n: text for n, text in self._files.items() if n not in written})

    def _seconds_left(self) -> float:
        """Return the processor time in seconds that the trial under way may still use."""
        left: float = self._options["processor_seconds"] - (children_seconds() - self._used)
        return left


def open_browser(task: Task) -> "BrowserSession | None":
    """Return the browser in another sandbox that a job can use, None where there is none."""
    control = task.options.get("browser")
    if control is None:
        return None
    # Only promises with a browser need it, and loading it takes its time.
    from ..browser.session import BrowserSession  # noqa: PLC0415

    return BrowserSession(control)


def _result(
    promise: Mapping[str, Any], outcome: str, why: str, transcript: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {
        "id": promise["id"],
        "outcome": outcome,
        "why": storable(why),
        "transcript": list(transcript),
    }


def _is_data(path: Path, text: str) -> bool:
    """Tell whether a file of a project, other than its code, is not any more what it was."""
    if path.suffix == ".py":
        return False
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return False
