"""What the sandbox is asked to do, and the way back to the supervisor."""

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """One job as the supervisor describes it.

    Attributes:
        program: name of the harness program to run.
        work: the working folder, empty at first.
        home: a folder outside ``work`` for caches and settings nobody keeps.
        tools: folder of the packages bound for this job.
        files: text of each project file by its path.
        options: what the program itself needs.
        limits: resource limits by the name of their ``RLIMIT_`` constant.
        watched: folders whose use the supervisor watches.
    """

    program: str
    work: Path
    home: Path
    tools: Path
    files: Mapping[str, str]
    options: Mapping[str, Any]
    limits: Mapping[str, int]
    watched: Sequence[str]


def read_task(descriptor: int) -> Task:
    """Read the job from an open file and close it."""
    with os.fdopen(descriptor, encoding="utf-8") as source:
        told: dict[str, Any] = json.load(source)
    return Task(
        program=told["program"],
        work=Path(told["work"]),
        home=Path(told["home"]),
        tools=Path(told["tools"]),
        files=told["files"],
        options=told["options"],
        limits=told["limits"],
        watched=told["watched"],
    )


class Channel:
    """The way back: one JSON object a line over a socket that tested code never holds."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)

    def announce(self, folders: Sequence[str]) -> None:
        """Say that the job is about to begin, and hand over the folders to watch."""
        held = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY) for folder in folders]
        socket.send_fds(self._socket, [b'{"started": true}\n'], held)
        for descriptor in held:
            os.close(descriptor)

    def report(self, result: Mapping[str, Any]) -> None:
        """Send the program's result."""
        self._socket.sendall(json.dumps({"result": result}).encode() + b"\n")

    def rest(self) -> None:
        """Say that hardly any processor time is needed from now on."""
        self._socket.sendall(b'{"rests": true}\n')

    def close(self) -> None:
        """Close this end."""
        self._socket.close()
