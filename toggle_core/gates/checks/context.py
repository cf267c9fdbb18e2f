"""What every check works with: the project, the sandbox, and plain words for how a job ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toggle_core.gates.model import Page
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.job import End, Finished, Job
from toggle_core.gates.sandbox.limits import MIB, Limits
from toggle_core.gates.sandbox.supervisor import Stop, run_job
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

MOST_DETAIL_CHARACTERS = 16_000
_GRACE = 2.0  # seconds a sandbox may take around what runs in it
_TOOL_OUTPUT_BYTES = 4 * MIB


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a check found; fields as in ``GateResult``."""

    outcome: Outcome
    summary: str
    detail: str = ""
    output: str = ""
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """One project to be checked, and where.

    Attributes:
        files: text of each file by its path, safe to write.
        entry: path of the file to start.
        backend: the sandbox.
        settings: how long and how much.
        stop: ends a job under way.
    """

    files: Mapping[str, str]
    entry: str
    backend: Backend
    settings: GateSettings
    stop: Stop

    @property
    def python_files(self) -> list[str]:
        """Paths of the Python files, sorted, as arguments no tool takes for an option."""
        return [f"./{name}" for name in sorted(self.files) if name.endswith(".py")]

    def run(
        self,
        program: str,
        seconds: float,
        options: Mapping[str, Any] | None = None,
        tools: tuple[str, ...] = (),
    ) -> Finished:
        """Run a program of the harness on a fresh copy of the project, in the sandbox.

        Args:
            program: name of the harness's module.
            seconds: how long it may take.
            options: what it is told.
            tools: distributions it needs.
        """
        limits = Limits(
            seconds=seconds + _GRACE,
            memory_bytes=self.settings.memory_bytes,
            processes=self.settings.processes,
            output_bytes=_TOOL_OUTPUT_BYTES if program == "tool" else Limits().output_bytes,
        )
        job = Job(program, self.files, options or {}, tools, limits)
        return run_job(self.backend, job, self.stop)

    def run_tool(
        self, command: list[str], tools: tuple[str, ...], home: Mapping[str, str] | None = None
    ) -> Finished:
        """Run a tool that reads the project.

        Args:
            command: its command line; ``{tools}``, ``{home}`` and ``{python}`` are filled in.
            tools: distributions it needs.
            home: texts of settings to lay into the home before, by their file names.
        """
        told = {"command": command, "home": dict(home or {})}
        return self.run("tool", self.settings.tool_seconds, told, tools)


def cut(text: str, most: int = MOST_DETAIL_CHARACTERS) -> str:
    """Bound a text, keeping its beginning, and say so where it is cut."""
    return text if len(text) <= most else f"{text[:most]}\n[cut here]"


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
    limits = {
        End.TIME: f"{what} took too long and had to be stopped.",
        End.MEMORY: f"{what} used too much memory and had to be stopped.",
        End.PROCESSES: f"{what} started too many processes and had to be stopped.",
        End.DISK: f"{what} wrote too many files and had to be stopped.",
        End.OUTPUT: f"{what} printed without end and had to be stopped.",
    }
    detail = cut(f"{done.output}\n{done.errors}".strip())
    if done.end is End.STOPPED:
        return Judgement(Outcome.SKIPPED, "The checks were stopped before this one was done.")
    if done.end is End.NOT_STARTED:
        return Judgement(Outcome.SKIPPED, "The sandbox did not start.", detail)
    if done.end in limits:
        return Judgement(Outcome.FAILED, limits[done.end], detail)
    return None


def broken(what: str, done: Finished) -> Judgement:
    """Judge a check whose own tool failed: nothing is known of the project."""
    detail = cut(f"exit code {done.exit_code}\n{done.errors}\n{done.output}".strip())
    return Judgement(Outcome.SKIPPED, f"{what} could not be used.", detail)
