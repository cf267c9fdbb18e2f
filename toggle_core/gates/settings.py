"""What the gates can be told."""

from dataclasses import dataclass, field

from toggle_core.gates.sandbox.limits import MIB
from toggle_core.gates.sandbox.state import SandboxOptions


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Settings of the gates. Whether they run confined is not one of them.

    Attributes:
        sandbox: how to look for a sandbox.
        tool_seconds: for a tool that reads the project.
        tests_seconds: for the project's tests.
        start_seconds: for its program to end or to answer.
        total_seconds: for all gates together.
        memory_bytes: for all processes of one gate together.
        processes: of one gate, at one time.
        at_once: gates that run at the same time.
        port: told to the project's program in the variable ``PORT``.
        pages: pages kept of a server's answers.
        page_bytes: kept of each of them.
    """

    sandbox: SandboxOptions = field(default_factory=SandboxOptions)
    tool_seconds: float = 60.0
    tests_seconds: float = 30.0
    start_seconds: float = 10.0
    total_seconds: float = 180.0
    memory_bytes: int = 1024 * MIB
    processes: int = 64
    at_once: int = 2
    port: int = 8000
    pages: int = 6
    page_bytes: int = 48 * 1024
