"""What every check works with: the project, the sandbox, and plain words for how a job ended."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from toggle_core.gates.browsers import Browser, available_browser
from toggle_core.gates.clock import Clock
from toggle_core.gates.model import EarlierVersion, Page, PromiseResult, Proof
from toggle_core.gates.pictures import Picture, read_pictures
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import End, Finished, Job, stopped
from toggle_core.gates.sandbox.limits import Limits
from toggle_core.gates.sandbox.pair import run_pair
from toggle_core.gates.sandbox.supervisor import Stop, run_job
from toggle_core.gates.settings import GateSettings
from toggle_core.gates.slots import Hold, hold_slot
from toggle_core.words import Outcome

MOST_DETAIL_CHARACTERS = 16_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check found; fields as in ``GateResult``.

    ``goes_on``: whether the gates after it are worth running although it did not pass.
    """

    outcome: Outcome
    summary: str
    detail: str = ""
    output: str = ""
    pages: tuple[Page, ...] = ()
    goes_on: bool = False
    promises: tuple[PromiseResult, ...] = ()
    proof: Proof | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """One project to be checked, and where.

    Attributes:
        files: text of each file by its path, safe to write.
        entry: path of the file to start.
        backend: the sandbox.
        settings: how long and how much.
        stop: ends a job under way.
        promises: what was agreed on, in the shape of ``docs/promises.md``; None: nothing was.
        base: the version that this project changes, safe to write; None where it is a new one.
        clock: of this check; stands still while a slot is waited for.
        finished: jobs that several checks share, by their program. Copies of this context for
            the checks of one run share it; one with other files needs its own.
    """

    files: Mapping[str, str]
    entry: str
    backend: Backend
    settings: GateSettings
    stop: Stop
    promises: Mapping[str, Any] | None = None
    base: EarlierVersion | None = None
    clock: Clock = field(default_factory=Clock)
    finished: dict[str, Finished] = field(default_factory=dict)

    @property
    def python_files(self) -> list[str]:
        """Paths of the Python files, sorted, as arguments no tool takes for an option."""
        return [f"./{name}" for name in sorted(self.files) if name.endswith(".py")]

    def run_once(
        self,
        program: str,
        seconds: float,
        options: Mapping[str, Any] | None = None,
        tools: tuple[str, ...] = (),
    ) -> Finished:
        """Run a program as ``run`` does, or return how it went before; not at the same time."""
        if program not in self.finished:
            self.finished[program] = self.run(program, seconds, options, tools)
        return self.finished[program]

    def run(
        self,
        program: str,
        seconds: float,
        options: Mapping[str, Any] | None = None,
        tools: tuple[str, ...] = (),
        folders: Mapping[str, Path] | None = None,
        on_rest: Callable[[Mapping[str, Any]], object] | None = None,
    ) -> Finished:
        """Run a program of the harness on a fresh copy of the project, in the sandbox.

        It waits for a slot before, and gives it back when the program says that it rests.

        Args:
            program: name of the harness's module.
            seconds: of processor time that it may use.
            options: what it is told.
            tools: distributions it needs.
            folders: folders of this machine it may read, by their names beside the tools.
            on_rest: called, more than once, while it rests, with what it has reported so far.
        """
        limits = self._limits(seconds)
        job = Job(program, self.files, options or {}, tools, folders or {}, limits)
        with self._slot() as hold:
            if hold is None:
                return stopped(limits)

            def rest(report: Mapping[str, Any] | None) -> None:
                hold.release()
                if on_rest is not None:
                    on_rest(report or {})

            return run_job(self.backend, job, self.stop, rest)

    def run_with_browser(
        self, browser: Browser, program: str, seconds: float, options: Mapping[str, Any]
    ) -> tuple[Finished, tuple[Picture, ...]]:
        """Run a program of the harness as ``run`` does, with a browser in a sibling sandbox.

        Args:
            browser: which one.
            program: name of the harness's module.
            seconds: of processor time that it may use.
            options: what it is told; ``browser`` is added, the way to the browser.

        Returns:
            How the program went, and the pictures that were taken.
        """
        # What waits for a browser, or for a time that a promise names, bounds itself.
        limits = replace(self._limits(seconds), idle_seconds=self.settings.wall_seconds)

        def job(control: int) -> Job:
            told = {**options, "browser": control}
            return Job(program, self.files, told, limits=limits, descriptors=(control,))

        with self._slot() as hold:
            if hold is None:
                return stopped(limits), ()
            done, browsed = run_pair(self.backend, job, browser.job, self.stop)
        return done, read_pictures(browsed.report)

    def browser(self) -> Browser | None:
        """Return the browser of this machine, None where there is none."""
        return available_browser(self.settings.browser, self.backend).browser

    @contextmanager
    def _slot(self) -> Iterator[Hold | None]:
        """Hold a slot, and let the clock stand still while it is waited for."""
        with ExitStack() as stack:
            with self.clock.standing_still():
                hold = stack.enter_context(hold_slot(self.settings.slots, self.stop))
            yield hold

    def _limits(self, seconds: float) -> Limits:
        return Limits(
            processor_seconds=seconds,
            idle_seconds=self.settings.idle_seconds,
            wall_seconds=self.settings.wall_seconds,
            memory_bytes=self.settings.memory_bytes,
            processes=self.settings.processes,
        )


def cut(text: str, most: int = MOST_DETAIL_CHARACTERS) -> str:
    """Bound a text, keeping its beginning, and say so where it is cut."""
    return text if len(text) <= most else f"{text[:most]}\n[cut here]"


def listed(report: Mapping[str, Any]) -> str:
    """Return the findings of a report as ``path:line: rule message``, one a line."""
    found = report["findings"]
    lines = [f"{one['path']}:{one['line']}: {one['rule']} {one['message']}" for one in found]
    return "\n".join(lines)


def count(number: int, thing: str) -> str:
    """Return a number with its thing, ``1 file`` or ``3 files``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def unusual_end(done: Finished, what: str) -> Judgement | None:
    """Judge a job that did not come to its own end.

    Args:
        done: the job.
        what: the thing that ran, to begin a sentence with: ``The program``.

    Returns:
        None if it exited by itself, or was stopped only by how much it wrote.
    """
    processor, idle, wall = (
        f"{seconds:g} s"
        for seconds in (
            done.limits.processor_seconds,
            done.limits.idle_seconds,
            done.limits.wall_seconds,
        )
    )
    exceeded = {
        End.PROCESSOR: f"used more than {processor} of processor time",
        End.IDLE: f"neither worked nor printed anything for {idle}",
        End.WALL: f"did not end within {wall}",
        End.MEMORY: "used too much memory",
        End.PROCESSES: "started too many processes",
        End.DISK: "wrote too many files",
        End.OUTPUT: "printed without end",
    }
    detail = cut(f"{done.output}\n{done.errors}".strip())
    if done.end is End.STOPPED:
        return Judgement(Outcome.SKIPPED, "The checks were stopped before this one was done.")
    if done.end is End.NOT_STARTED:
        return Judgement(Outcome.SKIPPED, "The sandbox did not start.", detail)
    if done.end in exceeded:
        summary = f"{what} {exceeded[done.end]} and had to be stopped."
        return Judgement(Outcome.FAILED, summary, detail)
    return None


def broken(what: str, done: Finished) -> Judgement:
    """Judge a check whose own tool failed: nothing is known of the project."""
    detail = cut(f"exit code {done.exit_code}\n{done.errors}\n{done.output}".strip())
    return Judgement(Outcome.SKIPPED, f"{what} could not be used.", detail)
