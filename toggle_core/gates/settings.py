"""What the gates can be told."""

from dataclasses import dataclass, field

from toggle_core.gates.browsers import BrowserOptions
from toggle_core.gates.sandbox.limits import MIB
from toggle_core.gates.sandbox.state import SandboxOptions
from toggle_core.gates.slots import SlotOptions


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Settings of the gates. Whether they run confined is not one of them.

    Attributes:
        sandbox: how to look for a sandbox.
        browser: which browser opens the pages of programs.
        slots: which jobs of gates may run at one time, in all runs and processes.
        tool_seconds: of processor time, for a tool that reads the project.
        tests_seconds: of processor time, for the project's tests.
        start_seconds: of processor time, for its program to end or to answer; and as many in which
            it neither works nor waits for a processor.
        idle_seconds: for which a job may neither work, nor wait for a processor, nor print.
        wall_seconds: for one job, by the clock on the wall.
        total_seconds: for all gates of an attempt, added up, without waiting for slots.
        memory_bytes: for all processes of one gate together.
        processes: of one gate, at one time.
        at_once: gates of one run that run at the same time.
        visits: pages that are asked for of a program that is a server.
        visit_seconds: in which it may be idle, for all of them together.
        pages: answers of a server that are kept.
        page_bytes: kept of each of them.
    """

    sandbox: SandboxOptions = field(default_factory=SandboxOptions)
    browser: BrowserOptions = field(default_factory=BrowserOptions)
    slots: SlotOptions = field(default_factory=SlotOptions)
    tool_seconds: float = 60.0
    tests_seconds: float = 30.0
    start_seconds: float = 10.0
    idle_seconds: float = 30.0
    wall_seconds: float = 600.0
    total_seconds: float = 1200.0
    memory_bytes: int = 1024 * MIB
    processes: int = 64
    at_once: int = 3
    visits: int = 20
    visit_seconds: float = 20.0
    pages: int = 6
    page_bytes: int = 48 * 1024
